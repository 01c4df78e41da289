/**
 * The words of the store: what a resource is, what can be done to it, and what is said about it afterwards.
 *
 * All of it is plain data that survives a structured clone, because effects come from worker threads and batches go
 * to them. Source of the terms: wit/resources/resource.wit.
 */
import type { EftError } from '../errors/eft-error.ts';

/** The lists of numbers that the component model's `list<u8>` … `list<f64>` become. */
export type TypedArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/**
 * A value as the store keeps it, by the type that the component model gives it: a record is an object with camelCase
 * fields; a variant `{tag, val}`; an enum its label; flags an object of booleans, camelCase; an option its content or
 * undefined, but `{tag: 'some', val}` or `{tag: 'none'}` when its content is an option itself; a result
 * `{tag: 'ok' | 'err', val}`; 64-bit integers are bigints; a char is a string of one code point; a list of numbers
 * is a typed array; any other list and a tuple are arrays.
 */
export type Value =
  | undefined
  | boolean
  | number
  | bigint
  | string
  | TypedArray
  | readonly Value[]
  | { readonly [field: string]: Value };

export type RecordValue = { readonly [field: string]: Value };

/** `tearing-down`: its owner wants it gone; it goes when the last finalizer is released. */
export type Phase = 'running' | 'tearing-down';

export type Metadata = {
  readonly id: string;
  /** Counts up with every change. Never the same twice for one id, not even after the resource was gone. */
  readonly version: bigint;
  readonly phase: Phase;
  /** Who put it: a module, or `supervisor`, `config` or `api`. Fixed until it is gone. */
  readonly owner: string;
  /** The names of those who hold it, sorted. */
  readonly finalizers: readonly string[];
};

/** One state of one resource. Frozen, its value too: it may be shared and is replaced, never changed. */
export type Entry = { readonly metadata: Metadata; readonly value: RecordValue };

/** A resource: its kind, such as `eft:resources/node-status`, and its id. */
export type Reference = { readonly kind: string; readonly id: string };

/**
 * What a transaction does to one resource.
 *
 * `version` makes a put or a remove conflict unless the resource has exactly this version; 0n says that there must
 * be none. It is for the API, behind which many people are one actor; a module's basis says enough.
 */
export type Effect =
  | {
      readonly effect: 'put';
      readonly kind: string;
      readonly id: string;
      readonly value: unknown;
      readonly version?: bigint;
    }
  | { readonly effect: 'remove'; readonly kind: string; readonly id: string; readonly version?: bigint }
  /** Adds the actor to the finalizers. */
  | { readonly effect: 'hold'; readonly kind: string; readonly id: string }
  /** Takes the actor from the finalizers. */
  | { readonly effect: 'release'; readonly kind: string; readonly id: string };

/** What a resource is now; `entry` is undefined when it is gone. */
export type Change = { readonly kind: string; readonly id: string; readonly entry: Entry | undefined };

/**
 * What became of a transaction.
 * - `committed`: all of it happened, at `revision`. No changes and no new revision if it changed nothing.
 * - `conflicted`: none of it happened, and the actor is not at fault: these resources have changed since the basis, or, if there is
 *   a `because`, what others have or hold is in the way of them. Decide again.
 * - `refused`: none of it happened, and it would be refused again: the actor is at fault.
 */
export type CommitResult =
  | { readonly outcome: 'committed'; readonly revision: number; readonly changes: readonly Change[] }
  | {
      readonly outcome: 'conflicted';
      /** One at least. */
      readonly references: readonly Reference[];
      readonly because?: EftError;
    }
  | { readonly outcome: 'refused'; readonly error: EftError };

/** `eft:resources/node-status "node"`, for messages. */
export function describeReference(kind: string, id: string): string {
  return `${kind} ${JSON.stringify(id)}`;
}
