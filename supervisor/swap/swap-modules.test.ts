import { describe, expect, it } from 'vitest';
import { type TallyVersion, type Temper, tallyModule } from '../../tests/swap/tally-module.ts';
import { TallyNode } from '../../tests/swap/tally-node.ts';
import type { CellModule } from '../cells/cell.ts';
import { EftError } from '../errors/eft-error.ts';
import type { SwapJournal } from './swap-journal.ts';
import { type SwapOptions, type SwapStep, swapModules } from './swap-modules.ts';

/** A journal that says what it was told. */
class NotedJournal implements SwapJournal {
  readonly noted: string[] = [];
  prepare = async (candidates: readonly CellModule[]): Promise<void> => {
    this.noted.push(`prepare ${candidates.map(({ manifest }) => manifest.version).join(' ')}`);
  };
  commit = async (): Promise<void> => {
    this.noted.push('commit');
  };
  abandon = async (): Promise<void> => {
    this.noted.push('abandon');
  };
}

async function running(version: TallyVersion = {}): Promise<TallyNode> {
  const tally = new TallyNode(await tallyModule(version));
  await tally.pass(40);
  return tally;
}

const quick = { wellMs: 20, limitMs: 200 };

function swap(
  tally: TallyNode,
  to: readonly CellModule[],
  options: Partial<SwapOptions> = {},
): ReturnType<typeof swapModules> {
  return tally.passUntil(
    swapModules(tally.node.roster, to, { journal: new NotedJournal(), ...quick, ...options }),
  );
}

/** What each source has sent, as the module should have counted it. */
function expected({ sent }: TallyNode) {
  return { heard: String(sent.numbers), letters: String(sent.letters), wrong: '0 0 0 0 0 0' };
}

describe('a swap', () => {
  it('has the new version go on where the old one stopped, and nothing is lost or comes twice', async () => {
    const tally = await running();
    const journal = new NotedJournal();
    const steps: SwapStep[] = [];
    const to = await tallyModule({ version: '1.1.0', format: 2 });
    const [swapped] = await swap(tally, [to], { journal, onStep: (step) => steps.push(step) });
    await tally.pass(30);
    expect(swapped).toMatchObject({ name: 'tally', from: { manifest: { version: '1.0.0' } }, to });
    expect(tally.cell.module.manifest.version).toBe('1.1.0');
    expect(steps).toEqual(['prepare', 'quiesce', 'save', 'hand-over', 'probation', 'commit', 'done']);
    expect(journal.noted).toEqual(['prepare 1.1.0', 'commit']);
    expect(tally.tally).toMatchObject(expected(tally));
    expect(Number(tally.tally.ticks)).toBe(Math.floor((tally.nowMs - 1_000) / 5));
    expect(Number(tally.tally.answers)).toBe(tally.sent.reads);
    expect([tally.failures, tally.closed]).toEqual([[], []]);
    expect(tally.cell.counters.starts).toBe(1);
  });

  it('may be made back and forth for long, with the same end as if there had been none', async () => {
    const quiet = await running();
    const swapped = await running();
    const versions = [await tallyModule({ version: '1.1.0', format: 2 }), await tallyModule()];
    for (let round = 0; round < 60; round += 1) {
      const to = versions[round % 2];
      if (to === undefined) throw new Error('there are two versions');
      await swap(swapped, [to], { wellMs: 1 });
    }
    await quiet.pass(swapped.nowMs - quiet.nowMs);
    for (const node of [quiet, swapped]) await node.pass(20, false);
    expect(swapped.tally).toEqual(quiet.tally);
    expect(swapped.resources).toEqual(quiet.resources);
    expect(swapped.threads.filter(({ isOpen }) => isOpen)).toHaveLength(1);
  });
});

/** Runs `spoil` beside a node on which nothing is swapped, and holds that both end in the same state. */
async function leavesNoTrace(
  spoil: (tally: TallyNode) => Promise<void>,
  version: TallyVersion = {},
): Promise<TallyNode> {
  const spoilt = await running(version);
  const quiet = await running(version);
  await spoil(spoilt);
  await quiet.pass(spoilt.nowMs - quiet.nowMs);
  // What waits is worked off, and what was asked is answered, before they are compared.
  for (const node of [quiet, spoilt]) {
    await node.pass(60);
    await node.pass(20, false);
  }
  // How often the new version had asked is not among what the old one knows.
  const answered = Number(spoilt.tally.answers);
  expect(answered).toBeGreaterThan(60);
  expect({ ...spoilt.tally, answers: '' }).toEqual({ ...quiet.tally, answers: '' });
  expect(withoutAnswers(spoilt.resources)).toEqual(withoutAnswers(quiet.resources));
  expect(spoilt.cell.handles).toEqual(quiet.cell.handles);
  expect(spoilt.cell.openRequests).toBe(quiet.cell.openRequests);
  expect(spoilt.cell.module.manifest.version).toBe('1.0.0');
  expect(spoilt.threads.filter(({ isOpen }) => isOpen)).toHaveLength(1);
  return spoilt;
}

function withoutAnswers(resources: unknown): unknown {
  return JSON.parse(JSON.stringify(resources).replace(/("name":"answers","reason":)"\d+"/, '$1""'));
}

async function refusal(
  tally: TallyNode,
  to: readonly CellModule[],
  options: Partial<SwapOptions> & { readonly journal?: NotedJournal } = {},
) {
  const { journal = new NotedJournal() } = options;
  const error = await swap(tally, to, { ...options, journal }).then(
    () => 'it went through',
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(EftError);
  expect(journal.noted.at(-1)).toBe('abandon');
  expect(journal.noted).not.toContain('commit');
  return error instanceof EftError ? { code: error.code, message: error.message } : undefined;
}

describe('a new version that is bad', () => {
  const bad: readonly [Temper, string, string][] = [
    [
      'trap-at-start',
      'swap.start-failed',
      'did not start: the module trapped in `eft:module/lifecycle@0.1.0 start`: unreachable',
    ],
    ['refuse', 'swap.start-failed', 'did not start: module tally refused to start: the temper says so'],
    ['hog', 'swap.start-failed', 'did not start: '],
    [
      'trap-at-event',
      'swap.trial-failed',
      'started and failed later, events that it had handled: 0; the module trapped',
    ],
    [
      'trap-later',
      'swap.trial-failed',
      'started and failed later, events that it had handled: 3; the module trapped',
    ],
    ['sick', 'swap.never-healthy', 'was not well within 200 ms: it is degraded: the temper says so'],
    ['never-well', 'swap.never-healthy', 'was not well within 200 ms: it is starting'],
  ];
  for (const [temper, code, text] of bad) {
    it(`(${temper}) is gone without a trace, and it is said why`, async () => {
      const to = await tallyModule({ version: '1.1.0', format: 2, temper });
      await leavesNoTrace(async (tally) => {
        const error = await refusal(tally, [to]);
        expect(error).toEqual({ code, message: expect.stringContaining(`tally 1.1.0 ${text}`) });
      });
    });
  }

  it('and had been told more than there is room for, is gone, and the old one is told that it missed something', async () => {
    const to = await tallyModule({ version: '1.1.0', format: 2, temper: 'sick' });
    const tally = await running();
    await refusal(tally, [to], { limitMs: 1_500 });
    await tally.pass(1_000);
    await tally.pass(20, false);
    const { wrong, ...counted } = tally.tally;
    expect(counted).toMatchObject({ heard: String(tally.sent.numbers), letters: String(tally.sent.letters) });
    expect(wrong).toMatch(/^0 1 1 0 0 [1-9]\d*$/);
    expect(Number(counted.ticks)).toBe(Math.floor((tally.nowMs - 1_000) / 5));
  });

  it('may leave a better one in its place at once', async () => {
    const tally = await running();
    const sick = await tallyModule({ version: '1.1.0', temper: 'trap-later' });
    const well = await tallyModule({ version: '1.2.0', format: 2 });
    await refusal(tally, [sick]);
    await swap(tally, [well]);
    expect(tally.tally).toMatchObject(expected(tally));
  });

  it('that writes nothing which the other has written, and more, has all of that taken back', async () => {
    const other = 'eft:resources/node-status';
    const to = await tallyModule({ version: '1.1.0', temper: 'sick' });
    await leavesNoTrace(async (tally) => {
      const onStep = (step: SwapStep): void => {
        if (step !== 'probation') return;
        const value = { stage: 'running', ready: true, unmet: [] };
        const { store } = tally.node;
        const put = { effect: 'put', kind: other, id: 'more', value } as const;
        expect(store.commit('tally', store.revision, [put]).outcome).toBe('committed');
        const gone = { effect: 'remove', kind: other, id: 'tally-0' } as const;
        expect(store.commit('tally', store.revision, [gone]).outcome).toBe('committed');
      };
      await refusal(tally, [to], { onStep });
    });
  });
});

describe('whatever is killed in the middle of a swap', () => {
  const steps = ['prepare', 'quiesce', 'save', 'hand-over', 'probation', 'commit'] as const;
  for (const step of steps) {
    it(`the node has the one version or the other, whole (the new one, at ${step})`, async () => {
      const to = await tallyModule({ version: '1.1.0', format: 2 });
      const tally = await running();
      const kill = (): void => {
        const thread = tally.threads.find(({ isOpen }, index) => isOpen && index > 0);
        if (thread === undefined) return;
        thread.isOpen = false;
        thread.events.onEnd('it was killed');
      };
      let hasKilled = false;
      const onStep = (now: SwapStep): void => {
        // When the step has been told it begins: what it opens is there in the next turn.
        if (now === step && !hasKilled) setImmediate(kill);
        if (now === step) hasKilled = true;
      };
      const outcome = await swap(tally, [to], { onStep }).then(
        () => 'new',
        ({ code }: EftError) => code,
      );
      await tally.pass(400);
      await tally.pass(20, false);
      expect(hasKilled).toBe(true);
      const version = outcome === 'new' ? '1.1.0' : '1.0.0';
      expect(tally.cell.module.manifest.version).toBe(version);
      const codes = ['new', 'swap.not-loaded', 'swap.start-failed', 'swap.trial-failed'];
      expect(codes).toContain(outcome);
      // One that is killed once it is kept is started again, as any other, and has missed something.
      if (outcome !== 'new') expect(tally.tally).toMatchObject(expected(tally));
      expect(tally.threads.filter(({ isOpen }) => isOpen)).toHaveLength(1);
    });

    it(`the node has the new version although the old one is gone (at ${step})`, async () => {
      const to = await tallyModule({ version: '1.1.0', format: 2 });
      const tally = await running();
      const onStep = (now: SwapStep): void => {
        const old = tally.threads[0];
        if (now !== step || old === undefined || !old.isOpen) return;
        old.isOpen = false;
        old.events.onEnd('it was killed');
      };
      const outcome = await swap(tally, [to], { onStep }).then(
        () => 'new',
        ({ code }: EftError) => code,
      );
      await tally.pass(400);
      // Before it has given its state, it is replaced as one that does not run; afterwards nobody needs it.
      expect(outcome).toBe('new');
      expect(tally.cell.module.manifest.version).toBe('1.1.0');
      expect(tally.threads.filter(({ isOpen }) => isOpen)).toHaveLength(1);
      if (step !== 'quiesce' && step !== 'prepare') expect(tally.tally).toMatchObject(expected(tally));
    });
  }
});

describe('what the swap cannot go on with', () => {
  it('is a state that the new version does not read, and nothing is touched', async () => {
    const savedState = { writes: 3, reads: [3] };
    const to = await tallyModule({ version: '2.0.0', manifest: { savedState } });
    await leavesNoTrace(async (tally) => {
      const swapping = swapModules(tally.node.roster, [to], { journal: new NotedJournal() });
      await expect(swapping).rejects.toMatchObject({ code: 'swap.state-format' });
    });
  });

  it('is a journal that cannot write, before or after', async () => {
    const to = await tallyModule({ version: '1.1.0', format: 2 });
    for (const [method, code] of [
      ['prepare', 'swap.not-prepared'],
      ['commit', 'swap.not-kept'],
    ] as const) {
      const journal = new NotedJournal();
      journal[method] = () => Promise.reject(new Error('no space left on device'));
      await leavesNoTrace(async (tally) => {
        const error = await refusal(tally, [to], { journal });
        expect(error).toEqual({ code, message: expect.stringContaining('no space left on device') });
      });
    }
  });

  for (const step of ['prepare', 'quiesce', 'save', 'hand-over', 'probation'] as const)
    it(`is somebody who calls it off at ${step}`, async () => {
      const to = await tallyModule({ version: '1.1.0', format: 2 });
      await leavesNoTrace(async (tally) => {
        const abort = new AbortController();
        const onStep = (now: SwapStep): void => {
          if (now === step) abort.abort();
        };
        const error = await refusal(tally, [to], { onStep, signal: abort.signal });
        expect(error?.code).toBe('swap.cancelled');
      });
    });

  it('is a declaration that another module is in the way of', async () => {
    const output = { kind: 'eft:resources/node-status', mode: 'exclusive', reason: 'for the test' } as const;
    const to = await tallyModule({ version: '1.1.0', manifest: { outputs: [output] } });
    await leavesNoTrace(async (tally) => {
      const type = tally.node.store.typeOf(output.kind);
      const outputs = [{ kind: output.kind, type, mode: 'shared' } as const];
      tally.node.store.join('another', { inputs: [], outputs });
      const error = await refusal(tally, [to]);
      expect(error?.code).toBe('swap.does-not-fit');
      tally.node.store.removeOwner('another');
    });
  });
});

describe('a module that does not run', () => {
  it('because it failed as it saved, or had nothing but conflicts, is replaced all the same, without its state', async () => {
    const trapping = await running({ temper: 'trap-when-saved' });
    const steps: string[] = [];
    const onStep = (step: SwapStep, _: string | undefined, message: string): void => {
      if (step === 'save') steps.push(message);
    };
    await swap(trapping, [await tallyModule({ version: '1.1.0' })], { onStep });
    expect(steps).toEqual([
      expect.stringContaining('it has no state to give, for it failed: the module trapped'),
    ]);
    expect(trapping.cell.module.manifest.version).toBe('1.1.0');

    const quarrelling = new TallyNode(await tallyModule());
    const { store } = quarrelling.node;
    const kind = 'eft:resources/node-status';
    const value = { stage: 'running', ready: true, unmet: [] };
    store.join('other', { inputs: [], outputs: [{ kind, type: store.typeOf(kind), mode: 'shared' }] });
    const put = { effect: 'put', kind, id: 'tally-0', value } as const;
    expect(store.commit('other', store.revision, [put]).outcome).toBe('committed');
    await quarrelling.pass(50);
    const to = await tallyModule({ version: '1.1.0' });
    const going = swap(quarrelling, [to], { onStep, limitMs: 20_000 });
    await quarrelling.passUntil(
      going.catch(() => undefined),
      false,
    );
    expect(steps.at(-1)).toContain('took more than 11000 ms over coming to rest, and was stopped');
  }, 30_000);

  it('and is quarantined is replaced by one that works; or is quarantined as before', async () => {
    const tally = new TallyNode(await tallyModule({ temper: 'trap-at-event' }));
    await tally.pass(6_000, false);
    expect(tally.cell.phase).toBe('quarantined');
    const same = await refusal(tally, [await tallyModule({ version: '1.1.0', temper: 'trap-at-event' })]);
    expect(same?.code).toBe('swap.trial-failed');
    expect(tally.cell.phase).toBe('quarantined');
    const [swapped] = await swap(tally, [await tallyModule({ version: '1.2.0' })]);
    expect(swapped?.pauseNs).toBe(0n);
    await tally.pass(20);
    await tally.pass(5, false);
    expect(tally.cell.module.manifest.version).toBe('1.2.0');
    // It had no state to go on from, so the first number of each is not the one after the last.
    expect(tally.tally).toMatchObject({ ...expected(tally), wrong: '0 1 1 0 0 0' });
  });

  it('because there was none of the name is added, if it is well', async () => {
    const tally = new TallyNode(undefined);
    const bad = await refusal(tally, [await tallyModule({ temper: 'sick' })]);
    expect(bad?.code).toBe('swap.never-healthy');
    await tally.pass(5);
    expect([...tally.node.roster.cells.keys()]).toEqual([]);
    const [swapped] = await swap(tally, [await tallyModule()]);
    expect(swapped?.from).toBeUndefined();
    await tally.pass(5, false);
    expect(tally.tally).toMatchObject({ ...expected(tally), wrong: '0 1 1 0 0 0' });
    expect(tally.cell.counters.failures).toBe(0);
  });
});

describe('several modules', () => {
  const named = (name: string, more: TallyVersion = {}) =>
    tallyModule({ ...more, id: '1', manifest: { ...more.manifest, name } });

  it('are all replaced, or none', async () => {
    const tally = await running();
    tally.node.start(await named('second'));
    await tally.pass(20, false);
    const versions = () => [...tally.node.roster.cells.values()].map(({ module }) => module.manifest.version);
    const up = { version: '1.1.0', format: 2 } as const;
    const bad = await refusal(tally, [
      await tallyModule(up),
      await named('second', { ...up, temper: 'trap-at-event' }),
    ]);
    expect(bad).toMatchObject({
      code: 'swap.trial-failed',
      message: expect.stringContaining('second 1.1.0'),
    });
    expect(versions()).toEqual(['1.0.0', '1.0.0']);
    const both = await swap(tally, [await tallyModule(up), await named('second', up)]);
    expect(both.map(({ name }) => name)).toEqual(['tally', 'second']);
    expect(versions()).toEqual(['1.1.0', '1.1.0']);
  });

  it('are named once each', async () => {
    const tally = await running();
    const to = await tallyModule({ version: '1.1.0' });
    const swapping = swapModules(tally.node.roster, [to, to], { journal: new NotedJournal() });
    await expect(swapping).rejects.toMatchObject({ code: 'swap.twice' });
  });
});
