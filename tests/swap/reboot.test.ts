/**
 * The power goes at any moment of a swap: what comes up is exactly the old version or exactly the new one, and the node says which. And what does not come
 * up gives way to the image's.
 */
import { describe, expect, it } from 'vitest';
import { modulesFile, preparedModulesFile } from '../../supervisor/config/sources/state.ts';
import { settleInstalled } from '../../supervisor/phases/installed-modules.ts';
import { decodeGeneration, encodeGeneration, noModules } from '../../supervisor/swap/installed-modules.ts';
import { PlayedState, plainPolicy, replacement, rootKey, SwapBed, signed } from './swap-bed.ts';
import type { TallyVersion } from './tally-module.ts';

const next = { version: '1.1.0', format: 2 } as const;

/** A STATE with this version of tally installed. */
async function stateWith(version: TallyVersion, attempts = 0): Promise<PlayedState> {
  const file = await signed(version);
  const entry = {
    module: 'tally',
    atMs: 1,
    version: version.version ?? '1.0.0',
    digest: 'd',
    securityVersion: 1,
  };
  const history = [{ ...entry, how: 'swap', outcome: 'running', identity: 'admin', message: '' } as const];
  const content = encodeGeneration({ ...noModules, modules: new Map([['tally', file]]), history, attempts });
  return new PlayedState(new Map([[modulesFile, content]]));
}

/** The boot is over: what is not well gives way. */
async function settle(bed: SwapBed): Promise<readonly string[]> {
  const { tally, keeper, layout } = bed;
  const ground = { node: tally.node, keeper, policy: plainPolicy, layout, settings: {}, wallMs: 1 };
  const { value } = await tally.passUntil(settleInstalled(ground));
  await tally.pass(40);
  return value;
}

describe('a reboot', () => {
  it('at every step of a swap, and between any two deeds on the disk, comes up with the old version or the new one', async () => {
    using bed = await SwapBed.boot();
    const moments: { readonly when: string; readonly files: ReadonlyMap<string, Uint8Array> }[] = [];
    const note = (when: string): void => void moments.push({ when, files: new Map(bed.state.files) });
    const { state } = bed;
    state.onChange = ({ type }) => note(`before ${type}`);
    const { write, rename, sync } = state;
    const call = {
      identity: 'admin',
      signal: new AbortController().signal,
      onProgress: ({ step }: { readonly step: string }) => note(step),
    };
    Object.assign(state, {
      write: (name: string, content: Uint8Array) => {
        // Cut off in the middle.
        write(name, content.subarray(0, content.length >> 1));
        note(`half of ${name}`);
        write(name, content);
        note(`wrote ${name}`);
      },
      rename: (from: string, to: string) => {
        rename(from, to);
        note(`renamed ${from}`);
      },
      sync,
    });
    await bed.tally.passUntil(bed.swaps.swap([replacement(await signed(next))], false, call));
    note('after');
    const came: string[] = [];
    for (const { when, files } of moments) {
      using again = await SwapBed.boot({ state: new PlayedState(files) });
      await again.tally.pass(20);
      expect([when, again.missing]).toEqual([when, []]);
      expect(again.tally.tally.wrong).toBe('0 0 0 0 0 0');
      const [told] = again.swaps.history('tally');
      expect([when, told?.version, told?.outcome]).toEqual([when, again.version, 'running']);
      came.push(`${when}: ${again.version}`);
    }
    // The rename is the moment: before it all are old, and from it on all are new.
    const turn = came.findIndex((line) => line.startsWith('renamed'));
    expect(turn).toBeGreaterThan(8);
    expect(came.slice(0, turn).filter((line) => !line.endsWith(' 1.0.0'))).toEqual([]);
    expect(came.slice(turn).filter((line) => !line.endsWith(' 1.1.0'))).toEqual([]);
    expect(came.length - turn).toBeGreaterThan(1);
  });

  it('keeps what was rolled back to, and how low a version may not fall', async () => {
    using bed = await SwapBed.boot();
    await bed.swap([replacement(await signed({ ...next, manifest: { securityVersion: 2 } }))]);
    await expect(bed.rollBack()).rejects.toMatchObject({ code: 'module.security-version' });
    await bed.swap([
      replacement(await signed({ version: '1.2.0', format: 2, manifest: { securityVersion: 2 } })),
    ]);
    await bed.rollBack();
    expect(bed.version).toBe('1.1.0');
    using again = await SwapBed.boot({ state: bed.state });
    expect([again.version, again.missing]).toEqual(['1.1.0', []]);
    const older = await signed({ version: '1.3.0', format: 2 });
    await expect(again.swap([replacement(older)])).rejects.toMatchObject({ code: 'module.security-version' });
  });

  it('has the image’s when that is newer, and when what is installed may not run any more', async () => {
    const state = await stateWith({ version: '1.1.0' });
    using newer = await SwapBed.boot({ state, image: await signed({ version: '2.0.0' }) });
    expect(newer.version).toBe('2.0.0');
    expect(newer.missing).toEqual(['tally 2.0.0 of the image runs: it is newer than the installed 1.1.0']);
    const policy = { ...plainPolicy, thresholds: [{ module: 'tally', signatures: 2 }] };
    await expect(SwapBed.boot({ state, policy })).rejects.toMatchObject({ code: 'boot.no-modules' });
  });

  it('has the image’s when the key of what is installed was revoked, also if that is the image’s own', async () => {
    const state = await stateWith({ version: '1.1.0' });
    const policy = { ...plainPolicy, revoked: new Set([rootKey.public.kid]) };
    using bed = await SwapBed.boot({ state, policy });
    expect(bed.version).toBe('1.0.0');
    expect(bed.missing).toEqual([
      expect.stringMatching(/^the installed tally is left out, and what the image has runs: .* has revoked$/),
    ]);
    await expect(bed.swap([replacement(await signed(next))])).rejects.toMatchObject({
      code: 'trust.revoked-key',
    });
  });

  it('with a damaged file has the image’s, and says so', async () => {
    const whole = await stateWith(next);
    const content = whole.files.get(modulesFile) ?? new Uint8Array();
    for (const length of [0, 3, 20, content.length - 1]) {
      using bed = await SwapBed.boot({
        state: new PlayedState(new Map([[modulesFile, content.slice(0, length)]])),
      });
      expect(bed.version).toBe('1.0.0');
      expect(bed.missing.length).toBe(length === 0 ? 0 : 1);
    }
    const flipped = content.slice();
    flipped[content.length - 400] = (flipped[content.length - 400] ?? 0) ^ 1;
    using bed = await SwapBed.boot({ state: new PlayedState(new Map([[modulesFile, flipped]])) });
    expect(bed.version).toBe('1.0.0');
    expect(bed.missing).toEqual([
      expect.stringMatching(/^the installed tally is left out, and what the image has runs: /),
    ]);
  });
});

describe('what is installed and does not come up', () => {
  it('gives way to the image’s in the same boot, when it fails too often', async () => {
    const state = await stateWith({ version: '1.1.0', temper: 'trap-at-event' });
    using bed = await SwapBed.boot({ state });
    expect(bed.version).toBe('1.1.0');
    await bed.tally.pass(6_000, false);
    expect(bed.tally.cell.phase).toBe('quarantined');
    expect(await settle(bed)).toEqual(['tally']);
    expect(bed.version).toBe('1.0.0');
    expect(bed.swaps.history('tally')[0]).toMatchObject({
      version: '1.1.0',
      how: 'fallback',
      outcome: 'went-back',
    });
    using again = await SwapBed.boot({ state });
    expect(again.version).toBe('1.0.0');
  });

  it('gives way after three boots that never became ready, whatever the reason', async () => {
    const state = await stateWith(next);
    for (const attempt of [1, 2, 3]) {
      using bed = await SwapBed.boot({ state });
      expect([attempt, bed.version]).toEqual([attempt, '1.1.0']);
    }
    using fourth = await SwapBed.boot({ state });
    expect(fourth.version).toBe('1.0.0');
    expect(fourth.missing).toEqual([
      'tally as installed is given up, and the image’s runs: the node did not become ready in 3 boots in a row'.replace(
        '’',
        "'",
      ),
    ]);
    expect(fourth.swaps.history('tally')[0]).toMatchObject({ how: 'fallback', outcome: 'went-back' });
  });

  it('counts anew once a boot has gone well', async () => {
    const state = await stateWith(next, 2);
    using bed = await SwapBed.boot({ state });
    expect(await settle(bed)).toEqual([]);
    expect(decodeGeneration(state.files.get(modulesFile) ?? new Uint8Array()).attempts).toBe(0);
    expect(bed.version).toBe('1.1.0');
  });
});

it('a STATE that cannot be written keeps nothing, and the versions before go on', async () => {
  using bed = await SwapBed.boot();
  bed.state.onChange = () => {
    throw new Error('no space left on device');
  };
  const file = await signed(next);
  await expect(bed.swap([replacement(file)])).rejects.toMatchObject({ code: 'swap.not-prepared' });
  expect(bed.version).toBe('1.0.0');
  // Neither could what was refused be taken away, nor could the refusal be written down.
  expect(bed.told).toHaveLength(2);
  for (const line of bed.told) expect(line).toContain('no space left on device');
});

it('what was written in part, when STATE was full, is taken away again', async () => {
  const full = await stateWith({ version: '1.0.1' });
  using bed = await SwapBed.boot({ state: full });
  const before = [...bed.state.files.keys()];
  const { write } = bed.state;
  Object.assign(bed.state, {
    write: (name: string, content: Uint8Array) => {
      if (name !== preparedModulesFile) return write(name, content);
      write(name, content.subarray(0, content.length >> 1));
      throw new Error('no space left on device');
    },
  });
  await expect(bed.swap([replacement(await signed(next))])).rejects.toMatchObject({
    code: 'swap.not-prepared',
  });
  expect([bed.version, bed.told]).toEqual(['1.0.1', []]);
  expect([...bed.state.files.keys()]).toEqual(before);
  using again = await SwapBed.boot({ state: bed.state });
  expect([again.version, again.missing]).toEqual(['1.0.1', []]);
  expect(again.swaps.history('tally')[0]).toMatchObject({ version: '1.1.0', outcome: 'went-back' });
});
