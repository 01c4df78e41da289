// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Exported: eft:module/lifecycle@0.1.0
 *
 * What every module exports. The supervisor calls `start` once, then `handle` for one event after the other, and
 * `save` when the module is about to be replaced.
 *
 * A module is a function of its events: in a call it sees the event, its own memory and its mirror of the store,
 * and nothing else. What it puts and requests takes effect when the call returns, all of it or, after a trap or an
 * overrun time limit, none of it.
 */

import { handle, save, start } from '../lifecycle';
import { Option, Result, Unit } from 'eft';
import { finishCall } from 'eft/collector';
import { adoptList, adoptString } from 'eft/memory';

/** Why the module is started. */
export enum Reason {
  /** The first time since the machine started. */
  Cold,
  /** The instance before this one was ended: it trapped, hung or grew too large. */
  Restart,
  /** It replaces another version that was running. */
  Swap,
  /** Its replacement failed, and it takes over again. */
  RollBack,
}

/** What `save` gave to carry over, in a format that the module's manifest says it reads. */
@final
export class SavedState {
  constructor(
    /** The number of the format, counted up by the module's author. */
    public format: u32,
    public bytes: StaticArray<u8>,
  ) {}
}

/** The circumstances of a start. */
@final
export class Boot {
  constructor(
    public reason: Reason,
    /** State to go on from. None on a cold start, and after a restart. */
    public saved: Option<SavedState>,
    /** Names of the host's handles that are still alive and now belong to this instance. */
    public handles: StaticArray<string>,
  ) {}
}

/** A resource: its kind, such as `eft:resources/node-status`, and its id. */
@final
export class Reference {
  constructor(
    public kind: string,
    public id: string,
  ) {}
}

/** The cases of `Event`. */
export enum EventKind {
  /** Resources of the module's inputs have come, changed or gone. The first event after `start` names all there are. */
  Changed,
  /**
   * The effects of the event before came to nothing as a whole, and the module is not at fault: these resources have
   * changed since the mirror was taken, or what others have or hold is in the way of them: one that is being torn down
   * and still held, an id that belongs to another, or a store that others have filled. The mirror is up to date now;
   * decide again. Who asks for the same again and again is told later each time, by up to a second.
   */
  Conflicted,
  /** The timer of this name has fired. */
  Timer,
  /** The answer to this request can be taken. */
  Answered,
  /** The handle of this name has something to take. */
  Arrived,
}

/**
 * Something to look at. An event says that there is news, not what the news is worth: look at the mirror and act
 * on what is there, for events of the same thing are joined under load.
 */
@final
export class Event {
  /** Use the static functions: one for each case. */
  constructor(
    readonly kind: EventKind,
    readonly _payload0: StaticArray<Reference>,
    readonly _payload1: string,
    readonly _payload2: u64,
  ) {}

  /** Resources of the module's inputs have come, changed or gone. The first event after `start` names all there are. */
  static changed(value: StaticArray<Reference>): Event {
    return new Event(EventKind.Changed, value, changetype<string>(0), 0);
  }

  /** What `changed` carries. Traps in any other case. */
  asChanged(): StaticArray<Reference> {
    assert(this.kind == EventKind.Changed);
    return this._payload0;
  }

  /**
   * The effects of the event before came to nothing as a whole, and the module is not at fault: these resources have
   * changed since the mirror was taken, or what others have or hold is in the way of them: one that is being torn down
   * and still held, an id that belongs to another, or a store that others have filled. The mirror is up to date now;
   * decide again. Who asks for the same again and again is told later each time, by up to a second.
   */
  static conflicted(value: StaticArray<Reference>): Event {
    return new Event(EventKind.Conflicted, value, changetype<string>(0), 0);
  }

  /** What `conflicted` carries. Traps in any other case. */
  asConflicted(): StaticArray<Reference> {
    assert(this.kind == EventKind.Conflicted);
    return this._payload0;
  }

  /** The timer of this name has fired. */
  static timer(value: string): Event {
    return new Event(EventKind.Timer, changetype<StaticArray<Reference>>(0), value, 0);
  }

  /** What `timer` carries. Traps in any other case. */
  asTimer(): string {
    assert(this.kind == EventKind.Timer);
    return this._payload1;
  }

  /** The answer to this request can be taken. */
  static answered(value: u64): Event {
    return new Event(EventKind.Answered, changetype<StaticArray<Reference>>(0), changetype<string>(0), value);
  }

  /** What `answered` carries. Traps in any other case. */
  asAnswered(): u64 {
    assert(this.kind == EventKind.Answered);
    return this._payload2;
  }

  /** The handle of this name has something to take. */
  static arrived(value: string): Event {
    return new Event(EventKind.Arrived, changetype<StaticArray<Reference>>(0), value, 0);
  }

  /** What `arrived` carries. Traps in any other case. */
  asArrived(): string {
    assert(this.kind == EventKind.Arrived);
    return this._payload1;
  }
}

/** `start`, as the host calls it. */
@canonical('cm32p2|eft:module/lifecycle@0.1|start')
export function export_start(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32, c5: i32, c6: i32): i32 {
  const result: Result<Unit, string> = start(_liftBoot(c0, c1, c2, c3, c4, c5, c6));
  store<u8>(_area, !result.isOk);
  if (!result.isOk) {
    store<usize>(_area, changetype<usize>(result._error), 4);
    store<i32>(_area, result._error.length, 8);
  }
  return _area;
}

/** `handle`, as the host calls it. */
@canonical('cm32p2|eft:module/lifecycle@0.1|handle')
export function export_handle(c0: i32, c1: i64, c2: i32): void {
  handle(_liftEvent(c0, c1, c2));
  finishCall();
}

/** `save`, as the host calls it. */
@canonical('cm32p2|eft:module/lifecycle@0.1|save')
export function export_save(): i32 {
  const result: SavedState = save();
  _storeSavedState(_area, result);
  return _area;
}

@canonical('cm32p2|eft:module/lifecycle@0.1|start_post')
@canonical('cm32p2|eft:module/lifecycle@0.1|save_post')
export function _afterI32(result: i32): void {
  finishCall();
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(12, 8);

export function _liftBoot(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32, c5: i32, c6: i32): Boot {
  return new Boot(
    c0,
    (c1 ? Option.some<SavedState>(_liftSavedState(c2, c3, c4)) : Option.none<SavedState>()),
    _loadListOfString(<usize>c5, c6),
  );
}

export function _liftSavedState(c0: i32, c1: i32, c2: i32): SavedState {
  return new SavedState(<u32>c0, adoptList<u8>(<usize>c1, c2));
}

function _loadListOfString(pointer: usize, length: i32): StaticArray<string> {
  const list = new StaticArray<string>(length);
  for (let index = 0; index < length; ++index, pointer += 8) {
    unchecked((list[index] = adoptString(load<usize>(pointer), load<i32>(pointer, 4))));
  }
  return list;
}

export function _liftEvent(c0: i32, c1: i64, c2: i32): Event {
  switch (c0) {
    case 0:
      return new Event(EventKind.Changed, _loadListOfReference(<usize><i32>c1, c2), changetype<string>(0), 0);
    case 1:
      return new Event(EventKind.Conflicted, _loadListOfReference(<usize><i32>c1, c2), changetype<string>(0), 0);
    case 2:
      return new Event(EventKind.Timer, changetype<StaticArray<Reference>>(0), adoptString(<usize><i32>c1, c2), 0);
    case 3:
      return new Event(EventKind.Answered, changetype<StaticArray<Reference>>(0), changetype<string>(0), <u64>c1);
    default:
      return new Event(EventKind.Arrived, changetype<StaticArray<Reference>>(0), adoptString(<usize><i32>c1, c2), 0);
  }
}

function _loadListOfReference(pointer: usize, length: i32): StaticArray<Reference> {
  const list = new StaticArray<Reference>(length);
  for (let index = 0; index < length; ++index, pointer += 16) {
    unchecked((list[index] = _loadReference(pointer)));
  }
  return list;
}

export function _loadReference(pointer: usize): Reference {
  return new Reference(
    adoptString(load<usize>(pointer), load<i32>(pointer, 4)),
    adoptString(load<usize>(pointer, 8), load<i32>(pointer, 12)),
  );
}

export function _storeSavedState(pointer: usize, value: SavedState): void {
  store<u32>(pointer, value.format);
  store<usize>(pointer, changetype<usize>(value.bytes), 4);
  store<i32>(pointer, value.bytes.length, 8);
}
