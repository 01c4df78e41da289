/** What a call that can fail gives: the WIT type `result<T, E>`. A side that WIT leaves out (`_`) is a `Unit`. */
import { zero } from './zero';

/** Stands where there is nothing to say, as in `result<_, string>`: `Result.ok<Unit, string>(unit)`. */
export type Unit = u8;

/** The only value of `Unit`. */
// @ts-ignore: decorator
@inline
export const unit: Unit = 0;

@final
export class Result<T, E> {
  /** Use `Result.ok` and `Result.err`. */
  constructor(
    /** Whether the call succeeded. */
    readonly isOk: bool,
    /** The value, or garbage after a failure: read it with `unwrap` or `or`. */
    readonly _value: T,
    /** The error, or garbage after success: read it with `unwrapError`. */
    readonly _error: E,
  ) {}

  static ok<T, E>(value: T): Result<T, E> {
    return new Result<T, E>(true, value, zero<E>());
  }

  static err<T, E>(error: E): Result<T, E> {
    return new Result<T, E>(false, zero<T>(), error);
  }

  /** Whether the call failed. */
  get isErr(): bool {
    return !this.isOk;
  }

  /** The value. Traps after a failure. */
  unwrap(): T {
    assert(this.isOk);
    return this._value;
  }

  /** The error. Traps after success. */
  unwrapError(): E {
    assert(!this.isOk);
    return this._error;
  }

  /** The value, or `fallback` after a failure. */
  or(fallback: T): T {
    return this.isOk ? this._value : fallback;
  }
}
