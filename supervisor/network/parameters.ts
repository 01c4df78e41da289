/** Parameters of a call, looked at as if the cell that they come out of had been taken over: a TypeError is a bug or an attack. */

export function asText(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('a parameter is no text');
  return value;
}

export function asBytes(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new TypeError('a parameter is no list of bytes');
  return value;
}

/** A whole number from 0 to `maximum`. */
export function asNumber(value: unknown, maximum: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > maximum)
    throw new TypeError(`a parameter is no number from 0 to ${maximum}`);
  return value;
}

/** A list of numbers of 32 bits. */
export function asNumbers(value: unknown): readonly number[] {
  if (value instanceof Uint32Array) return [...value];
  if (!Array.isArray(value)) throw new TypeError('a parameter is no list of numbers');
  return value.map((item: unknown) => asNumber(item, 0xffff_ffff));
}

/** The field of a record. */
export function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) throw new TypeError('a parameter is no record');
  return Reflect.get(value, name);
}
