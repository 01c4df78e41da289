// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:host/health@0.1.0
 *
 * How the module says how it is. A node is READY when every module is healthy; a swapped module that does not
 * become healthy in its probation goes back.
 */

/** The cases of `State`. */
export enum StateKind {
  /** Works on what it needs first; not an error. */
  Starting,
  /** Does what it is for. */
  Healthy,
  /** Works, but not fully: the sentence says what is missing and what would mend it. */
  Degraded,
}

@final
export class State {
  /** Use the static functions: one for each case. */
  constructor(
    readonly kind: StateKind,
    readonly _payload0: string,
  ) {}

  /** Works on what it needs first; not an error. */
  static starting(): State {
    return new State(StateKind.Starting, changetype<string>(0));
  }

  /** Does what it is for. */
  static healthy(): State {
    return new State(StateKind.Healthy, changetype<string>(0));
  }

  /** Works, but not fully: the sentence says what is missing and what would mend it. */
  static degraded(value: string): State {
    return new State(StateKind.Degraded, value);
  }

  /** What `degraded` carries. Traps in any other case. */
  asDegraded(): string {
    assert(this.kind == StateKind.Degraded);
    return this._payload0;
  }
}

@external('cm32p2|eft:host/health@0.1', 'report')
declare function host_report(c0: i32, c1: i32, c2: i32): void;

/** Says the state from now on. A module that says nothing is healthy once `start` has returned. */
export function report(state: State): void {
  let _core1: i32 = 0;
  let _core2: i32 = 0;
  switch (state.kind) {
    case StateKind.Degraded: {
      _core1 = changetype<usize>(state._payload0);
      _core2 = state._payload0.length;
      break;
    }
  }
  host_report(state.kind, _core1, _core2);
}
