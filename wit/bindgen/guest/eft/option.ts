/** A value that may be missing: the WIT type `option<T>`. */
import { zero } from './zero';

@final
export class Option<T> {
  /** Use `Option.some` and `Option.none`. */
  constructor(
    /** Whether there is a value. */
    readonly isSome: bool,
    /** The value, or garbage when there is none: read it with `unwrap` or `or`. */
    readonly _value: T,
  ) {}

  static some<T>(value: T): Option<T> {
    return new Option<T>(true, value);
  }

  static none<T>(): Option<T> {
    return new Option<T>(false, zero<T>());
  }

  /** Whether there is no value. */
  get isNone(): bool {
    return !this.isSome;
  }

  /** The value. Traps when there is none. */
  unwrap(): T {
    assert(this.isSome);
    return this._value;
  }

  /** The value, or `fallback` when there is none. */
  or(fallback: T): T {
    return this.isSome ? this._value : fallback;
  }
}
