/** Whether two hosts gave the same value. jco writes `val: undefined` where we leave it out; NaN equals NaN. */
import { isDeepStrictEqual } from 'node:util';

export function isSameValue(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(normalize(one), normalize(other));
}

function normalize(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalize);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  const entries = Object.entries(value)
    .filter(([key, inner]) => !(key === 'val' && inner === undefined))
    .map(([key, inner]) => [key, normalize(inner)]);
  return Object.fromEntries(entries);
}
