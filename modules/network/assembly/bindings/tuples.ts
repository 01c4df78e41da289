// Generated from the WIT by `eft module build`: change the WIT, not this file.

/** Tuples, by their number of elements. */

@final
export class Tuple2<T0, T1> {
  constructor(
    public item0: T0,
    public item1: T1,
  ) {}
}
