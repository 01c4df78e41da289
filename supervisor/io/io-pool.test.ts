/** The rules of the pool, with processes that the test plays, on a clock that the test turns. */
import { describe, expect, it } from 'vitest';
import { RequestFailure } from '../cells/request-table.ts';
import { EftError } from '../errors/eft-error.ts';
import type { FileAnswer, FileJob, FileResult } from './file-job.ts';
import { IoPool, leastRunMs, processesLimit, processesPerDiskLimit, untriedLimit } from './io-pool.ts';
import type { IoTransportEvents } from './io-transport.ts';

const done: FileResult = { outcome: 'done', value: undefined };
const defaultMs = 10_000;

/** What became of a job. */
type Outcome = { result: string };

class PlayedProcess {
  readonly jobs: FileJob[] = [];
  isKilled = false;
  readonly #events: IoTransportEvents;

  constructor(events: IoTransportEvents) {
    this.#events = events;
  }

  get job(): FileJob | undefined {
    return this.jobs.at(-1);
  }

  answer(disk?: string, result: FileAnswer['result'] = done): void {
    this.#events.onAnswer({ result, disk });
  }

  end(reason = 'it was ended by SIGKILL'): void {
    this.#events.onEnd(reason);
  }
}

class Bench {
  readonly processes: PlayedProcess[] = [];
  readonly timers = new Set<{ readonly dueMs: number; readonly fire: () => void }>();
  nowMs = 0;
  readonly pool = new IoPool({
    open: (events) => {
      const process = new PlayedProcess(events);
      this.processes.push(process);
      return {
        pid: this.processes.length,
        send: (job) => process.jobs.push(job),
        kill: () => {
          process.isKilled = true;
        },
      };
    },
    after: (delayMs, fire) => {
      const timer = { dueMs: this.nowMs + delayMs, fire };
      this.timers.add(timer);
      return () => this.timers.delete(timer);
    },
    nowMs: () => this.nowMs,
    random: () => 0.5,
  });

  ask(job: FileJob, deadlineMs = defaultMs, owner = 'filer', signal = new AbortController().signal): Outcome {
    const outcome: Outcome = { result: 'open' };
    this.pool.run(job, { owner, signal, deadlineMs }).then(
      () => {
        outcome.result = 'done';
      },
      (error: unknown) => {
        if (error instanceof RequestFailure) outcome.result = error.failure.tag;
        else outcome.result = error instanceof EftError ? error.code : String(error);
      },
    );
    return outcome;
  }

  at(index: number): PlayedProcess {
    const process = this.processes[index];
    if (process === undefined) throw new Error(`there is no process ${index}`);
    return process;
  }

  async pass(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    for (;;) {
      await settled();
      const [due] = [...this.timers]
        .filter(({ dueMs }) => dueMs <= endMs)
        .sort((one, other) => one.dueMs - other.dueMs);
      if (due === undefined) break;
      this.timers.delete(due);
      this.nowMs = Math.max(this.nowMs, due.dueMs);
      due.fire();
    }
    this.nowMs = endMs;
    await settled();
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const read = (directory: string, path = 'x'): FileJob => ({ operation: 'read', directory, path });
const write = (directory: string): FileJob => ({
  operation: 'write',
  directory,
  path: 'x',
  content: new Uint8Array(1),
  temporary: 't',
});

describe('jobs', () => {
  it('of one directory are done one after the other, in order', async () => {
    const bench = new Bench();
    const outcomes = ['a', 'b', 'c'].map((path) => bench.ask(read('/one', path)));
    expect(bench.processes).toHaveLength(1);
    for (const path of ['a', 'b', 'c']) {
      expect(bench.at(0).job?.path).toBe(path);
      bench.at(0).answer('8:1');
    }
    await settled();
    expect(outcomes.map(({ result }) => result)).toEqual(['done', 'done', 'done']);
    expect(bench.pool.counts).toEqual({ processes: 1, stuck: 0, waiting: 0 });
  });

  it('of one disk have two processes, and the other places are for other disks', () => {
    const bench = new Bench();
    const directories = ['/a', '/b', '/c', '/d'];
    for (const directory of directories) bench.ask(read(directory));
    expect(bench.processes).toHaveLength(untriedLimit);
    for (const [index] of directories.entries()) bench.at(index).answer('8:1');
    // All four directories are known to be on one disk now.
    for (const directory of directories) bench.ask(read(directory));
    const busy = () => bench.processes.filter(({ jobs }) => jobs.length > 1).length;
    expect(busy()).toBe(processesPerDiskLimit);
    expect(bench.pool.counts.waiting).toBe(directories.length - processesPerDiskLimit);
    // Nobody knows this one yet: it does not wait for them.
    bench.ask(read('/elsewhere'));
    expect(busy()).toBe(processesPerDiskLimit + 1);
  });

  it('of directories that never answered leave places for those that have', () => {
    const bench = new Bench();
    bench.ask(read('/good'));
    bench.at(0).answer('8:1');
    for (let index = 0; index < processesLimit; index += 1) bench.ask(read(`/hangs/${index}`));
    expect(bench.pool.counts).toEqual({ processes: untriedLimit, stuck: 0, waiting: 4 });
    bench.ask(read('/good'));
    expect(bench.pool.counts).toEqual({ processes: untriedLimit + 1, stuck: 0, waiting: 4 });
  });

  it('of one module do not keep those of another waiting', () => {
    const bench = new Bench();
    for (const path of ['1', '2', '3']) bench.ask(read('/one', path), defaultMs, 'greedy');
    bench.ask(read('/one', 'modest'), defaultMs, 'modest');
    bench.at(0).answer();
    bench.at(0).answer();
    expect(bench.at(0).jobs.map(({ path }) => path)).toEqual(['1', '2', 'modest']);
  });

  it('beyond what may wait are refused', async () => {
    const bench = new Bench();
    const outcomes = Array.from({ length: 258 }, () => bench.ask(read('/one')));
    await settled();
    expect(outcomes.filter(({ result }) => result === 'too-many')).toHaveLength(1);
  });
});

describe('a job that takes too long', () => {
  it('is given up, and its process is killed and replaced when it is gone', async () => {
    const bench = new Bench();
    const hanging = bench.ask(read('/one'));
    await bench.pass(defaultMs);
    expect(hanging.result).toBe('deadline');
    expect(bench.at(0).isKilled).toBe(true);
    expect(bench.pool.counts).toEqual({ processes: 0, stuck: 1, waiting: 0 });
    // The kernel has not let go of it: the next job of that directory does not get stuck too.
    const next = bench.ask(read('/one'));
    const elsewhere = bench.ask(read('/two'));
    expect(bench.processes).toHaveLength(2);
    bench.at(1).answer();
    await settled();
    expect([next.result, elsewhere.result]).toEqual(['open', 'done']);
    bench.at(0).end();
    expect(bench.at(1).job?.directory).toBe('/one');
    bench.at(1).answer();
    await settled();
    expect(next.result).toBe('done');
    expect(bench.pool.counters).toEqual({ started: 2, lost: 0, stuck: 1, repeated: 0 });
  });

  it('answers for itself while it waits, too, without a process', async () => {
    const bench = new Bench();
    bench.ask(read('/one'), 30_000);
    const waiting = bench.ask(read('/one'), 1_000);
    await bench.pass(1_000);
    expect(waiting.result).toBe('deadline');
    expect(bench.pool.counts).toEqual({ processes: 1, stuck: 0, waiting: 0 });
    expect(bench.at(0).isKilled).toBe(false);
  });

  it('does not cost a process before a second is over, however short its deadline', async () => {
    const bench = new Bench();
    const hasty = bench.ask(read('/one'), 1);
    await bench.pass(leastRunMs - 1);
    expect(hasty.result).toBe('deadline');
    expect(bench.at(0).isKilled).toBe(false);
    bench.at(0).answer();
    await bench.pass(defaultMs);
    expect(bench.at(0).isKilled).toBe(false);
    const again = bench.ask(read('/one'), 1);
    await bench.pass(leastRunMs);
    expect(again.result).toBe('deadline');
    expect(bench.at(0).isKilled).toBe(true);
  });

  it('has what it left of a write removed, when its process is gone', async () => {
    const bench = new Bench();
    bench.ask(write('/one'));
    await bench.pass(defaultMs);
    bench.at(0).end();
    expect(bench.at(1).job).toEqual({ operation: 'discard', directory: '/one', path: 'x', temporary: 't' });
  });
});

describe('a caller that loses interest', () => {
  it('is told at once, and no process dies of it', async () => {
    const bench = new Bench();
    const [first, second] = [new AbortController(), new AbortController()];
    const running = bench.ask(read('/one'), defaultMs, 'filer', first.signal);
    const waiting = bench.ask(read('/one', 'y'), defaultMs, 'filer', second.signal);
    first.abort();
    second.abort();
    await settled();
    expect([running.result, waiting.result]).toEqual(['cancelled', 'cancelled']);
    expect(bench.at(0).isKilled).toBe(false);
    bench.at(0).answer();
    expect(bench.at(0).jobs).toHaveLength(1);
    await bench.pass(100_000);
    expect(bench.pool.counts).toEqual({ processes: 1, stuck: 0, waiting: 0 });
    expect(bench.timers.size).toBe(0);
  });

  it('does not keep a process that hangs alive', async () => {
    const bench = new Bench();
    const controller = new AbortController();
    bench.ask(read('/one'), defaultMs, 'filer', controller.signal);
    controller.abort();
    await bench.pass(defaultMs);
    expect(bench.at(0).isKilled).toBe(true);
  });

  it('before it begins gets nothing done', async () => {
    const bench = new Bench();
    const outcome = bench.ask(read('/one'), defaultMs, 'filer', AbortSignal.abort());
    await settled();
    expect(outcome.result).toBe('cancelled');
    expect(bench.processes).toEqual([]);
  });
});

describe('a process that dies by itself', () => {
  it('has its job done again by another one, once', async () => {
    const bench = new Bench();
    bench.ask(read('/warm'));
    bench.at(0).answer();
    const outcome = bench.ask(write('/one'));
    bench.at(0).end();
    expect(bench.at(1).job).toEqual(write('/one'));
    expect(outcome.result).toBe('open');
    bench.at(1).end();
    await bench.pass(1_000);
    expect(outcome.result).toBe('io.lost');
    expect(bench.at(2).job?.operation).toBe('discard');
    expect(bench.pool.counters).toMatchObject({ lost: 2, repeated: 1 });
  });

  it('does not have a removal done again, which would fail after it succeeded', async () => {
    const bench = new Bench();
    const outcome = bench.ask({ operation: 'remove', directory: '/one', path: 'x' });
    bench.at(0).end();
    await settled();
    expect(outcome.result).toBe('io.lost');
  });

  it('without ever having answered makes the next one wait, longer each time', async () => {
    const bench = new Bench();
    const outcome = bench.ask({ operation: 'remove', directory: '/one', path: 'x' }, 60_000);
    const waits: number[] = [];
    bench.at(0).end();
    bench.ask({ operation: 'remove', directory: '/one', path: 'x' }, 60_000);
    for (let count = 1; count < 5; count += 1) {
      let waitedMs = 0;
      for (; bench.processes.length === count; waitedMs += 25) await bench.pass(25);
      waits.push(waitedMs);
      bench.at(count).end();
      bench.ask({ operation: 'remove', directory: '/one', path: 'x' }, 60_000);
    }
    await settled();
    expect(outcome.result).toBe('io.lost');
    expect(waits).toEqual([75, 150, 300, 600]);
  });
});

describe('processes', () => {
  it('that have had nothing to do for a while end, all but one', async () => {
    const bench = new Bench();
    for (const directory of ['/a', '/b', '/c']) bench.ask(read(directory));
    for (const process of bench.processes) process.answer('8:1');
    await bench.pass(60_000);
    expect(bench.processes.map(({ isKilled }) => isKilled)).toEqual([true, true, false]);
    for (const process of bench.processes) if (process.isKilled) process.end();
    expect(bench.pool.counts).toEqual({ processes: 1, stuck: 0, waiting: 0 });
    expect(bench.pool.counters).toMatchObject({ lost: 0, stuck: 0 });
  });

  it('end with the pool, and so does everything that waits', async () => {
    const bench = new Bench();
    const [running, waiting] = [bench.ask(write('/one')), bench.ask(read('/one'))];
    let isClosed = false;
    void bench.pool.close().then(() => {
      isClosed = true;
    });
    await settled();
    expect([waiting.result, isClosed]).toEqual(['cancelled', false]);
    bench.at(0).end();
    await settled();
    expect([running.result, isClosed]).toEqual(['io.lost', true]);
    expect(bench.ask(read('/one'))).toEqual({ result: 'open' });
    await settled();
    expect(bench.timers.size).toBe(0);
    expect(bench.processes).toHaveLength(1);
  });

  it('that the kernel does not let go of keep the pool from closing for five seconds only', async () => {
    const bench = new Bench();
    bench.ask(read('/one'));
    let isClosed = false;
    void bench.pool.close().then(() => {
      isClosed = true;
    });
    await bench.pass(4_999);
    expect(isClosed).toBe(false);
    await bench.pass(1);
    expect(isClosed).toBe(true);
  });
});
