/**
 * A reader of the supervisor's that is fuzzed: bytes of a stranger go in, and what must hold whatever they are is checked there and then.
 */
import { isDeepStrictEqual } from 'node:util';
import { EftError } from '../../supervisor/errors/eft-error.ts';

export type ReaderTarget = {
  readonly name: string;
  /** What is read, and what must hold, in a line. */
  readonly summary: string;
  /** Inputs to begin with, of every form that there is. */
  readonly seeds: () => Promise<readonly Uint8Array[]> | readonly Uint8Array[];
  /** Reads `bytes` and checks what must hold. Whatever it throws is a finding: `refused` takes those errors that a reader may throw. */
  readonly read: (bytes: Uint8Array<ArrayBuffer>) => void;
  /**
   * What another reader of the same format has against `bytes`, or undefined. It may be slow: it is asked only about what has reached something new.
   */
  readonly second?: (bytes: Uint8Array<ArrayBuffer>) => Promise<string | undefined>;
  /** Words that the sources do not have in one piece. */
  readonly words?: readonly string[];
  /** Blocks of code that a run may enter, if not as many as others may. */
  readonly blocks?: number;
  /** Bytes of memory that a run may ask for, if not as many as others may. */
  readonly bytes?: number;
};

/** Something that must hold does not. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
}

export function must(holds: boolean, promise: string): asserts holds {
  if (!holds) throw new BrokenPromise(promise);
}

export function mustEqual(found: unknown, expected: unknown, promise: string): void {
  if (!isDeepStrictEqual(found, expected)) throw new BrokenPromise(promise);
}

export function mustEqualBytes(found: Uint8Array, expected: Uint8Array, promise: string): void {
  if (Buffer.compare(found, expected) !== 0) throw new BrokenPromise(promise);
}

/** What a reader gives, or undefined if it refuses with an error that has a code: the one way in which it may. */
export function unlessRefused<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof EftError)) throw error;
    // Somebody is going to be shown it.
    error.render();
    return undefined;
  }
}

/** The bytes as a string, as files are read: what is not UTF-8 is replaced. */
export function textOfBytes(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

export function bytesOfText(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
