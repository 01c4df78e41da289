/**
 * Words that a module knows: constants in its code, text in its data, and what it has compared in runs (instrument.ts). A guess that
 * is right about a magic number gets further than a million that are not.
 *
 * Comparisons say most: if the module held 5 against 1234 and there is a 5 in the input, then a 1234 in its place goes the other way
 * (Aschermann and others, "REDQUEEN: Fuzzing with Input-to-State Correspondence", 2019).
 */
import { walkCode } from '../../supervisor/cells/core-code.ts';
import type { CoreModule } from '../../supervisor/component/definition.ts';
import { comparisonSize } from './fuzz-map.ts';
import { bytesLimit } from './mutate-bytes.ts';
import type { Random } from './random.ts';

/** Two numbers that a run has compared; `width` in bytes. */
export type Comparison = { readonly width: number; readonly one: bigint; readonly other: bigint };

/** Comparisons that are kept of one run. */
const comparisonsKept = 512;
/** Places of one number that are tried, and copies that are made of one byte string. */
const placesTried = 6;
const replacementsLimit = 256;
/** Numbers that are taken for instants of the host's clock: nanoseconds, from a second on, below all that means never. */
const instants = { first: 1_000_000_000n, last: 1n << 62n } as const;
const millisecond = 1_000_000n;
/** Waits between instants that are kept, and the longest of them: a year. */
const waitsKept = 16;
const longestWaitMs = 366 * 86_400_000;
/** Bytes that fill up. */
const filler = { first: 13, step: 167 } as const;
/** Other lengths of one byte string that are tried. */
const lengthsLimit = 12;
/** Constants that are kept of a module. */
const constantsLimit = 4_096;

export class Dictionary {
  readonly #constants: readonly bigint[];
  readonly #texts: readonly string[];
  #comparisons: readonly Comparison[] = [];
  /** Of `#comparisons`, once somebody has asked. */
  #waitsMs: readonly number[] | undefined;

  constructor(constants: readonly bigint[] = [], texts: readonly string[] = []) {
    this.#constants = constants;
    this.#texts = texts;
  }

  /** The words of a core module. */
  static of(core: CoreModule): Dictionary {
    return new Dictionary(constantsOf(core), textsOf(core.bytes));
  }

  /** The same words, with comparisons of its own. */
  fork(): Dictionary {
    return new Dictionary(this.#constants, this.#texts);
  }

  /** What the last run with comparisons has compared. */
  noteComparisons(comparisons: readonly Comparison[]): void {
    this.#comparisons = comparisons;
    this.#waitsMs = undefined;
  }

  get hasComparisons(): boolean {
    return this.#comparisons.length > 0;
  }

  /** Milliseconds, rounded up, from one instant to another that it was compared with: so much later the module would go another way. */
  get waitsMs(): readonly number[] {
    this.#waitsMs ??= waitsOf(this.#comparisons);
    return this.#waitsMs;
  }

  /** Some bytes that mean something to the module. */
  token(random: Random): Uint8Array {
    const compared = random.once(2) ? random.pick(this.#comparisons) : undefined;
    if (compared !== undefined)
      return numberBytes(random.once(2) ? compared.one : compared.other, compared.width, random);
    if (random.once(4)) return new TextEncoder().encode(this.text(random));
    return numberBytes(this.number(random), random.choose([1, 2, 4]), random);
  }

  /** A number that means something to the module. */
  number(random: Random): bigint {
    const compared = random.once(2) ? random.pick(this.#comparisons) : undefined;
    if (compared !== undefined) return random.once(2) ? compared.one : compared.other;
    return random.pick(this.#constants) ?? BigInt(random.below(256));
  }

  /** A text that means something to the module. */
  text(random: Random): string {
    return random.pick(this.#texts) ?? '';
  }

  /** The number that `value` was compared with, if it was. */
  comparedWith(value: bigint, random: Random): bigint | undefined {
    const start = random.below(this.#comparisons.length + 1);
    for (let index = 0; index < this.#comparisons.length; index += 1) {
      const found = this.#comparisons[(start + index) % this.#comparisons.length];
      if (found?.one === value) return found.other;
      if (found?.other === value) return found.one;
    }
    return undefined;
  }

  /** Copies in which a number that was compared has become the one that it was compared with, or one beside it. */
  replacements(bytes: Uint8Array): readonly Uint8Array[] {
    const present = new Set(bytes);
    const candidates: { readonly at: readonly number[]; readonly pieces: readonly Uint8Array[] }[] = [];
    for (const { width, one, other } of this.#comparisons) {
      for (const [from, to] of [
        [one, other],
        [other, one],
      ] as const) {
        for (const size of [1, 2, 4, 8]) {
          if (size > width || from >> BigInt(8 * size) !== 0n || to >> BigInt(8 * size) !== 0n) continue;
          for (const isLittle of size === 1 ? [true] : [true, false]) {
            const pattern = encode(from, size, isLittle);
            // Most numbers that were compared are of something else: looking at one byte first says so soon.
            if (!present.has(pattern[isLittle ? 0 : size - 1] ?? 0)) continue;
            const at = places(bytes, pattern);
            if (at.length === 0) continue;
            candidates.push({
              at,
              pieces: [to, to + 1n, to - 1n].map((near) => encode(near, size, isLittle)),
            });
          }
        }
      }
    }
    // What is in few places is most likely what was compared; zeros are everywhere.
    candidates.sort((left, right) => left.at.length - right.at.length);
    const copies = new Map<string, Uint8Array>();
    for (const { at, pieces } of candidates) {
      for (const place of at) {
        for (const piece of pieces) {
          if (copies.size >= replacementsLimit) return [...copies.values()];
          const copy = bytes.slice();
          copy.set(piece, place);
          copies.set(Buffer.from(copy).toString('latin1'), copy);
        }
      }
    }
    return [...copies.values()];
  }

  /** Copies as long as what their length was compared with, and one more or less: cut, or filled up. */
  resized(bytes: Uint8Array): readonly Uint8Array[] {
    const lengths = new Set<number>();
    for (const { one, other } of this.#comparisons) {
      const compared =
        one === BigInt(bytes.length) ? other : other === BigInt(bytes.length) ? one : undefined;
      if (compared === undefined || compared > BigInt(bytesLimit)) continue;
      for (const near of [compared, compared + 1n, compared - 1n]) if (near >= 0n) lengths.add(Number(near));
    }
    lengths.delete(bytes.length);
    return [...lengths].slice(0, lengthsLimit).map((length) => {
      // What differs from byte to byte is found again when it is compared; zeros would be everywhere.
      const copy = filled(new Uint8Array(length), bytes.length, length);
      copy.set(bytes.subarray(0, length));
      return copy;
    });
  }

  /** A copy in which a number that was compared has become the one that it was compared with; undefined if there is none. */
  replaceCompared(bytes: Uint8Array, random: Random): Uint8Array | undefined {
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const compared = random.pick(this.#comparisons);
      if (compared === undefined) return undefined;
      const isSwapped = random.once(2);
      const [from, to] = isSwapped ? [compared.other, compared.one] : [compared.one, compared.other];
      const isLittle = random.once(2);
      for (const width of [compared.width, 2, 1]) {
        if (width > compared.width || from >> BigInt(8 * width) !== 0n) continue;
        const at = find(bytes, encode(from, width, isLittle), random);
        if (at === undefined) continue;
        const copy = bytes.slice();
        const nudge = random.once(4) ? BigInt(random.below(3) - 1) : 0n;
        copy.set(encode(to + nudge, width, isLittle), at);
        return copy;
      }
    }
    return undefined;
  }
}

/** A copy with other bytes from one place to another, of which neighbours differ. */
export function filled(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const copy = bytes.slice();
  for (let at = from; at < to; at += 1) copy[at] = (filler.first + at * filler.step) & 0xff;
  return copy;
}

/** The comparisons in the map of a run, each once. */
export function readComparisons(view: DataView): readonly Comparison[] {
  const known = new Map<string, Comparison>();
  for (let at = 0; at < view.byteLength && known.size < comparisonsKept; at += comparisonSize) {
    const width = view.getUint32(at + 4, true);
    const [one, other] = [view.getBigUint64(at + 8, true), view.getBigUint64(at + 16, true)];
    known.set(`${view.getUint32(at, true)} ${one} ${other}`, { width, one, other });
  }
  return [...known.values()];
}

function waitsOf(comparisons: readonly Comparison[]): readonly number[] {
  const isInstant = (value: bigint): boolean => value >= instants.first && value <= instants.last;
  const waits = new Set<number>();
  for (const { width, one, other } of comparisons) {
    if (width !== 8 || one === other || !isInstant(one) || !isInstant(other)) continue;
    const nanoseconds = one < other ? other - one : one - other;
    const ms = Number((nanoseconds + millisecond - 1n) / millisecond);
    if (ms <= longestWaitMs) waits.add(ms);
    if (waits.size >= waitsKept) break;
  }
  return [...waits];
}

function numberBytes(value: bigint, width: number, random: Random): Uint8Array {
  return encode(value, width, random.once(2));
}

function encode(value: bigint, width: number, isLittle: boolean): Uint8Array {
  const bytes = new Uint8Array(width);
  let rest = BigInt.asUintN(64, value);
  for (let index = 0; index < width; index += 1) {
    bytes[isLittle ? index : width - 1 - index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

/** The first places of `pattern` in `bytes`. */
function places(bytes: Uint8Array, pattern: Uint8Array): readonly number[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const found: number[] = [];
  let at = buffer.indexOf(pattern);
  while (at >= 0 && found.length < placesTried) {
    found.push(at);
    at = buffer.indexOf(pattern, at + 1);
  }
  return found;
}

/** A place of `pattern` in `bytes`: the first after a random one. */
function find(bytes: Uint8Array, pattern: Uint8Array, random: Random): number | undefined {
  if (bytes.length < pattern.length) return undefined;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const from = random.below(bytes.length);
  const after = buffer.indexOf(pattern, from);
  const found = after >= 0 ? after : buffer.indexOf(pattern);
  return found >= 0 ? found : undefined;
}

/** Constants of the code that are not too common to say anything. */
function constantsOf({ bytes, shape }: CoreModule): readonly bigint[] {
  const constants = new Set<bigint>();
  walkCode(bytes, shape.imports.filter(({ extern }) => extern.kind === 'function').length, {
    onFunction: () => undefined,
    onInitialisers: () => undefined,
    onInstruction: () => undefined,
    onInstructionRead: (opcode, start, end) => {
      if ((opcode !== 0x41 && opcode !== 0x42) || constants.size >= constantsLimit) return;
      const value = signedLeb(bytes.subarray(start + 1, end));
      constants.add(BigInt.asUintN(opcode === 0x41 ? 32 : 64, value));
    },
    onTable: () => undefined,
    onUnknown: (what) => new TypeError(what),
  });
  return [...constants];
}

function signedLeb(bytes: Uint8Array): bigint {
  let value = 0n;
  let shift = 0n;
  for (const byte of bytes) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if ((byte & 0x80) === 0 && (byte & 0x40) !== 0) value -= 1n << shift;
  }
  return value;
}

/** Characters of the shortest and the longest text that is taken for one. */
const textLengths = { shortest: 2, longest: 64 } as const;

/** Runs of printable ASCII, as AssemblyScript keeps text (UTF-16) and as bytes. */
function textsOf(bytes: Uint8Array): readonly string[] {
  const latin = Buffer.from(bytes).toString('latin1');
  const { shortest, longest } = textLengths;
  const wide = latin.match(new RegExp(`(?:[ -~]\\0){${shortest},}`, 'g')) ?? [];
  const texts = wide.map((text) => text.replaceAll('\0', '').slice(0, longest));
  return [...new Set(texts)];
}
