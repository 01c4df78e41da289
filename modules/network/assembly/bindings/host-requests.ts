// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:host/requests@0.1.0
 *
 * Calls that take time. They return a request at once; the answer comes later as an `answered(request)` event,
 * and the interface that made the request hands the answer out. Ids are never used twice in the life of a module's
 * state: they go on over restarts and swaps.
 */

import { Tuple2 } from './tuples';
import { adoptString } from 'eft/memory';

/** Names a call under way. */
export type Request = u64;

/** The cases of `Failure`. */
export enum FailureKind {
  /** The grant does not cover it. The sentence names the missing grant and where to add it. */
  Denied,
  /** The thing asked for is not there. */
  NotFound,
  /** The arguments are of no use; the sentence says which and why. */
  Invalid,
  /** It took longer than its deadline allows. */
  Deadline,
  /** It was cancelled by the module. */
  Cancelled,
  /** The host has too many requests of this module open already, or too much of answers waits for it: ask for less at a time. */
  TooMany,
  /** The kernel refused: its errno (Linux, asm-generic/errno.h), and a sentence. */
  Kernel,
}

/** Why a call came to nothing. */
@final
export class Failure {
  /** Use the static functions: one for each case. */
  constructor(
    readonly kind: FailureKind,
    readonly _payload0: string,
    readonly _payload1: Tuple2<i32, string>,
  ) {}

  /** The grant does not cover it. The sentence names the missing grant and where to add it. */
  static denied(value: string): Failure {
    return new Failure(FailureKind.Denied, value, changetype<Tuple2<i32, string>>(0));
  }

  /** What `denied` carries. Traps in any other case. */
  asDenied(): string {
    assert(this.kind == FailureKind.Denied);
    return this._payload0;
  }

  /** The thing asked for is not there. */
  static notFound(): Failure {
    return new Failure(FailureKind.NotFound, changetype<string>(0), changetype<Tuple2<i32, string>>(0));
  }

  /** The arguments are of no use; the sentence says which and why. */
  static invalid(value: string): Failure {
    return new Failure(FailureKind.Invalid, value, changetype<Tuple2<i32, string>>(0));
  }

  /** What `invalid` carries. Traps in any other case. */
  asInvalid(): string {
    assert(this.kind == FailureKind.Invalid);
    return this._payload0;
  }

  /** It took longer than its deadline allows. */
  static deadline(): Failure {
    return new Failure(FailureKind.Deadline, changetype<string>(0), changetype<Tuple2<i32, string>>(0));
  }

  /** It was cancelled by the module. */
  static cancelled(): Failure {
    return new Failure(FailureKind.Cancelled, changetype<string>(0), changetype<Tuple2<i32, string>>(0));
  }

  /** The host has too many requests of this module open already, or too much of answers waits for it: ask for less at a time. */
  static tooMany(): Failure {
    return new Failure(FailureKind.TooMany, changetype<string>(0), changetype<Tuple2<i32, string>>(0));
  }

  /** The kernel refused: its errno (Linux, asm-generic/errno.h), and a sentence. */
  static kernel(value: Tuple2<i32, string>): Failure {
    return new Failure(FailureKind.Kernel, changetype<string>(0), value);
  }

  /** What `kernel` carries. Traps in any other case. */
  asKernel(): Tuple2<i32, string> {
    assert(this.kind == FailureKind.Kernel);
    return this._payload1;
  }
}

@external('cm32p2|eft:host/requests@0.1', 'cancel')
declare function host_cancel(c0: i64): void;

/** Gives up a request. Its answer still comes, once: `cancelled`, or the real one if that was faster. */
export function cancel(request: Request): void {
  host_cancel(request);
}

// The canonical ABI: how these types lie in memory.

export function _loadFailure(pointer: usize): Failure {
  switch (load<u8>(pointer)) {
    case 0:
      return new Failure(FailureKind.Denied, adoptString(load<usize>(pointer, 4), load<i32>(pointer, 8)), changetype<Tuple2<i32, string>>(0));
    case 1:
      return new Failure(FailureKind.NotFound, changetype<string>(0), changetype<Tuple2<i32, string>>(0));
    case 2:
      return new Failure(FailureKind.Invalid, adoptString(load<usize>(pointer, 4), load<i32>(pointer, 8)), changetype<Tuple2<i32, string>>(0));
    case 3:
      return new Failure(FailureKind.Deadline, changetype<string>(0), changetype<Tuple2<i32, string>>(0));
    case 4:
      return new Failure(FailureKind.Cancelled, changetype<string>(0), changetype<Tuple2<i32, string>>(0));
    case 5:
      return new Failure(FailureKind.TooMany, changetype<string>(0), changetype<Tuple2<i32, string>>(0));
    default:
      return new Failure(FailureKind.Kernel, changetype<string>(0), new Tuple2<i32, string>(load<i32>(pointer, 4), adoptString(load<usize>(pointer, 8), load<i32>(pointer, 12))));
  }
}
