/**
 * Fuzzes the readers of the host's own side: everything of the supervisor that takes bytes from a stranger. The modules are fuzzed by
 * cli/fuzz; this is the same for what they run on.
 *
 * Each target has a thread of its own, with a limit of memory. One that does not come back from a run is ended, and the input it was given
 * is the finding.
 */
import { Worker } from 'node:worker_threads';
import { inputBytesLimit, type ReaderFinding } from './fuzz-reader.ts';
import {
  type HostOrder,
  type HostReport,
  inputAt,
  inputLengthAt,
  runsAt,
  type TargetState,
} from './host-messages.ts';

/** Wall time without the end of a run after which a reader counts as hanging: a thousand times what a run takes on a busy machine. */
const hangMs = 20_000;
const watchMs = 1_000;
/** Megabytes of the heap of the thread. */
const heapMb = 1_024;

export type HostFuzzOptions = {
  readonly seed: number;
  /** Runs of the target, or seconds of it; whichever ends first. */
  readonly runs?: number;
  readonly seconds?: number;
  /** Inputs kept of earlier runs. */
  readonly inputs?: readonly Uint8Array[];
  readonly onProgress?: (state: TargetState) => void;
};

export type HostFuzzResult = TargetState & {
  /** Inputs of which each has reached something that no other before it has. */
  readonly inputs: readonly Uint8Array[];
};

/** All targets by their names, with a line on each. The canary is one of them, and always fails. */
export async function hostTargets(): Promise<readonly { readonly name: string; readonly summary: string }[]> {
  const { readerTargets } = await import('./reader-targets.ts');
  return readerTargets.map(({ name, summary }) => ({ name, summary }));
}

/** Fuzzes one target of `hostTargets`. The same seed and runs give the same result, times aside. */
export function fuzzHost(target: string, options: HostFuzzOptions): Promise<HostFuzzResult> {
  const { seed, runs, seconds, inputs = [] } = options;
  return runThread({ target, seed, runs, seconds, inputs, repro: undefined }, options.onProgress);
}

/** Runs one input again: what it shows, or undefined. */
export async function reproduceHost(target: string, bytes: Uint8Array): Promise<ReaderFinding | undefined> {
  const order = { target, seed: 0, runs: 1, seconds: undefined, inputs: [], repro: bytes };
  const { findings } = await runThread(order, undefined);
  return findings[0];
}

function runThread(
  order: Omit<HostOrder, 'shared'>,
  onProgress: HostFuzzOptions['onProgress'],
): Promise<HostFuzzResult> {
  const shared = new SharedArrayBuffer(inputAt + inputBytesLimit);
  const workerData: HostOrder = { ...order, shared };
  const worker = new Worker(new URL('./host-worker.ts', import.meta.url), {
    name: `fuzz ${order.target}`,
    workerData,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  });
  const { target } = order;
  let last: TargetState = { target, runs: 0, reached: 0, sites: 0, corpus: 0, cpuMs: 0, findings: [] };
  const view = new Int32Array(shared);
  return new Promise<HostFuzzResult>((resolve, reject) => {
    let runs = 0;
    let sinceMs = performance.now();
    const watch = setInterval(() => {
      const now = Atomics.load(view, runsAt);
      if (now !== runs) [runs, sinceMs] = [now, performance.now()];
      // Before the first run it loads sources.
      else if (runs > 0 && performance.now() - sinceMs > hangMs)
        lose('hang', 'the reader does not come back');
    }, watchMs);
    const lose = (oracle: 'hang' | 'memory', message: string): void => {
      clearInterval(watch);
      const bytes = new Uint8Array(shared, inputAt, Atomics.load(view, inputLengthAt)).slice();
      const run = Atomics.load(view, runsAt);
      const finding: ReaderFinding = { target, oracle, message, frames: [], bytes, run };
      resolve({ ...last, runs: run, findings: [...last.findings, finding], inputs: [] });
    };
    worker.on('message', (report: HostReport) => {
      last = report.state;
      if (report.type === 'progress') return onProgress?.(report.state);
      clearInterval(watch);
      resolve({ ...report.state, inputs: report.corpus });
    });
    worker.on('error', (error) => {
      clearInterval(watch);
      const isHeap = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      if (isHeap && Atomics.load(view, runsAt) > 0) lose('memory', `the heap of ${heapMb} MB is full`);
      else reject(error);
    });
  }).finally(() => worker.terminate());
}
