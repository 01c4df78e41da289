// Generated from the WIT by `eft module build`: change the WIT, not this file.

/** Tuples, by their number of elements. */

@final
export class Tuple2<T0, T1> {
  constructor(
    public item0: T0,
    public item1: T1,
  ) {}
}

@final
export class Tuple3<T0, T1, T2> {
  constructor(
    public item0: T0,
    public item1: T1,
    public item2: T2,
  ) {}
}

@final
export class Tuple11<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> {
  constructor(
    public item0: T0,
    public item1: T1,
    public item2: T2,
    public item3: T3,
    public item4: T4,
    public item5: T5,
    public item6: T6,
    public item7: T7,
    public item8: T8,
    public item9: T9,
    public item10: T10,
  ) {}
}
