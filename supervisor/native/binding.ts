/**
 * Loads the native part and gives it a type. Only files in this folder may import this one: its `syscall` checks no
 * length (see syscall.c), and a wrapper is what makes a call safe. `binding.test.ts` holds the tree to that.
 */
import { existsSync } from 'node:fs';
import { isSea } from 'node:sea';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { EftError } from '../errors/eft-error.ts';

/** What a system call takes: an integer of at most 64 bits, or memory, of which the kernel gets the address. */
export type Word = number | bigint | Uint8Array | Uint32Array | Int32Array;

export type Native = {
  /**
   * Makes the system call `number` and returns what the kernel did, `-errno` included. `keepAlive` is not passed on:
   * it holds the buffers whose addresses stand inside other buffers. Throws a TypeError for what is no `Word`.
   */
  readonly syscall: (
    number: number,
    a: Word,
    b: Word,
    c: Word,
    d: Word,
    e: Word,
    f: Word,
    keepAlive: unknown,
  ) => number | bigint;
  /** The address of a typed array's memory. It holds only while the array lives: keep it alive past the call. */
  readonly addressOf: (view: Uint8Array) => bigint;
  /** Starts (3 arguments), changes (2) or stops (1) the watch on a descriptor; 0 or `-errno`. Events are libuv's. */
  readonly poll: (fd: number, events?: number, callback?: (status: number, events: number) => void) => number;
};

/** Where the native part is in the image, and in a checkout. */
const imagePath = '/usr/lib/eft/syscall.node';
const checkoutPath = new URL(`../../build/native/syscall-${process.arch}.node`, import.meta.url);

let loaded: Native | undefined;

/** The native part, loaded at the first call from its usual place. Errors: those of `loadNative`. */
export function native(): Native {
  loaded ??= loadNative(isSea() ? imagePath : fileURLToPath(checkoutPath), isMainThread);
  return loaded;
}

/** Loads the native part from `path`. Errors: `native.worker`, `native.not-built`, `native.load`. */
export function loadNative(path: string, isOnMainThread: boolean): Native {
  // The C file checks the same by itself; here it gets the sentence that says what to do.
  if (!isOnMainThread) throw EftError.of('native.worker', {});
  if (!existsSync(path)) throw EftError.of('native.not-built', { path });
  const module: { exports: unknown } = { exports: {} };
  try {
    process.dlopen(module, path);
  } catch (cause) {
    // The loader begins its message with the path, which the sentence names anyway.
    const reason = (cause instanceof Error ? cause.message : String(cause)).replace(`${path}: `, '');
    throw EftError.of('native.load', { path, reason }, { cause });
  }
  if (!isNative(module.exports)) {
    throw EftError.of('native.load', {
      path,
      reason: 'it has other functions than this version of Eft expects',
    });
  }
  return module.exports;
}

function isNative(exports: unknown): exports is Native {
  return (
    typeof exports === 'object' &&
    exports !== null &&
    ['syscall', 'addressOf', 'poll'].every((name) => typeof Reflect.get(exports, name) === 'function')
  );
}
