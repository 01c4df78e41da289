/**
 * The thread in which readers are fuzzed: it loads the supervisor's sources with counters, which nobody else of the process does, and it can be
 * ended from outside when a reader does not come back.
 *
 * Nothing of the supervisor may be loaded before the hook: what is there already has no counters.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { HostOrder, HostReport, TargetState } from './host-messages.ts';
import { inputAt, inputLengthAt, runsAt } from './host-messages.ts';
import { instrumentSource } from './instrument-source.ts';
import { ReaderProbes } from './reader-probes.ts';

/** What gets counters: what is fuzzed, and the reader that shows that counters work. */
const counted = ['../../supervisor/', './targets/canary.ts'].map(
  (path) => new URL(path, import.meta.url).href,
);
/** Runs between two reports. */
const runsPerReport = 1_000;

// Taking types out is called experimental by the function, and not by Node when it loads a file.
process.removeAllListeners('warning');
const probes = new ReaderProbes();
probes.install();
const texts = new Set<string>();
const numbers = new Set<bigint>();
let sites = 0;
registerHooks({
  load: (url, context, nextLoad) => {
    if (!counted.some((start) => url.startsWith(start)) || !url.endsWith('.ts'))
      return nextLoad(url, context);
    const instrumented = instrumentSource(readFileSync(fileURLToPath(url), 'utf8'), sites);
    sites += instrumented.sites;
    for (const text of instrumented.texts) texts.add(text);
    for (const number of instrumented.numbers) numbers.add(number);
    return { format: 'module', source: instrumented.code, shortCircuit: true };
  },
});

/** This thread is started by fuzz-host.ts alone. */
const order: HostOrder = workerData;
const shared = new Int32Array(order.shared);
const sharedInput = new Uint8Array(order.shared, inputAt);

function tell(bytes: Uint8Array): void {
  sharedInput.set(bytes.subarray(0, sharedInput.length));
  Atomics.store(shared, inputLengthAt, bytes.length);
  Atomics.add(shared, runsAt, 1);
}

function report(message: HostReport): void {
  parentPort?.postMessage(message);
}

const { readerTarget } = await import('./reader-targets.ts');
const { ReaderFuzzer } = await import('./fuzz-reader.ts');
const target = readerTarget(order.target);
const fuzzer = new ReaderFuzzer(
  target,
  probes,
  { texts: [...texts], numbers: [...numbers] },
  order.seed,
  tell,
);
const startedAt = process.cpuUsage();

function state(): TargetState {
  const { user, system } = process.cpuUsage(startedAt);
  return {
    target: target.name,
    runs: fuzzer.runs,
    reached: fuzzer.reached,
    sites,
    corpus: fuzzer.corpus.length,
    cpuMs: (user + system) / 1_000,
    findings: fuzzer.findings,
  };
}

const seeds = await target.seeds();
if (order.repro !== undefined) {
  const bytes = new Uint8Array(order.repro);
  const failure = fuzzer.run(bytes) ?? (await fuzzer.second(bytes));
  const finding = failure === undefined ? [] : [{ target: target.name, ...failure, bytes, run: 1 }];
  report({ type: 'done', state: { ...state(), findings: finding }, corpus: [] });
} else {
  fuzzer.begin([...seeds, ...order.inputs]);
  await fuzzer.consult();
  const deadline = performance.now() + (order.seconds ?? Number.POSITIVE_INFINITY) * 1_000;
  const limit = order.runs ?? Number.POSITIVE_INFINITY;
  while (fuzzer.runs < limit && performance.now() < deadline) {
    const before = fuzzer.runs;
    fuzzer.fuzz(Math.min(limit, fuzzer.runs + runsPerReport));
    await fuzzer.consult();
    report({ type: 'progress', state: state() });
    if (fuzzer.runs === before) break;
  }
  report({ type: 'done', state: state(), corpus: fuzzer.corpus });
}
