/**
 * Cells in processes of their own: the hostile module in one, and programs in the place of one that say what they may not. Nothing of it
 * reaches further than the cell: it ends with its own code, a second cell answers, and no process is left.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Cell } from '../../supervisor/cells/cell.ts';
import { processTransport, wordsLimit } from '../../supervisor/cells/process-transport.ts';
import { HostileBench, hostileModule } from './hostile-cell.ts';

const bench = new HostileBench();
afterEach(() => bench.close());

/** Processes that this one has started, and that are there still. */
function children(): readonly string[] {
  return readdirSync('/proc/self/task').flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, 'latin1').split(' ').filter(Boolean),
  );
}

async function expectQuiet(): Promise<void> {
  await bench.askQuiet();
  expect(bench.quiet.counters.failures).toBe(0);
  expect(bench.quiet.counters.starts).toBe(1);
}

describe('the hostile module in a process is ended:', () => {
  const endings: readonly (readonly [order: string, what: string, ...codes: string[]])[] = [
    ['loop', 'an endless loop', 'cell.time'],
    ['fill', 'an endless loop around a large memory.fill', 'cell.time'],
    ['log loop', 'an endless loop of log lines', 'cell.time'],
    ['hog', 'the use of more memory than there is', 'trap.core', 'cell.time'],
    ['stack', 'a recursion without end', 'trap.stack'],
    ['trap', 'a trap', 'trap.core'],
    ['request flood', 'more requests than can be carried out', 'cell.too-many-requests'],
    ['huge put', 'resources that are larger than what an event may want', 'cell.effects-too-large'],
    ['start refuse', 'a start that refuses', 'cell.start-refused'],
  ];
  for (const [order, what, ...expected] of endings) {
    it(what, async () => {
      const hasEnd = !expected.includes('cell.time');
      const module = await hostileModule({
        quarantineAfter: 2,
        ...(hasEnd ? { eventMilliseconds: 20_000 } : {}),
      });
      const cell = await bench.begin(order, module, { open: processTransport() });
      await bench.until(() => cell.phase === 'quarantined');
      for (const { error } of bench.failures) expect(expected).toContain(error.code);
      await expectQuiet();
    });
  }

  it('a flood of log lines is held to its share', async () => {
    const module = await hostileModule({ eventMilliseconds: 20_000 });
    const cell = await bench.begin('log flood', module, { open: processTransport() });
    await bench.until(() => cell.counters.events > 0);
    await expectQuiet();
    expect(bench.failures).toEqual([]);
  });
});

describe('a process of a cell', () => {
  it('is nobody, and has a limit of memory that it cannot raise', async () => {
    const before = children();
    const module = await hostileModule();
    const cell = await bench.begin('nothing', module, { open: processTransport() });
    await bench.until(() => cell.counters.events > 0);
    const [pid = ''] = children().filter((child) => !before.includes(child));
    const limits = readFileSync(`/proc/${pid}/limits`, 'latin1');
    const [, soft, hard] = limits.match(/^Max data size +(\d+) +(\d+) /m) ?? [];
    expect(soft).toBe(hard);
    expect(Number(hard)).toBeLessThan(2 ** 31);
    const uids = readFileSync(`/proc/${pid}/status`, 'latin1').match(/^Uid:\s+(.*)$/m)?.[1];
    const own = process.getuid?.() ?? 0;
    expect(new Set(uids?.split('\t'))).toEqual(new Set([String(own === 0 ? 65_534 : own)]));
  });
});

describe('a process that is not ours any more', () => {
  /** Bytes that it has said on its standard error. */
  let words = 0;
  const program = new URL('./evil-process.ts', import.meta.url);

  /** The module in the cell is any; the program in the place of its process does `deed` at its first event. */
  async function begin(deed: string, eventMilliseconds = 5_000): Promise<Cell> {
    const module = await hostileModule({ quarantineAfter: 2, eventMilliseconds });
    const evil = { ...module, manifest: { ...module.manifest, description: deed } };
    words = 0;
    const onWords = ({ length }: Uint8Array): void => {
      words += length;
    };
    return bench.begin('nothing', evil, { open: processTransport({ program, onWords }) });
  }

  const lies: readonly (readonly [deed: string, reason: string])[] = [
    ['random bytes', 'are allowed'],
    ['a frame of random bytes', 'a message that is none (record.cbor)'],
    ['an empty frame', 'a message that is none (record.cbor)'],
    ['a giant frame', 'a message of 4294967295 bytes'],
    ['a frame that says that it holds a great deal', 'a message that is none (record.cbor)'],
    ['a deep frame', 'a message that is none (record.cbor)'],
    ['no message', 'a message that is none (record.shape)'],
    ['another type', 'a message that is none (record.shape)'],
    ['an output of nothing', 'a message that is none'],
    ['a field too many', 'a message that is none (record.field)'],
    ['a reply to something else', 'a reply that nobody asked for'],
    ['a start that nobody asked for', 'a reply that nobody asked for'],
    ['two replies', 'although nobody asked'],
    ['replies without end', 'although nobody asked'],
    ['log lines without end', 'more log lines than there may be'],
    ['a log line that is too long', 'a log line that is longer than lines are'],
    ['lines that it dropped, again and again', 'told twice of lines that it dropped'],
    ['another revision', 'another revision than that of its mirror'],
    ['a request with an id of its own', 'a request whose id is not the next'],
    ['a request of what is not granted', 'a request of an interface that is not granted'],
    ['a request of a call with a long name', 'a request of a call whose name is too long'],
    ['ids that jump', 'a next request that is not the next'],
    ['a timer with a long name', 'a timer with a name that is too long'],
    ['too many effects', 'more effects than an event may have'],
    ['a failure that there is not', 'a failure with a code that there is not'],
    ['a checkpoint that nobody asked for', 'a reply that nobody asked for'],
  ];
  const others: readonly (readonly [deed: string, code: string])[] = [
    ['half a frame', 'cell.lost'],
    ['half a frame and then nothing', 'cell.time'],
    ['nothing', 'cell.time'],
    ['the end of the channel', 'cell.lost'],
    ['a write of another kind', 'cell.refused'],
    ['words without end', 'cell.time'],
    ['memory without end', 'cell.lost'],
    ['a heap without end', 'cell.lost'],
  ];

  it.each(lies)('is ended for: %s', async (deed, reason) => {
    const cell = await begin(deed);
    await bench.until(() => cell.counters.failures > 0);
    expect(bench.failures[0]?.error.code).toBe('cell.message');
    expect(bench.failures[0]?.error.message).toContain(reason);
    await expectQuiet();
  });

  it.each(others)('is ended for %s, with %s', async (deed, code) => {
    const cell = await begin(deed, code === 'cell.time' ? 250 : 5_000);
    await bench.until(() => cell.counters.failures > 0);
    expect(bench.failures[0]?.error.code).toBe(code);
    expect(words).toBeLessThanOrEqual(2 * wordsLimit);
    await expectQuiet();
  });

  it('does no harm as long as it says what it should', async () => {
    const cell = await begin('honest');
    await bench.until(() => cell.counters.events > 0 && cell.phase === 'idle');
    expect(bench.failures).toEqual([]);
  });

  it('is started again later and later, and then kept down, and no process of it is left', async () => {
    const before = children();
    const cell = await begin('random bytes');
    await bench.until(() => cell.phase === 'quarantined');
    expect(cell.counters.starts).toBe(2);
    await bench.until(() => children().length === before.length);
  });

  it('that cannot be started is a failure of its cell', async () => {
    const real = process.execPath;
    try {
      process.execPath = '/nonexistent';
      const cell = await begin('honest');
      await bench.until(() => cell.phase === 'quarantined');
      expect(bench.failures.map(({ error }) => error.code)).toEqual(['cell.lost', 'cell.lost']);
      expect(bench.failures[0]?.error.message).toContain('ENOENT');
    } finally {
      process.execPath = real;
    }
  });
});
