/**
 * A codec lifts and lowers the values of one type. Codecs are built once per type, as closures over what is known of it, and
 * are shared by all instances: what differs from call to call comes in the `CallContext`.
 *
 * `load` and `store` assume that the bytes they touch lie in memory and are aligned; whoever follows a pointer checks
 * that first, once for the whole block (a parameter area, a list), as the canonical ABI does.
 *
 * Spec: CanonicalABI.md, "Loading", "Storing", "Flat Lifting", "Flat Lowering".
 */
import { EftError } from '../errors/eft-error.ts';
import type { CallContext, CoreValue } from './call-context.ts';
import type { CoreType } from './core-module.ts';
import type { Layout } from './layout.ts';

export type Codec = {
  readonly layout: Layout;
  /** Reads a value at `pointer`. */
  readonly load: (context: CallContext, pointer: number) => unknown;
  /** Writes `value` at `pointer`. */
  readonly store: (context: CallContext, pointer: number, value: unknown) => void;
  /** Takes a value off a list of core values. */
  readonly lift: (context: CallContext, source: FlatValues) => unknown;
  /** Appends a value to a list of core values. */
  readonly lower: (context: CallContext, value: unknown, sink: CoreValue[]) => void;
  /** For types of one core value: lifts it alone, without a list. */
  readonly liftOne?: (context: CallContext, value: CoreValue) => unknown;
  /** For types of one core value: lowers to it alone. */
  readonly lowerOne?: (context: CallContext, value: unknown) => CoreValue;
  /** For types whose lists are typed arrays: whole lists at once. */
  readonly bulk?: Bulk;
};

/** Lists of numbers, as typed arrays. */
export type Bulk = {
  readonly load: (context: CallContext, pointer: number, length: number) => unknown;
  /** Writes `value` if it is the typed array for this type, else returns false. */
  readonly store: (context: CallContext, pointer: number, value: object) => boolean;
};

/** Core values with a place to read on from. */
export class FlatValues {
  readonly #values: readonly CoreValue[];
  #at = 0;

  constructor(values: readonly CoreValue[]) {
    this.#values = values;
  }

  next(): CoreValue {
    const value = this.#values[this.#at];
    if (value === undefined) throw new TypeError('fewer core values than the type has');
    this.#at += 1;
    return value;
  }

  number(): number {
    return asNumber(this.next());
  }

  /** The next number as an unsigned 32-bit pointer or length. */
  u32(): number {
    return asNumber(this.next()) >>> 0;
  }

  skip(count: number): void {
    this.#at += count;
  }
}

export function asNumber(value: CoreValue): number {
  if (typeof value !== 'number') throw new TypeError('an i64 where the signature has another type');
  return value;
}

export function asBigint(value: CoreValue): bigint {
  if (typeof value !== 'bigint') throw new TypeError('no i64 where the signature has one');
  return value;
}

/** The zero of a core type, to fill what a short variant case leaves. */
export function zeroOf(type: CoreType): CoreValue {
  return type === 'i64' ? 0n : 0;
}

/** The error for a value that the host gave and its type does not have. */
export function wrongValue(value: unknown, expected: string): EftError {
  return EftError.of('component.value', { value: describe(value), expected });
}

function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
    case 'bigint':
      return `${value}n`;
    case 'object':
      return value === null
        ? 'null'
        : Array.isArray(value)
          ? 'an array'
          : `an object (${Object.keys(value).join(', ')})`;
    case 'function':
      return 'a function';
    default:
      return String(value);
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
