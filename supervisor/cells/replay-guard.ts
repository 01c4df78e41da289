/**
 * Replays in a worker thread, with a limit of time for each call: a record may end with a call that never returned, and one that
 * was made to hurt may hang anywhere. The thread has the stack of a cell, so that a recursion goes as deep as it went there.
 */
import { Worker } from 'node:worker_threads';
import { EftError } from '../errors/eft-error.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { CellModule } from './cell.ts';
import type { FlightRecord } from './flight-recorder.ts';
import { failureText, killedResult, type ReplayResult, type ReplayStep, wasKilled } from './replay.ts';
import { stackLimitMb } from './thread-transport.ts';

/** Megabytes of JavaScript heap: for the record as values, and the module's mirror. */
const heapLimitMb = 512;
/** Milliseconds for the thread to begin, load the module and restore a checkpoint. */
const openAllowanceMs = 20_000;

/** Milliseconds that a replayed call may take: well over what it may take in a cell, for a replay may run on a slow machine. */
export function watchdogMsOf({ limits }: Manifest): number {
  return Math.max(1_000, 4 * limits.eventMilliseconds);
}

export type GuardedOptions = {
  readonly until?: number;
  readonly onStep?: (step: ReplayStep) => void;
  /** Milliseconds that one call may take. */
  readonly watchdogMs?: number;
};

/** What the thread is given. */
export type ReplayOrder = {
  readonly module: CellModule;
  readonly flight: FlightRecord;
  readonly until: number | undefined;
};

/** What the thread says. */
export type FromReplay =
  | { readonly type: 'call'; readonly index: number }
  | { readonly type: 'step'; readonly step: ReplayStep }
  | { readonly type: 'done'; readonly result: ReplayResult }
  | { readonly type: 'no-checkpoint'; readonly reason: string };

/** As `replay`, but a call that takes longer than the watchdog allows is stopped. Call `prepareEngine` before. */
export async function replayGuarded(
  module: CellModule,
  flight: FlightRecord,
  options: GuardedOptions = {},
): Promise<ReplayResult> {
  const watchdogMs = options.watchdogMs ?? watchdogMsOf(module.manifest);
  const order: ReplayOrder = { module, flight, until: options.until };
  const worker = new Worker(new URL('./replay-worker.ts', import.meta.url), {
    name: 'replay',
    env: {},
    argv: [],
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: heapLimitMb, stackSizeMb: stackLimitMb },
  });
  let index = 0;
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<ReplayResult>((resolve, reject) => {
      const watch = (limitMs: number): void => {
        clearTimeout(timer);
        timer = setTimeout(() => resolve(hangResult(flight, index, limitMs)), limitMs);
      };
      watch(openAllowanceMs + watchdogMs);
      worker.on('message', (message: FromReplay) => {
        switch (message.type) {
          case 'call':
            index = message.index;
            watch(index === 0 ? openAllowanceMs + watchdogMs : watchdogMs);
            break;
          case 'step':
            options.onStep?.(message.step);
            break;
          case 'done':
            resolve(message.result);
            break;
          case 'no-checkpoint': {
            const { name, version } = module.manifest;
            const parameters = { module: `${name} ${version}`, reason: message.reason };
            reject(EftError.of('record.checkpoint', parameters));
            break;
          }
        }
      });
      worker.on('error', (error) => {
        if (isOutOfMemory(error)) resolve(lossResult(flight, index, error.message));
        else reject(error);
      });
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

function isOutOfMemory(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

/** Whether the record has no output of this call: it did not return there either. */
function isUnfinished({ begin, events, save }: FlightRecord, index: number): boolean {
  if (index > events.length) return save?.output === undefined;
  if (index > 0) return events[index - 1]?.output === undefined;
  return begin.begin === 'start' && begin.output === undefined;
}

function hangResult(flight: FlightRecord, index: number, limitMs: number): ReplayResult {
  if (isUnfinished(flight, index)) {
    if (wasKilled(flight.end)) return killedResult(index, 'does-not-return', 'hung');
    // The record was taken while the call was under way.
    if (flight.end.end === 'running') return sameResult(index, 'hung');
  }
  return differing(flight, index, `it does not return within ${limitMs} ms`, 'hung');
}

function lossResult(flight: FlightRecord, index: number, reason: string): ReplayResult {
  if (isUnfinished(flight, index) && wasKilled(flight.end)) return killedResult(index, 'lost', 'failed');
  return differing(flight, index, `the thread was lost: ${reason}`, 'failed');
}

function sameResult(index: number, ending: ReplayResult['ending']): ReplayResult {
  return {
    verdict: 'same',
    events: index,
    difference: undefined,
    error: undefined,
    ending,
    killed: undefined,
  };
}

function differing(
  flight: FlightRecord,
  index: number,
  text: string,
  ending: ReplayResult['ending'],
): ReplayResult {
  const recorded = isUnfinished(flight, index) ? failureText(flight.end) : 'it returned';
  const difference = { index, lines: [`- ${recorded}`, `+ ${text}`] };
  return { verdict: 'differs', events: index, difference, error: undefined, ending, killed: undefined };
}
