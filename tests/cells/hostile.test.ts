/**
 * Everything that a module must not do: it hurts nothing but itself. Each order to the hostile module ends as it must, with its
 * own code; meanwhile a second cell answers, and what is in the store stays whole.
 */
import { readdirSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sentenceLimit } from '../../supervisor/capabilities/cut-text.ts';
import type { Carrier, Cell, CellModule } from '../../supervisor/cells/cell.ts';
import { logBurst } from '../../supervisor/cells/log-rate.ts';
import { HostileBench, hostileModule, scrapKind } from './hostile-cell.ts';

const bench = new HostileBench();
/** Fails twice and is kept down. Has so much time for an event that only what has no end takes longer. */
let twice: CellModule;
/** The same with little time. */
let hasty: CellModule;

beforeAll(async () => {
  twice = await hostileModule({ quarantineAfter: 2, eventMilliseconds: 20_000 });
  hasty = await hostileModule({ quarantineAfter: 2 });
});
afterEach(() => bench.close());

/** The quiet cell is as it was, and still answers. */
async function expectQuiet(): Promise<void> {
  await bench.askQuiet();
  expect(bench.quiet.counters.failures).toBe(0);
  expect(bench.quiet.counters.starts).toBe(1);
}

function codes(): readonly string[] {
  return [...new Set(bench.failures.map(({ error }) => error.code))];
}

describe('ended, and kept down when it fails again:', () => {
  const endings: readonly (readonly [order: string, what: string, ...codes: string[]])[] = [
    ['loop', 'an endless loop', 'cell.time'],
    ['fill', 'an endless loop around a large memory.fill', 'cell.time'],
    ['copy', 'an endless loop around a large memory.copy', 'cell.time'],
    ['log loop', 'an endless loop of log lines', 'cell.time'],
    ['clock loop', 'an endless loop of calls to the host', 'cell.time'],
    ['get loop', 'an endless loop of reads of the store', 'cell.time', 'trap.core'],
    ['list loop', 'an endless loop of lists of the store', 'cell.time', 'trap.core'],
    ['grow loop', 'an endless loop that asks for memory', 'cell.time'],
    ['hog', 'the use of more memory than there is', 'trap.core', 'cell.time'],
    ['stack', 'a recursion without end', 'trap.stack'],
    ['trap', 'a trap', 'trap.core'],
    ['divide', 'a division by zero', 'trap.core'],
    ['timer names', 'more timers than there may be', 'cell.too-many-timers'],
    ['timer name', 'a timer with a name that is too long', 'cell.timer-name'],
    ['request flood', 'more requests than can be carried out', 'cell.too-many-requests'],
    ['huge requests', 'requests that carry more than an event may', 'cell.effects-too-large'],
    ['effects', 'more effects than an event may have', 'cell.too-many-effects'],
    ['large put', 'a resource that is too large', 'cell.refused'],
    ['huge put', 'resources that are larger than what an event may want', 'cell.effects-too-large'],
    [
      'huge list',
      'a list of a million strings',
      'cell.effects-too-large',
      'cell.time',
      'trap.core',
      'trap.lifted',
    ],
    ['many fields', 'fields that are one and the same text very often', 'trap.lifted'],
    ['entropy', 'a draw of too much entropy', 'cell.entropy'],
    ['bad level', 'a value that its type does not have', 'trap.discriminant'],
    ['start refuse', 'a start that refuses', 'cell.start-refused'],
    ['start stack', 'a recursion without end in the start', 'trap.stack'],
    ['start trap', 'a trap in the start', 'trap.core'],
  ];
  for (const [order, what, ...expected] of endings) {
    it(what, async () => {
      const cell = await bench.begin(order, expected.includes('cell.time') ? hasty : twice);
      await bench.until(() => cell.phase === 'quarantined');
      for (const code of codes()) expect(expected).toContain(code);
      // A run that lasted longer than the longest delay begins the count anew, on a slow machine more than once.
      expect(cell.counters.failures).toBeGreaterThanOrEqual(2);
      expect(cell.counters.starts).toBe(cell.counters.failures);
      expect(cell.openRequests).toBe(0);
      expect(cell.queued).toBe(0);
      expect(bench.store.list(scrapKind)).toEqual([]);
      await expectQuiet();
    });
  }

  it('a start that never returns', async () => {
    // The allowance for a start is ten seconds; here it is a hundredth of that.
    const after: (delayMs: number, fire: () => void) => () => void = (delayMs, fire) => {
      const timer = setTimeout(fire, delayMs > 10_000 && delayMs < 15_000 ? delayMs / 100 : delayMs);
      return () => clearTimeout(timer);
    };
    const cell = await bench.begin('start loop', hasty, { after });
    await bench.until(() => cell.phase === 'quarantined');
    expect(codes()).toEqual(['cell.time']);
    expect(bench.failures[0]?.error.message).toContain('over its start');
    await expectQuiet();
  });

  it('every failure in a row, with growing delays, until there have been enough', async () => {
    const delays: number[] = [];
    const cell = await bench.begin(
      'trap',
      await hostileModule({ initialMilliseconds: 4, quarantineAfter: 5 }),
      {
        random: (count) => new Uint8Array(count),
        after: (delayMs, fire) => {
          delays.push(delayMs);
          const timer = setTimeout(fire, delayMs);
          return () => clearTimeout(timer);
        },
      },
    );
    await bench.until(() => cell.phase === 'quarantined');
    expect(delays.filter((delayMs) => delayMs < 100)).toEqual([2, 4, 8, 16]);
    expect(cell.counters.starts).toBe(5);
    cell.start();
    await bench.until(() => cell.phase === 'quarantined' && cell.counters.starts === 10);
    await expectQuiet();
  });
});

describe('left alive, and held to its share:', () => {
  async function run(order: string, isEnough: (cell: Cell) => boolean, carrier?: Carrier): Promise<Cell> {
    const overrides = carrier === undefined ? {} : { carriers: new Map([['eft:host/files', carrier]]) };
    const cell = await bench.begin(order, twice, overrides);
    await bench.until(() => isEnough(cell));
    await expectQuiet();
    expect(codes()).toEqual([]);
    return cell;
  }

  it('a flood of events, of which each makes the next', async () => {
    const cell = await run('event flood', ({ counters }) => counters.waits > 10);
    expect(cell.queued).toBeLessThanOrEqual(65);
  });

  it('a flood of writes', async () => {
    let rounds = 0;
    await run('put flood', ({ counters, phase }) => {
      if (counters.waits > 0) return true;
      // It waits only if it is told something before what the flood cost is forgotten.
      if (counters.events > 0 && phase === 'idle') {
        rounds += 1;
        bench.putModuleStatus('order', 'healthy', rounds % 2 === 0 ? 'put flood' : 'nothing');
      }
      return false;
    });
    expect(bench.store.list(scrapKind)).toHaveLength(4_096);
  });

  it('writes that each make the next', async () => {
    await run('churn', ({ counters }) => counters.events > 2 && counters.waits > 0);
    expect(bench.store.list(scrapKind)).toHaveLength(500);
  });

  it('a flood of log lines: what is too much is dropped and counted', async () => {
    const cell = await run('log flood', ({ counters }) => counters.events > 0);
    expect(bench.logs.filter(({ message }) => message.startsWith('one of'))).toHaveLength(logBurst);
    bench.putModuleStatus('order', 'healthy', 'nothing');
    await bench.until(() => cell.counters.logLinesDropped === 100_000 - logBurst);
  });

  it('a log line of three million letters: it is cut', async () => {
    await run('huge log', ({ counters }) => counters.events > 0);
    const longest = Math.max(...bench.logs.map(({ message }) => message.length));
    expect(longest).toBe(sentenceLimit + 1);
  });

  it('a health sentence of three million letters: it is cut', async () => {
    const cell = await run('huge health', ({ counters }) => counters.events > 0);
    expect(cell.health.tag === 'degraded' && cell.health.val.length).toBe(sentenceLimit + 1);
  });

  it('all memory that there is, kept quietly', async () => {
    const cell = await run('hog quietly', ({ counters }) => counters.events > 0);
    // What was put to ask the quiet cell is an event of this one too.
    await bench.until(() => cell.phase === 'idle');
    expect(cell.counters.failures).toBe(0);
  });

  it('cancels of what is not there', async () => {
    const cell = await run('cancel flood', ({ counters }) => counters.events > 0);
    expect(cell.openRequests).toBe(0);
  });

  it('answers that are asked for and never taken', async () => {
    const mebibyte = new Uint8Array(1024 * 1024);
    const cell = await run(
      'hoard',
      ({ counters }) => counters.events > 300,
      () => Promise.resolve(mebibyte),
    );
    expect(cell.counters.failures).toBe(0);
  });

  it('requests that are never answered: no more than its limit are carried out', async () => {
    let carried = 0;
    const never: Carrier = () => {
      carried += 1;
      return new Promise(() => undefined);
    };
    const cell = await bench.begin('request flood', twice, {
      carriers: new Map([['eft:host/files', never]]),
    });
    await bench.until(() => cell.phase === 'quarantined');
    expect(codes()).toEqual(['cell.too-many-requests']);
    expect(carried).toBe(twice.manifest.limits.queuedEvents);
    await expectQuiet();
  });

  it('a carrier that throws instead of rejecting', async () => {
    const cell = await run(
      'large requests',
      ({ counters }) => counters.events >= 4,
      () => {
        throw new Error('a bug of the carrier');
      },
    );
    expect(cell.openRequests).toBe(0);
  });
});

it('what belongs to somebody else stays as it is', async () => {
  const cell = await bench.begin('nothing', twice);
  await bench.until(() => cell.phase === 'idle' && cell.counters.events > 0);
  const value = { name: 'theirs', bytes: new Uint8Array(0), names: [] };
  bench.store.join('somebody', {
    inputs: [],
    outputs: [{ kind: scrapKind, type: bench.store.typeOf(scrapKind), mode: 'shared' }],
  });
  bench.store.commit('somebody', bench.store.revision, [
    { effect: 'put', kind: scrapKind, id: 'of somebody else', value },
  ]);
  bench.putModuleStatus('order', 'healthy', 'not its own');
  await bench.until(() => cell.phase === 'quarantined' || cell.counters.conflicts > 0);
  expect(bench.store.get(scrapKind, 'of somebody else')?.value).toEqual(value);
  await expectQuiet();
});

it('no thread is left of cells that are gone', async () => {
  const threads = () => readdirSync('/proc/self/task').length;
  await bench.begin('nothing', twice);
  await bench.close();
  const before = threads();
  for (const order of ['loop', 'trap', 'event flood', 'fill']) {
    const cell = await bench.begin(order, hasty);
    await bench.until(() => cell.counters.failures > 0 || cell.counters.waits > 0);
    await bench.close();
  }
  await bench.until(() => threads() <= before);
});
