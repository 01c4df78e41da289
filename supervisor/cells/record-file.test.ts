import { randomBytes } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CellBench } from '../../tests/cells/cell-bench.ts';
import { leaseOf, testModule, VirtualCell } from '../../tests/cells/virtual-cell.ts';
import { EftError } from '../errors/eft-error.ts';
import { privateKeyFromSeed } from '../trust/key-file.ts';
import { attachSignatures } from '../trust/module-file.ts';
import type { CellModule } from './cell.ts';
import { decodeRecord, encodeRecord, type ModuleRecord, packRecord } from './record-file.ts';

let module: CellModule;

beforeAll(async () => {
  module = await testModule('lease');
});

async function recordAfter(ms: number): Promise<ModuleRecord> {
  const virtual = new VirtualCell(module, () => leaseOf(7));
  virtual.cell.start();
  await virtual.pass(ms);
  const flight = virtual.cell.record();
  if (flight === undefined) throw new Error('there is a record');
  return { module, takenAt: 1_795_396_356_000_000_000n, flight };
}

/** What `read` gives, or the coded error that it throws. */
function attempt(read: () => ModuleRecord): ModuleRecord | EftError {
  try {
    return read();
  } catch (error) {
    if (error instanceof EftError) return error;
    throw error;
  }
}

describe('a record in a file', () => {
  it('is the same when it comes out, from a start and from a checkpoint', async () => {
    for (const ms of [20_000, 1_500_000]) {
      const record = await recordAfter(ms);
      const read = decodeRecord(await encodeRecord(record), 'x');
      expect(read.flight).toEqual(record.flight);
      expect(read.takenAt).toBe(record.takenAt);
      expect(read.module.manifest).toEqual(module.manifest);
      expect(Buffer.from(read.module.component).equals(module.component)).toBe(true);
    }
  });

  it('has the size of what is in it, not of the memory', async () => {
    const { length } = await encodeRecord(await recordAfter(1_500_000));
    expect(length).toBeLessThan(256 * 1024);
  });

  it('is packed in turns with other work, whatever it holds', async () => {
    const record = await recordAfter(1_000);
    const { begin } = record.flight;
    if (begin.begin !== 'start') throw new Error('it begins at a start');
    const changes = Array.from({ length: 5_000 }, (_, index) => ({
      kind: 'eft:resources/module-status',
      id: `module-${index}`,
      entry: undefined,
    }));
    const input = { ...begin.input, batches: [{ batch: 'snapshot', revision: 1, changes } as const] };
    let turns = 0;
    let isDone = false;
    const others = (): void => {
      turns += 1;
      if (!isDone) setImmediate(others);
    };
    others();
    const packing = packRecord(
      { ...record, flight: { ...record.flight, begin: { ...begin, input } } },
      () => undefined,
    );
    const turnsAtOnce = turns;
    await packing;
    isDone = true;
    expect(turnsAtOnce).toBe(1);
    // Four values a change, and some hundreds of values a turn.
    expect(turns).toBeGreaterThan((4 * changes.length) / 1_000);
  });

  it('of which any byte is another is refused, by a coded error, or says the same all the same', async () => {
    const record = await recordAfter(5_000);
    const bytes = await encodeRecord(record);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = bytes.slice();
        changed[at] = (changed[at] ?? 0) ^ change;
        // The checksum is of what is packed: there is more than one way to pack it.
        const read = attempt(() => decodeRecord(changed, 'x'));
        if (!(read instanceof EftError)) expect(read).toEqual(decodeRecord(bytes, 'x'));
      }),
      { numRuns: 200 },
    );
  });

  it('that ends too early is refused, wherever', async () => {
    const bytes = await encodeRecord(await recordAfter(5_000));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        expect(() => decodeRecord(bytes.subarray(0, length), 'x')).toThrow(EftError);
      }),
      { numRuns: 100 },
    );
  });
});

describe('no secret reaches a record', () => {
  const bench = new CellBench();
  afterEach(() => bench.close());

  it('not the environment, not the arguments, not a key: looked for in every form that bytes can have', async () => {
    const seed = randomBytes(32);
    const signed = { ...module, component: attachSignatures(module.component, [privateKeyFromSeed(seed)]) };
    const planted = [
      seed,
      Buffer.from('a secret of the environment 8c1f'),
      Buffer.from('a secret of the arguments 77e0'),
    ];
    process.env['EFT_PLANTED'] = String(planted[1]);
    process.argv.push(String(planted[2]));
    try {
      const cell = bench.add(signed);
      bench.putModuleStatus('network', 'healthy');
      cell.start();
      await bench.until(() => cell.phase === 'idle' && cell.counters.events > 0);
      const status = { state: 'degraded', version: '1.0.0', restarts: 0, message: 'trap' };
      const effect = {
        effect: 'put',
        kind: 'eft:resources/module-status',
        id: 'network',
        value: status,
      } as const;
      bench.store.commit('supervisor', bench.store.revision, [effect]);
      await bench.until(() => bench.failures.length > 0);
      const flight = bench.failures[0]?.record;
      if (flight === undefined) throw new Error('there is a record');
      const bytes = await encodeRecord({ module: signed, takenAt: 0n, flight });
      const body = zstdDecompressSync(bytes.subarray(16));
      for (const secret of planted) {
        for (const form of formsOf(secret)) expect(body.includes(form)).toBe(false);
      }
      // The search does find what is there.
      expect(formsOf(Buffer.from('degraded')).some((form) => body.includes(form))).toBe(true);
    } finally {
      delete process.env['EFT_PLANTED'];
      process.argv.pop();
    }
  });
});

/** The bytes as they are, as UTF-16, and as text in hexadecimal and base64. */
function formsOf(secret: Buffer): readonly Buffer[] {
  const texts = [
    secret.toString('hex'),
    secret.toString('base64').replace(/=+$/, ''),
    secret.toString('base64url'),
  ];
  const all = [secret, ...texts.map((text) => Buffer.from(text))];
  return [...all, ...all.map((form) => Buffer.from(form.toString('latin1'), 'utf16le'))];
}
