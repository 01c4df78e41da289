/**
 * Fuzzes one reader, guided by what it reaches: an input that reaches something new, or the same more often, is kept and changed further.
 * All of it follows from the seed: the same seed gives the same runs, findings and inputs.
 *
 * What a run may take is counted in blocks of code and bytes asked for (reader-probes.ts), never by a clock.
 */
import { Dictionary } from '../fuzz/dictionary.ts';
import { bytesLimit, mutateBytes } from '../fuzz/mutate-bytes.ts';
import { Random } from '../fuzz/random.ts';
import type { ReaderLimits, ReaderProbes } from './reader-probes.ts';
import { BrokenPromise, type ReaderTarget } from './reader-target.ts';

/** Blocks of code that a run may enter: a reader takes some hundreds for each byte at most. */
const blocksLimit = 5_000_000;
/** Bytes of memory that a run may ask for. */
const memoryLimit = 256 * 1024 * 1024;
/** Bytes of an input: what grows without end only takes time. */
export const inputBytesLimit = 256 * 1024;
/** Runs of one input before another is taken. */
const runsPerInput = 32;
/** The newest inputs, of which every other one is taken. */
const newest = 16;
/** Findings of one target; the same fault tends to show itself in many ways. */
const findingsLimit = 16;
/** Runs that are spent on making one finding smaller. */
const minimiseRuns = 2_000;
/** The same where each run takes a millisecond. */
const slowMinimiseRuns = 500;
const comparedTextsLimit = 256;

/** What an input showed. */
export type ReaderFinding = {
  readonly target: string;
  readonly oracle: 'thrown' | 'promise' | 'time' | 'memory' | 'stack' | 'hang' | 'second';
  readonly message: string;
  /** The first places of the supervisor's in the stack, innermost first. */
  readonly frames: readonly string[];
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Runs before it was found. */
  readonly run: number;
};

export type ReaderWords = { readonly texts: readonly string[]; readonly numbers: readonly bigint[] };

type Failure = Omit<ReaderFinding, 'target' | 'bytes' | 'run'>;

export class ReaderFuzzer {
  readonly findings: ReaderFinding[] = [];
  /** Inputs of which each has reached something that no other before it has. */
  readonly corpus: Uint8Array<ArrayBuffer>[] = [];
  runs = 0;
  readonly #target: ReaderTarget;
  readonly #probes: ReaderProbes;
  readonly #limits: ReaderLimits;
  readonly #random: Random;
  readonly #words: ReaderWords;
  readonly #onRun: (bytes: Uint8Array) => void;
  readonly #reached = new Map<number, number>();
  readonly #known = new Set<string>();
  readonly #comparedTexts = new Set<string>();
  /** Inputs of the corpus about which the second reader was asked. */
  #consulted = 0;
  #dictionary: Dictionary;

  /** `onRun` is told of each input before it is run. */
  constructor(
    target: ReaderTarget,
    probes: ReaderProbes,
    words: ReaderWords,
    seed: number,
    onRun: (bytes: Uint8Array) => void = () => undefined,
  ) {
    this.#target = target;
    this.#probes = probes;
    this.#limits = { blocks: target.blocks ?? blocksLimit, bytes: target.bytes ?? memoryLimit };
    this.#random = new Random(seed, ...bytesOf(target.name));
    this.#words = { texts: [...words.texts, ...(target.words ?? [])], numbers: words.numbers };
    this.#dictionary = new Dictionary(this.#words.numbers, this.#words.texts);
    this.#onRun = onRun;
  }

  /** Places that were reached. */
  get reached(): number {
    return this.#reached.size;
  }

  /** Runs inputs as they are, and keeps those that reach something. */
  begin(inputs: readonly Uint8Array[]): void {
    for (const input of inputs) this.#try(new Uint8Array(input));
  }

  /** Goes on until so many runs were made, those before included. */
  fuzz(untilRuns: number): void {
    while (this.runs < untilRuns && this.findings.length < findingsLimit) {
      const input = this.#choose();
      this.#compare(input);
      for (let count = 0; count < runsPerInput && this.runs < untilRuns; count += 1)
        this.#try(this.#mutate(input));
    }
  }

  /** Asks the second reader, if there is one, about what has reached something new since it was last asked. */
  async consult(): Promise<void> {
    if (this.#target.second === undefined) return;
    for (; this.#consulted < this.corpus.length; this.#consulted += 1) {
      const bytes = this.corpus[this.#consulted] ?? new Uint8Array();
      const failure = await this.second(bytes);
      if (failure === undefined || !this.#isUnknown(failure)) continue;
      const { runs: run } = this;
      const end = run + slowMinimiseRuns;
      const smaller = smallerInputs(bytes);
      let step = smaller.next(false);
      while (step.done !== true) {
        const other = this.runs < end ? await this.second(step.value) : undefined;
        this.runs += 1;
        step = smaller.next(other !== undefined && keyOf(other) === keyOf(failure));
      }
      const final = (await this.second(step.value)) ?? failure;
      this.findings.push({ target: this.#target.name, ...final, bytes: step.value, run });
    }
  }

  /** What the second reader has against an input; undefined if all is well. */
  async second(bytes: Uint8Array<ArrayBuffer>): Promise<Failure | undefined> {
    const message = await this.#target.second?.(bytes);
    return message === undefined ? undefined : { oracle: 'second', message, frames: [] };
  }

  /** Runs one input; undefined if all is well. */
  run(bytes: Uint8Array<ArrayBuffer>, notesComparisons = false): Failure | undefined {
    this.runs += 1;
    this.#onRun(bytes);
    this.#probes.begin(this.#limits, notesComparisons);
    let thrown: Failure | undefined;
    try {
      this.#target.read(bytes.slice());
    } catch (error) {
      thrown = failureOf(error);
    }
    const over = this.#probes.end();
    if (over !== undefined) return { oracle: over.what, message: over.message, frames: thrown?.frames ?? [] };
    return thrown;
  }

  #try(bytes: Uint8Array<ArrayBuffer>): void {
    const failure = this.run(bytes);
    if (failure !== undefined) this.#note(bytes, failure);
    else if (this.#isNew()) this.corpus.push(bytes);
  }

  #isNew(): boolean {
    let isNew = false;
    this.#probes.reached((site, often) => {
      const before = this.#reached.get(site) ?? 0;
      if ((before & often) !== 0) return;
      this.#reached.set(site, before | often);
      isNew = true;
    });
    return isNew;
  }

  #choose(): Uint8Array<ArrayBuffer> {
    const { length } = this.corpus;
    const start = this.#random.once(2) ? Math.max(0, length - newest) : 0;
    return this.corpus[start + this.#random.below(length - start)] ?? new Uint8Array();
  }

  /** Learns what the reader holds parts of the input against. */
  #compare(input: Uint8Array<ArrayBuffer>): void {
    this.run(input, true);
    const texts = this.#probes.comparedTexts;
    const before = this.#comparedTexts.size;
    for (const text of texts) if (before < comparedTextsLimit) this.#comparedTexts.add(text);
    if (this.#comparedTexts.size > before)
      this.#dictionary = new Dictionary(this.#words.numbers, [...this.#words.texts, ...this.#comparedTexts]);
    this.#dictionary.noteComparisons(this.#probes.comparisons);
  }

  #mutate(input: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const random = this.#random;
    const other = random.once(8) ? random.pick(this.corpus) : undefined;
    const whole = other === undefined ? input : splice(input, other, random);
    // The mutator has a limit of its own, so of what is long a part is changed.
    const width = whole.length < bytesLimit ? whole.length : 64 + random.below(bytesLimit / 2);
    const start = random.below(whole.length - width + 1);
    const changed = mutateBytes(whole.subarray(start, start + width), random, this.#dictionary);
    const result = new Uint8Array(whole.length - width + changed.length);
    result.set(whole.subarray(0, start));
    result.set(changed, start);
    result.set(whole.subarray(start + width), start + changed.length);
    return result.length > inputBytesLimit ? result.slice(0, inputBytesLimit) : result;
  }

  #note(bytes: Uint8Array<ArrayBuffer>, failure: Failure): void {
    if (!this.#isUnknown(failure)) return;
    const { runs: run } = this;
    const end = run + minimiseRuns;
    const smaller = smallerInputs(bytes);
    let step = smaller.next(false);
    while (step.done !== true) {
      const other = this.runs < end ? this.run(step.value) : undefined;
      step = smaller.next(other !== undefined && keyOf(other) === keyOf(failure));
    }
    const final = this.run(step.value) ?? failure;
    this.findings.push({ target: this.#target.name, ...final, bytes: step.value, run });
  }

  /** Whether nothing like it was found before: it is known from now on. */
  #isUnknown(failure: Failure): boolean {
    const key = keyOf(failure);
    if (this.#known.has(key)) return false;
    this.#known.add(key);
    return true;
  }
}

/** Leaves out pieces, and makes bytes 0. Is told of each candidate whether it fails in the same way, and gives the last that did. */
function* smallerInputs(
  bytes: Uint8Array<ArrayBuffer>,
): Generator<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>, boolean> {
  let best = bytes;
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < best.length; ) {
      const candidate = new Uint8Array(Buffer.concat([best.subarray(0, start), best.subarray(start + size)]));
      if (yield candidate) best = candidate;
      else start += size;
    }
  }
  for (let at = 0; at < best.length; at += 1) {
    if (best[at] === 0) continue;
    const candidate = best.slice();
    candidate[at] = 0;
    if (yield candidate) best = candidate;
  }
  return best;
}

/** What tells findings apart: what happened, and where. */
function keyOf({ oracle, message, frames }: Failure): string {
  const said =
    oracle === 'promise' ? message : oracle === 'second' ? message.replaceAll(/`[^`]*`|\d+/g, '…') : '';
  return `${oracle} ${said} ${frames.slice(0, 2).join(' < ')}`;
}

function failureOf(error: unknown): Failure {
  const frames = error instanceof Error ? framesOf(error) : [];
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (error instanceof BrokenPromise) return { oracle: 'promise', message: error.message, frames };
  const isStack = error instanceof RangeError && error.message.includes('call stack');
  // Where the stack is full is chance.
  return isStack ? { oracle: 'stack', message, frames: [] } : { oracle: 'thrown', message, frames };
}

/** `supervisor/trust/cose-sign.ts:120`, innermost first. */
function framesOf(error: Error): readonly string[] {
  const lines = (error.stack ?? '').split('\n').slice(1);
  return lines.flatMap((line) => /(supervisor\/[^:?]+)[^:]*:(\d+)/.exec(line)?.slice(1, 3).join(':') ?? []);
}

function splice(one: Uint8Array, other: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  const head = one.subarray(0, random.below(one.length + 1));
  const tail = other.subarray(random.below(other.length + 1));
  return new Uint8Array(Buffer.concat([head, tail]));
}

function bytesOf(text: string): readonly number[] {
  return [...new TextEncoder().encode(text)];
}
