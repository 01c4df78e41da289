// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:everything/things@0.1.0
 *
 * Resources that the host defines.
 */

import { adoptString, bare } from 'eft/memory';
import { releaseScratch, scratch, scratchMark } from 'eft/scratch';

@final
export class Named {
  constructor(
    public label: string,
    public thing: Thing,
  ) {}
}

@external('cm32p2|eft:everything/things@0.1', 'thing_drop')
declare function host_thingDrop(handle: i32): void;

@external('cm32p2|eft:everything/things@0.1', '[constructor]thing')
declare function host_thingConstructor(c0: i32, c1: i32): i32;

@external('cm32p2|eft:everything/things@0.1', '[method]thing.name')
declare function host_thingName(c0: i32, c1: i32): void;

@external('cm32p2|eft:everything/things@0.1', '[method]thing.rename')
declare function host_thingRename(c0: i32, c1: i32, c2: i32): void;

@external('cm32p2|eft:everything/things@0.1', '[static]thing.join')
declare function host_thingJoin(c0: i32, c1: i32): i32;

@final
export class Thing {
  /** Zero after it was passed on or dropped. */
  _handle: i32 = 0;

  constructor(name: string) {
    this._handle = host_thingConstructor(changetype<usize>(name), name.length);
  }

  name(): string {
    host_thingName(this._lend(), _area);
    return adoptString(load<usize>(_area), load<i32>(_area, 4));
  }

  rename(name: string): void {
    host_thingRename(this._lend(), changetype<usize>(name), name.length);
  }

  static join(one: Thing, other: Thing): Thing {
    return Thing._of(host_thingJoin(one._lend(), other._give()));
  }

  /** Gives the resource back to its owner for good. Any use after that traps. */
  drop(): void {
    host_thingDrop(this._give());
  }

  /** Owns the handle. */
  static _of(handle: i32): Thing {
    const object = bare<Thing>();
    object._handle = handle;
    return object;
  }

  /** The handle, which the object no longer has. */
  _give(): i32 {
    const handle = this._lend();
    this._handle = 0;
    return handle;
  }

  /** The handle, for the time of a call. */
  _lend(): i32 {
    assert(this._handle != 0);
    return this._handle;
  }

  /** Was lent the handle for the time of a call; `_endBorrows` gives it back. */
  static _borrowed(handle: i32): Thing {
    const object = Thing._of(handle);
    object._next = Thing._first;
    Thing._first = object;
    return object;
  }

  /** Gives back all handles that the call was lent. */
  static _endBorrows(): void {
    let object = Thing._first;
    while (object !== null) {
      if (object._handle != 0) object.drop();
      object = object._next;
    }
    Thing._first = null;
  }

  /** The borrowed handles of the call under way. */
  private static _first: Thing | null = null;

  private _next: Thing | null = null;
}

@external('cm32p2|eft:everything/things@0.1', 'make')
declare function host_make(c0: i32, c1: i32): i32;

export function make(name: string): Thing {
  return Thing._of(host_make(changetype<usize>(name), name.length));
}

@external('cm32p2|eft:everything/things@0.1', 'look')
declare function host_look(c0: i32, c1: i32): void;

export function look(thing: Thing): string {
  host_look(thing._lend(), _area);
  return adoptString(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:everything/things@0.1', 'swallow')
declare function host_swallow(c0: i32, c1: i32): i32;

export function swallow(things: StaticArray<Thing>): u32 {
  const _mark = scratchMark();
  const _result = host_swallow(_layOutListOfOwnThing(things), things.length);
  releaseScratch(_mark);
  return <u32>_result;
}

@external('cm32p2|eft:everything/things@0.1', 'exchange')
declare function host_exchange(c0: i32, c1: i32, c2: i32, c3: i32): void;

export function exchange(named: Named): Named {
  host_exchange(changetype<usize>(named.label), named.label.length, named.thing._give(), _area);
  return _loadNamed(_area);
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(12, 8);

function _layOutListOfOwnThing(list: StaticArray<Thing>): usize {
  const start = scratch(list.length, 4);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 4) {
    const element = unchecked(list[index]);
    store<i32>(pointer, element._give());
  }
  return start;
}

export function _loadNamed(pointer: usize): Named {
  return new Named(
    adoptString(load<usize>(pointer), load<i32>(pointer, 4)),
    Thing._of(load<i32>(pointer, 8)),
  );
}
