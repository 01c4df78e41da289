/**
 * What instrumented code calls (instrument-source.ts): counters, comparisons, memory, and the bound on all of it.
 *
 * Time is counted in blocks of code that are entered, and memory in bytes that are asked for, so that an input which takes too much does so
 * on every machine, and in the same place. A reader that catches what is thrown in it is stopped at its next block again.
 */
import type { Comparison } from '../fuzz/dictionary.ts';
import { probesName } from './instrument-source.ts';

/** Sites that there is room for: all of the supervisor has some ten thousand. */
const sitesLimit = 65_536;
/** Comparisons that are kept of one run. */
const comparisonsKept = 256;
const comparedTextLength = 64;

/** A run has entered more blocks, or asked for more memory, than it may. Not an error of the reader's: it must not hold it for one. */
export class OverLimit extends Error {
  override readonly name = 'OverLimit';
  readonly what: 'time' | 'memory';

  constructor(what: 'time' | 'memory', limit: number) {
    super(
      what === 'time'
        ? `more than ${limit} blocks of code are entered`
        : `more than ${limit} bytes of memory are asked for`,
    );
    this.what = what;
  }
}

export type ReaderLimits = { readonly blocks: number; readonly bytes: number };

export class ReaderProbes {
  readonly #counts = new Uint32Array(sitesLimit);
  readonly #touched = new Uint32Array(sitesLimit);
  #touchedCount = 0;
  #blocks = 0;
  #bytes = 0;
  #limits: ReaderLimits = { blocks: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
  #comparisons: Comparison[] | undefined;
  #texts: string[] | undefined;

  /** Makes the functions known to code that is loaded from now on. */
  install(): void {
    const compare = (one: unknown, other: unknown): void => this.#compare(one, other);
    Object.defineProperty(globalThis, probesName, {
      value: {
        eftHit: (site: number) => this.#hit(site),
        eftAllocate: (size: unknown) => this.#allocate(size),
        eftSame: (one: unknown, other: unknown) => {
          if (this.#comparisons !== undefined) compare(one, other);
          return one === other;
        },
        eftOther: (one: unknown, other: unknown) => {
          if (this.#comparisons !== undefined) compare(one, other);
          return one !== other;
        },
        eftLess: (one: number, other: number) => {
          if (this.#comparisons !== undefined) compare(one, other);
          return one < other;
        },
        eftGreater: (one: number, other: number) => {
          if (this.#comparisons !== undefined) compare(one, other);
          return one > other;
        },
        eftNotGreater: (one: number, other: number) => {
          if (this.#comparisons !== undefined) compare(one, other);
          return one <= other;
        },
        eftNotLess: (one: number, other: number) => {
          if (this.#comparisons !== undefined) compare(one, other);
          return one >= other;
        },
      },
    });
  }

  /** Forgets the run before. */
  begin(limits: ReaderLimits, notesComparisons: boolean): void {
    for (let index = 0; index < this.#touchedCount; index += 1) this.#counts[this.#touched[index] ?? 0] = 0;
    this.#touchedCount = 0;
    this.#blocks = 0;
    this.#bytes = 0;
    this.#limits = limits;
    this.#comparisons = notesComparisons ? [] : undefined;
    this.#texts = notesComparisons ? [] : undefined;
  }

  /** What the run has gone over, even if the reader has caught it. What is called after this has no limits. */
  end(): OverLimit | undefined {
    const { blocks, bytes } = this.#limits;
    const [usedBlocks, usedBytes] = [this.#blocks, this.#bytes];
    this.#limits = { blocks: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
    if (usedBlocks > blocks) return new OverLimit('time', blocks);
    return usedBytes > bytes ? new OverLimit('memory', bytes) : undefined;
  }

  /** Blocks that the run has entered. */
  get blocks(): number {
    return this.#blocks;
  }

  /** Calls `visit` with each site that was reached, and how often, as a bit for each doubling. */
  reached(visit: (site: number, often: number) => void): void {
    for (let index = 0; index < this.#touchedCount; index += 1) {
      const site = this.#touched[index] ?? 0;
      visit(site, 1 << Math.min(7, 31 - Math.clz32(this.#counts[site] ?? 1)));
    }
  }

  /** What was compared, if that was asked for. */
  get comparisons(): readonly Comparison[] {
    return this.#comparisons ?? [];
  }

  /** Texts that were compared, if that was asked for. */
  get comparedTexts(): readonly string[] {
    return this.#texts ?? [];
  }

  #hit(site: number): void {
    const count = this.#counts[site] ?? 0;
    if (count === 0) {
      this.#touched[this.#touchedCount] = site;
      this.#touchedCount += 1;
    }
    this.#counts[site] = count + 1;
    this.#blocks += 1;
    if (this.#blocks > this.#limits.blocks) throw new OverLimit('time', this.#limits.blocks);
  }

  #allocate(size: unknown): unknown {
    const bytes =
      typeof size === 'number'
        ? size
        : typeof size === 'object' && size !== null && 'length' in size
          ? Number(size.length)
          : 0;
    if (bytes > 0) this.#bytes += bytes;
    if (this.#bytes > this.#limits.bytes) throw new OverLimit('memory', this.#limits.bytes);
    return size;
  }

  #compare(one: unknown, other: unknown): void {
    const [comparisons, texts] = [this.#comparisons, this.#texts];
    if (comparisons === undefined || texts === undefined || comparisons.length >= comparisonsKept) return;
    if (typeof one === 'string' && typeof other === 'string') {
      for (const text of [one, other])
        if (text.length > 0 && text.length <= comparedTextLength && texts.length < comparisonsKept)
          texts.push(text);
      return;
    }
    const [left, right] = [wholeNumber(one), wholeNumber(other)];
    if (left === undefined || right === undefined || left === right) return;
    comparisons.push({ width: left > 0xffff_ffffn || right > 0xffff_ffffn ? 8 : 4, one: left, other: right });
  }
}

function wholeNumber(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return BigInt.asUintN(64, value);
  return typeof value === 'number' && Number.isSafeInteger(value)
    ? BigInt.asUintN(64, BigInt(value))
    : undefined;
}
