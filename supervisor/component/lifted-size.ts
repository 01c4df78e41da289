/**
 * How much memory of the host a guest's values may take.
 *
 * The danger is that a guest's memory bounds nothing: a list of a thousand lists may name the same megabyte a thousand times, and the
 * host makes a copy each time. So what a call hands over is counted as the host holds it, before it is read. The counts
 * are estimates of V8's objects on the high side; what matters is that each is more than nothing.
 */
import { casesOf } from './layout.ts';
import type { ValueType } from './types.ts';

/** The most bytes of the host that the values of one call in one direction may take: the canonical ABI has no such limit. */
export const liftedBytesLimit = 64 * 1024 * 1024;

/** The most bytes of the host that one value of a type may take, without what is in its lists and strings. */
export const fixedBytesLimit = 1024 * 1024;

/** Bytes of a string or list that is empty. A typed array has a buffer of its own, and that a store. */
export const emptyTextBytes = 24;
export const emptyListBytes = 160;

const numberBytes = 16;
const bigintBytes = 24;
const objectBytes = 32;
const fieldBytes = 8;

const cache = new WeakMap<ValueType, number>();

/** Bytes of the host that a value of `type` takes at most, without what is in its lists and strings. */
export function hostBytesOf(type: ValueType): number {
  const known = cache.get(type);
  if (known !== undefined) return known;
  const bytes = computeHostBytes(type);
  cache.set(type, bytes);
  return bytes;
}

function computeHostBytes(type: ValueType): number {
  switch (type.kind) {
    case 'string':
      return emptyTextBytes;
    case 'list':
      return emptyListBytes;
    case 's64':
    case 'u64':
      return bigintBytes;
    case 'record':
      return sumOf(type.fields.map((field) => field.type));
    case 'tuple':
      return sumOf(type.elements);
    case 'flags':
      return objectBytes + type.labels.length * fieldBytes;
    case 'variant':
    case 'option':
    case 'result':
      return (
        objectBytes +
        casesOf(type).reduce(
          (most, { type: inner }) => Math.max(most, inner === undefined ? 0 : hostBytesOf(inner)),
          0,
        )
      );
    case 'own':
    case 'borrow':
      return objectBytes;
    default:
      return numberBytes;
  }
}

function sumOf(types: readonly ValueType[]): number {
  return types.reduce((sum, type) => sum + fieldBytes + hostBytesOf(type), objectBytes);
}
