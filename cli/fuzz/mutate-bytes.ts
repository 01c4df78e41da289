/**
 * Changes byte strings: what a kernel, a server or a disk says, and what nobody would say. Lengths and counts are what parsers
 * believe, so whole numbers at any place become others: small, large, off by one, or the length of what is left.
 */
import type { Dictionary } from './dictionary.ts';
import type { Random } from './random.ts';

/** Bytes that a mutated string may have: what grows without end only takes time. */
export const bytesLimit = 4_096;

const edges: readonly [number, ...number[]] = [
  0, 1, 2, 3, 4, 7, 8, 15, 16, 20, 32, 63, 64, 127, 128, 255, 256, 512, 1024, 4096, 32767, 32768, 65535,
  65536, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
];

/** A changed copy. */
export function mutateBytes(bytes: Uint8Array, random: Random, dictionary: Dictionary): Uint8Array {
  let result = bytes;
  for (let count = random.small(6); count > 0; count -= 1) result = mutateOnce(result, random, dictionary);
  return result.length > bytesLimit ? result.slice(0, bytesLimit) : result;
}

/** Bytes out of nothing. */
export function randomBytes(random: Random, limit = 64): Uint8Array {
  const bytes = new Uint8Array(random.below(limit + 1));
  for (let at = 0; at < bytes.length; at += 1)
    bytes[at] = random.once(2) ? random.below(4) : random.below(256);
  return bytes;
}

function mutateOnce(bytes: Uint8Array, random: Random, dictionary: Dictionary): Uint8Array {
  const { length } = bytes;
  if (length === 0) return random.once(2) ? randomBytes(random) : new Uint8Array(dictionary.token(random));
  switch (random.below(12)) {
    case 0: {
      const copy = bytes.slice();
      const at = random.below(length);
      copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
      return copy;
    }
    case 1: {
      const copy = bytes.slice();
      copy[random.below(length)] = random.below(256);
      return copy;
    }
    case 2:
    case 3:
    case 4:
      return mutateNumber(bytes, random);
    case 5:
      return overwrite(bytes, random.below(length), dictionary.token(random));
    case 6:
      return insert(bytes, random.below(length + 1), dictionary.token(random));
    case 7: {
      const start = random.below(length);
      const count = chunk(random, length - start);
      return join(bytes.subarray(0, start), bytes.subarray(start + count));
    }
    case 8: {
      const start = random.below(length);
      const piece = bytes.subarray(start, start + chunk(random, length - start));
      return insert(bytes, random.once(2) ? start : random.below(length + 1), piece);
    }
    case 9: {
      const start = random.below(length);
      return overwrite(
        bytes,
        random.below(length),
        bytes.subarray(start, start + chunk(random, length - start)),
      );
    }
    case 10:
      return bytes.slice(0, random.below(length));
    default:
      return dictionary.replaceCompared(bytes, random) ?? mutateNumber(bytes, random);
  }
}

/** A number of 1, 2 or 4 bytes, in either order, mostly at a place that it would be aligned to. */
function mutateNumber(bytes: Uint8Array, random: Random): Uint8Array {
  const width = random.choose([1, 2, 2, 4]);
  if (bytes.length < width) return mutateByte(bytes, random);
  const copy = bytes.slice();
  const view = new DataView(copy.buffer, copy.byteOffset, copy.length);
  let at = random.below(copy.length - width + 1);
  if (!random.once(4)) at -= at % width;
  const isLittle = random.once(2);
  const old = read(view, at, width, isLittle);
  const left = copy.length - at;
  const value = random.choose([
    () => random.choose(edges),
    () => old + 1 + random.below(16),
    () => old - 1 - random.below(16),
    () => left,
    () => left + 1 + random.below(8),
    () => left - 1 - random.below(8),
    () => old * 2,
    () => random.bits(),
  ])();
  write(view, at, width, isLittle, value);
  return copy;
}

function mutateByte(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = bytes.slice();
  copy[random.below(copy.length)] = random.below(256);
  return copy;
}

function read(view: DataView, at: number, width: number, isLittle: boolean): number {
  if (width === 1) return view.getUint8(at);
  return width === 2 ? view.getUint16(at, isLittle) : view.getUint32(at, isLittle);
}

function write(view: DataView, at: number, width: number, isLittle: boolean, value: number): void {
  if (width === 1) view.setUint8(at, value);
  else if (width === 2) view.setUint16(at, value, isLittle);
  else view.setUint32(at, value, isLittle);
}

function chunk(random: Random, limit: number): number {
  return Math.min(limit, random.once(4) ? 1 + random.below(limit) : 1 + random.below(8));
}

function overwrite(bytes: Uint8Array, at: number, piece: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy.set(piece.subarray(0, copy.length - at), at);
  return copy;
}

function insert(bytes: Uint8Array, at: number, piece: Uint8Array): Uint8Array {
  return join(bytes.subarray(0, at), piece, bytes.subarray(at));
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
