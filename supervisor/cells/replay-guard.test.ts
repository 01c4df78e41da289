import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CellBench } from '../../tests/cells/cell-bench.ts';
import { testModule } from '../../tests/cells/virtual-cell.ts';
import type { CellModule } from './cell.ts';
import type { FlightRecord } from './flight-recorder.ts';
import type { ReplayStep } from './replay.ts';
import { replayGuarded } from './replay-guard.ts';

const bench = new CellBench();
let lease: CellModule;

beforeAll(async () => {
  lease = await testModule('lease');
});
afterEach(() => bench.close());

/** The record of a cell in a real thread, after the status of the module `network` said `message`. */
async function recordOf(message: string): Promise<FlightRecord> {
  const cell = bench.add(lease);
  bench.join('supervisor');
  cell.start();
  await bench.until(() => cell.phase === 'idle' && cell.counters.events > 0);
  const value = { state: 'degraded', version: '1.0.0', restarts: 0, message };
  const effect = { effect: 'put', kind: 'eft:resources/module-status', id: 'network', value } as const;
  bench.store.commit('supervisor', bench.store.revision, [effect]);
  await bench.until(() => bench.failures.length > 0);
  const record = bench.failures[0]?.record;
  if (record === undefined) throw new Error('there is a record');
  return record;
}

describe('a replay in a thread', () => {
  it('comes to the trap that a cell in a thread of its own came to', async () => {
    const flight = await recordOf('trap');
    const steps: ReplayStep[] = [];
    const result = await replayGuarded(lease, flight, { onStep: (step) => steps.push(step) });
    expect(result).toMatchObject({ verdict: 'same', ending: 'failed', error: { code: 'trap.core' } });
    expect(steps.map(({ index }) => index)).toEqual([0, ...flight.events.map((_, at) => at + 1)]);
    expect(flight.end).toMatchObject({ error: { frames: result.error?.frames } });
  });

  it('comes to the end of the stack where the cell came to it', async () => {
    const flight = await recordOf('recurse');
    const result = await replayGuarded(lease, flight);
    expect(result).toMatchObject({ verdict: 'same', ending: 'failed', error: { code: 'trap.stack' } });
  });

  it('stops the call that a cell was stopped in', async () => {
    const flight = await recordOf('hang');
    expect(flight.end).toMatchObject({ end: 'stopped', error: { code: 'cell.time' } });
    const result = await replayGuarded(lease, flight, { watchdogMs: 500 });
    expect(result).toMatchObject({
      verdict: 'same-up-to-the-kill',
      killed: 'does-not-return',
      ending: 'hung',
      events: flight.events.length,
    });
  });

  it('says so when the call that a cell was stopped in returns here', async () => {
    const flight = await recordOf('hang');
    const last = flight.events.at(-1);
    if (last === undefined) throw new Error('there is an event');
    const quick = { ...last, input: { ...last.input, batches: [] } };
    const events = [...flight.events.slice(0, -1), quick];
    const result = await replayGuarded(lease, { ...flight, events }, { watchdogMs: 5_000 });
    expect(result).toMatchObject({ verdict: 'same-up-to-the-kill', killed: 'returns', ending: 'end' });
  });

  it('stops a call that a forged record says to have returned', async () => {
    const flight = await recordOf('hang');
    const returned = flight.events[0]?.output;
    expect(returned).toBeDefined();
    const forged = {
      ...flight,
      events: flight.events.map(({ input, output }) => ({ input, output: output ?? returned })),
    };
    const result = await replayGuarded(lease, forged, { watchdogMs: 500 });
    expect(result).toMatchObject({ verdict: 'differs', ending: 'hung' });
    expect(result.difference?.lines).toEqual(['- it returned', '+ it does not return within 500 ms']);
  });

  it('refuses a checkpoint that is of something else with a coded error', async () => {
    const state = {
      core: [],
      mirror: { batch: 'changes', from: 7, revision: 8, changes: [] } as const,
      nextRequest: 1n,
      requests: [],
    };
    const flight: FlightRecord = {
      begin: { begin: 'checkpoint', state },
      events: [],
      end: { end: 'running' },
    };
    await expect(replayGuarded(lease, flight)).rejects.toMatchObject({ code: 'record.checkpoint' });
  });
});
