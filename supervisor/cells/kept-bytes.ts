/**
 * Estimates what plain data keeps of the heap, for limits that are counted in bytes. An upper estimate in the currency of
 * `store/value.ts`, cheap beside the structured clone that the same data goes through on its way to a cell.
 */

/* What V8 (64 bit, pointers not compressed) keeps for each part, rounded up. */
const objectBytes = 64;
const slotBytes = 8;
const scalarBytes = 16;
const stringBytes = 32;
const stringUnitBytes = 2;
const typedArrayBytes = 256;

/** Bytes of the heap that `value` keeps alive: plain objects, arrays, typed arrays, strings and numbers, no cycles. */
export function keptBytes(value: unknown): number {
  if (typeof value === 'string') return stringBytes + value.length * stringUnitBytes;
  if (typeof value !== 'object' || value === null) return scalarBytes;
  if (ArrayBuffer.isView(value)) return typedArrayBytes + value.byteLength;
  let bytes = objectBytes;
  if (Array.isArray(value)) {
    for (const item of value) bytes += slotBytes + keptBytes(item);
    return bytes;
  }
  for (const item of Object.values(value)) bytes += slotBytes + keptBytes(item);
  return bytes;
}
