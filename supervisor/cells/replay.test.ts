import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Answering, leaseOf, testModule, VirtualCell } from '../../tests/cells/virtual-cell.ts';
import { Component } from '../component/component.ts';
import type { CellModule } from './cell.ts';
import { eventsPerCheckpoint, type FlightRecord } from './flight-recorder.ts';
import type { EventInput } from './module-events.ts';
import { ModuleRunner } from './module-runner.ts';
import { decodeRecord, encodeRecord } from './record-file.ts';
import { encodeRecordValue } from './record-writer.ts';
import { loadRecorded, type ReplayStep, replay } from './replay.ts';

let lease: CellModule;

beforeAll(async () => {
  lease = await testModule('lease');
});

/** The record as it comes out of a file, on another machine. */
async function throughFile(flight: FlightRecord | undefined): Promise<FlightRecord> {
  if (flight === undefined) throw new Error('there is no record');
  const bytes = await encodeRecord({ module: lease, takenAt: 0n, flight });
  const record = decodeRecord(bytes, 'test.eftrecord');
  expect(loadRecorded(record).manifest).toEqual(lease.manifest);
  return record.flight;
}

const cycle: Answering = (count) => {
  if (count % 7 === 0) return { tag: 'not-found' };
  if (count % 11 === 0) return { tag: 'kernel', val: [5, 'Input/output error'] };
  return leaseOf((count % 20) + 2);
};

describe('a replay', () => {
  it('comes to the same trap, at the same place, from one file', async () => {
    const virtual = new VirtualCell(lease, cycle);
    virtual.cell.start();
    await virtual.pass(120_000);
    virtual.putModuleStatus('trap');
    await virtual.pass(10);
    const { error, record } = virtual.failures[0] ?? {};
    expect(error?.code).toBe('trap.core');
    const flight = await throughFile(record);
    expect(flight.events.length).toBeGreaterThan(120);
    const result = replay(lease, flight);
    expect(result).toMatchObject({ verdict: 'same', ending: 'failed', events: flight.events.length });
    expect(result.error?.message).toBe(error?.message);
    expect(result.error?.frames?.length).toBeGreaterThan(0);
    expect(flight.end).toMatchObject({ end: 'failed', error: { frames: result.error?.frames } });
  });

  it('begins at a checkpoint when there were more events than a record holds, with conflicts, timers, chance and answers', async () => {
    const virtual = new VirtualCell(lease, cycle);
    let replies = 0;
    virtual.onReply = () => {
      replies += 1;
      if (replies % 5 !== 0) return;
      // Another writer was at every id that the next renewal may put.
      for (let id = 1; id < 600; id += 1) {
        if (virtual.store.get('eft:resources/node-status', `renewal-${id}`) === undefined) {
          virtual.disturb(`renewal-${id}`);
        }
      }
    };
    virtual.cell.start();
    await virtual.pass(1_500_000);
    const flight = await throughFile(virtual.cell.record());
    expect(virtual.cell.counters.events).toBeGreaterThan(eventsPerCheckpoint);
    expect(virtual.cell.counters.conflicts).toBeGreaterThan(10);
    expect(flight.begin.begin).toBe('checkpoint');
    const tags = new Set(flight.events.map(({ input }) => input.event.tag));
    expect(tags).toEqual(new Set(['timer', 'answered', 'conflicted']));
    const steps: ReplayStep[] = [];
    const result = replay(lease, flight, { onStep: (step) => steps.push(step) });
    expect(result).toEqual({
      verdict: 'same',
      ending: 'end',
      events: flight.events.length,
      difference: undefined,
      error: undefined,
    });
    expect(steps.length).toBe(flight.events.length + 1);
    expect(steps.some(({ log }) => log.some(({ message }) => message === 'renewed'))).toBe(true);
  });

  it('notices one byte of one input that is another', async () => {
    const virtual = new VirtualCell(lease, cycle);
    virtual.cell.start();
    await virtual.pass(30_000);
    const flight = await throughFile(virtual.cell.record());
    const index = flight.events.findIndex(({ input }) => input.answers[0]?.result !== undefined);
    const answer: unknown = flight.events[index]?.input.answers[0]?.result;
    const content: unknown =
      typeof answer === 'object' && answer !== null && 'val' in answer ? answer.val : undefined;
    if (!(content instanceof Uint8Array)) throw new Error('the first answer is a lease');
    content[0] = (content[0] ?? 0) + 1;
    const result = replay(lease, flight);
    expect(result.verdict).toBe('differs');
    expect(result.difference?.index).toBe(index + 1);
    expect(result.difference?.lines.join('\n')).toMatch(/^- set timer "renew" to \d+ ns\n- set timer "end"/);
    expect(result.difference?.lines.join('\n')).toMatch(
      /\n\+ set timer "renew" to \d+ ns\n\+ set timer "end"/,
    );
  });

  it('notices a seed, a clock and a resource that are others', async () => {
    const virtual = new VirtualCell(lease, cycle);
    virtual.cell.start();
    await virtual.pass(3_000);
    virtual.putModuleStatus('slow');
    await virtual.pass(30_000);
    const flight = await throughFile(virtual.cell.record());
    const changed = (change: (input: EventInput) => EventInput) => ({
      ...flight,
      events: flight.events.map(({ input, output }) => ({ input: change(input), output })),
    });
    expect(
      replay(
        lease,
        changed((input) => input),
      ).verdict,
    ).toBe('same');
    const others = [
      changed((input) => ({ ...input, seed: new Uint8Array(32) })),
      changed((input) => ({ ...input, time: { ...input.time, now: input.time.now + 1n } })),
      changed((input) => ({ ...input, batches: input.batches.map((batch) => ({ ...batch, changes: [] })) })),
    ];
    for (const other of others) expect(replay(lease, other).verdict).toBe('differs');
  });

  it('says so when the module returns where it failed, and fails where it returned', async () => {
    const virtual = new VirtualCell(lease, cycle);
    virtual.cell.start();
    await virtual.pass(5_000);
    virtual.putModuleStatus('trap');
    await virtual.pass(10);
    const flight = await throughFile(virtual.failures[0]?.record);
    const last = flight.events.at(-1);
    if (last === undefined) throw new Error('there is an event');
    const before = flight.events.slice(0, -1);
    const harmless = { input: { ...last.input, batches: [] }, output: undefined };
    const returned = replay(lease, { ...flight, events: [...before, harmless] });
    expect(returned.difference?.lines).toEqual([
      '- it failed: trap.core: the module trapped in `eft:module/lifecycle@0.1.0 handle`: unreachable',
      '+ it returns, and wants 1 things done',
    ]);
    const failed = replay(lease, { ...flight, events: [...before, { ...last, output: before[0]?.output }] });
    expect(failed.difference?.lines[0]).toMatch(/^- it returned, and wanted \d+ things done$/);
    expect(failed).toMatchObject({ verdict: 'differs', ending: 'failed', error: { code: 'trap.core' } });
  });

  it('saves the same state, and comes to the same trap in saving it', async () => {
    for (const ms of [20_000, 1_500_000]) {
      const well = new VirtualCell(lease, cycle);
      well.cell.start();
      await well.pass(ms);
      const saving = well.cell.save();
      await well.pass(10);
      const { saved } = await saving;
      expect(saved).toMatchObject({ format: 1, bytes: { length: 2 } });
      const flight = await throughFile(well.cell.record());
      expect(flight.save?.output).toEqual(saved);
      const steps: ReplayStep[] = [];
      const { length } = flight.events;
      const result = replay(lease, flight, { onStep: (step) => steps.push(step) });
      expect(result).toMatchObject({ verdict: 'same', ending: 'end' });
      expect(steps.at(-1)).toMatchObject({ index: length + 1, what: 'save' });
      expect(replay(lease, flight, { until: length }).ending).toBe('until');
      const { save } = flight;
      if (save === undefined) throw new Error('the save is in the record');
      const other = { ...save, output: { format: 1, bytes: new Uint8Array([0, 0]) } };
      expect(replay(lease, { ...flight, save: other }).difference?.lines).toEqual([
        '- saved state of format 1: "hex 0000"',
        `+ saved state of format 1: "hex ${Buffer.from(saved.bytes).toString('hex')}"`,
      ]);

      const ill = new VirtualCell(lease, cycle);
      ill.cell.start();
      await ill.pass(ms);
      ill.putModuleStatus('trap when saved');
      await ill.pass(10);
      const failing = expect(ill.cell.save()).rejects.toMatchObject({ code: 'trap.core' });
      await ill.pass(10);
      await failing;
      const trapped = await throughFile(ill.failures[0]?.record);
      expect(trapped.save).toMatchObject({ output: undefined });
      expect(replay(lease, trapped)).toMatchObject({ verdict: 'same', ending: 'failed' });
    }
  });

  it('goes no further than it is asked to', async () => {
    const virtual = new VirtualCell(lease, cycle);
    virtual.cell.start();
    await virtual.pass(30_000);
    const flight = await throughFile(virtual.cell.record());
    const steps: number[] = [];
    const result = replay(lease, flight, { until: 4, onStep: ({ index }) => steps.push(index) });
    expect(result).toMatchObject({ verdict: 'same', ending: 'until', events: 4 });
    expect(steps).toEqual([0, 1, 2, 3, 4]);
  });

  it('of a checkpoint that is of something else is refused', async () => {
    const virtual = new VirtualCell(lease, cycle);
    virtual.cell.start();
    await virtual.pass(1_500_000);
    const flight = await throughFile(virtual.cell.record());
    const { begin } = flight;
    if (begin.begin !== 'checkpoint') throw new Error('it begins at a checkpoint');
    const [core] = begin.state.core;
    if (core === undefined) throw new Error('it has a memory');
    const wrong = [
      { ...core, globals: core.globals.slice(1) },
      { ...core, globals: core.globals.map(([name], index) => [`${name}x${index}`, 0] as const) },
      { ...core, pages: 65_000 },
      { ...core, pages: 1, memory: new Uint8Array(4 * 1024 * 1024 + 8) },
      { ...core, step: 7 },
    ];
    for (const other of wrong) {
      const state = { ...begin.state, core: [other] };
      expect(() => replay(lease, { ...flight, begin: { begin: 'checkpoint', state } })).toThrow(
        'the checkpoint in the flight record is not one of lease 0.1.0: ',
      );
    }
  });
});

describe('a checkpoint', () => {
  it('goes on like the instance that it was taken of, whatever the events', async () => {
    const component = Component.compile(lease.component, lease.modules);
    const open = () => new ModuleRunner(component, lease.manifest, () => undefined);
    const happening = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('tick', 'renew', 'end').map((timer) => ({ timer })) },
      { weight: 4, arbitrary: fc.integer({ min: 0, max: 255 }).map((lasts) => ({ lasts })) },
      fc.constantFrom('deadline', 'not-found', 'cancelled').map((failure) => ({ failure })),
      fc.string({ maxLength: 300 }).map((message) => ({ message: `it says ${message.toWellFormed()}` })),
      fc.constant({ conflict: true }),
    );
    const step = fc.record({
      what: happening,
      ms: fc.nat(100_000),
      seed: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 22 }), fc.nat(21), (steps, cut) => {
        const time = (now: bigint) => ({ now, wall: now, isSynchronized: false });
        const snapshot = { batch: 'snapshot', revision: 1, changes: [] } as const;
        const straight = open();
        let { nextRequest } = straight.start({
          time: time(0n),
          seed: new Uint8Array(32),
          batches: [snapshot],
          answers: [],
          boot: { reason: 'cold', saved: undefined, handles: [] },
          firstRequest: 1n,
        });
        let restored: ModuleRunner | undefined;
        let now = 0n;
        for (const [index, { what, ms, seed }] of steps.entries()) {
          if (index === cut % steps.length) {
            restored = open();
            restored.restore(structuredClone(straight.checkpoint()));
          }
          now += BigInt(ms) * 1_000_000n;
          const request = nextRequest - 1n;
          const input: EventInput = {
            time: time(now),
            seed,
            batches:
              'message' in what
                ? [changeTo(what.message, index + 1)]
                : [{ batch: 'changes', from: index + 1, revision: index + 2, changes: [] }],
            answers:
              'lasts' in what
                ? [{ request, result: { tag: 'ok', val: leaseOf(what.lasts) } }]
                : 'failure' in what
                  ? [{ request, result: { tag: 'err', val: { tag: what.failure } } }]
                  : [],
            arrivals: [],
            event:
              'timer' in what
                ? { tag: 'timer', val: what.timer }
                : 'message' in what
                  ? { tag: 'changed', val: [] }
                  : 'conflict' in what
                    ? { tag: 'conflicted', val: [] }
                    : { tag: 'answered', val: request },
          };
          const output = straight.handle(structuredClone(input));
          if (restored !== undefined) expect(restored.handle(structuredClone(input))).toEqual(output);
          ({ nextRequest } = output);
        }
        expect(restored).toBeDefined();
        const [one, other] = [straight.checkpoint(), restored?.checkpoint()];
        expect(Buffer.from(encodeRecordValue(one)).equals(encodeRecordValue(other))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

function changeTo(message: string, from: number) {
  const metadata = {
    id: 'network',
    version: BigInt(from),
    phase: 'running',
    owner: 'supervisor',
    finalizers: [],
  } as const;
  const value = { state: 'degraded', version: '1.0.0', restarts: 0, message };
  const change = { kind: 'eft:resources/module-status', id: 'network', entry: { metadata, value } };
  return { batch: 'changes', from, revision: from + 1, changes: [change] } as const;
}
