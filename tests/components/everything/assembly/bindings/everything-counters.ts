// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Exported: eft:everything/counters@0.1.0
 *
 * Resources that the guest defines.
 */

import {
  Counter,
  alive,
  keepThing,
  makeMany,
  makeThing,
  maybe,
  passThing,
  readKept,
  readThing,
  readThings,
  sum,
} from '../counters';
import { Thing } from './everything-things';
import { Option } from 'eft';
import { finishCall } from 'eft/collector';
import { adoptString } from 'eft/memory';
import { releaseAllScratch, scratch } from 'eft/scratch';

export { Thing };

/** `counter.constructor`, as the host calls it. */
@canonical('cm32p2|eft:everything/counters@0.1|[constructor]counter')
export function export_counterConstructor(c0: i32): i32 {
  const result: Counter = new Counter(<u32>c0);
  const lowered: i32 = _giveCounter(result);
  finishCall();
  return lowered;
}

/** `counter.next`, as the host calls it. */
@canonical('cm32p2|eft:everything/counters@0.1|[method]counter.next')
export function export_counterNext(c0: i32): i32 {
  const result: u32 = changetype<Counter>(<usize>c0).next();
  const lowered: i32 = result;
  finishCall();
  return lowered;
}

/** `counter.add`, as the host calls it. */
@canonical('cm32p2|eft:everything/counters@0.1|[method]counter.add')
export function export_counterAdd(c0: i32, c1: i32): i32 {
  const result: u32 = changetype<Counter>(<usize>c0).add(changetype<Counter>(<usize>c1));
  const lowered: i32 = result;
  finishCall();
  return lowered;
}

/** `counter.merge`, as the host calls it. */
@canonical('cm32p2|eft:everything/counters@0.1|[static]counter.merge')
export function export_counterMerge(c0: i32, c1: i32): i32 {
  const result: Counter = Counter.merge(_takeCounter(c0), _takeCounter(c1));
  const lowered: i32 = _giveCounter(result);
  finishCall();
  return lowered;
}

/** `makeMany`, as the host calls it. */
@canonical('cm32p2|eft:everything/counters@0.1|make-many')
export function export_makeMany(c0: i32): i32 {
  const result: StaticArray<Counter> = makeMany(<u32>c0);
  store<usize>(_area, _layOutListOfOwnCounter(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `sum`, as the host calls it. */
@canonical('cm32p2|eft:everything/counters@0.1|sum')
export function export_sum(c0: i32, c1: i32): i32 {
  const result: u32 = sum(_loadListOfBorrowCounter(<usize>c0, c1));
  const lowered: i32 = result;
  finishCall();
  return lowered;
}

/** `maybe`, as the host calls it. */
@canonical('cm32p2|eft:everything/counters@0.1|maybe')
export function export_maybe(c0: i32, c1: i32): i32 {
  const result: Option<Counter> = maybe((c0 ? Option.some<Counter>(_takeCounter(c1)) : Option.none<Counter>()));
  store<u8>(_area, result.isSome);
  if (result.isSome) {
    store<i32>(_area, _giveCounter(result._value), 4);
  }
  return _area;
}

/** `alive`, as the host calls it. */
@canonical('cm32p2|eft:everything/counters@0.1|alive')
export function export_alive(): i32 {
  const result: u32 = alive();
  const lowered: i32 = result;
  finishCall();
  return lowered;
}

/** `readThing`, as the host calls it. */
@canonical('cm32p2|eft:everything/counters@0.1|read-thing')
export function export_readThing(c0: i32): i32 {
  const result: string = readThing(Thing._borrowed(c0));
  Thing._endBorrows();
  store<usize>(_area, changetype<usize>(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `readThings`, as the host calls it. */
@canonical('cm32p2|eft:everything/counters@0.1|read-things')
export function export_readThings(c0: i32, c1: i32): i32 {
  const result: string = readThings(_loadListOfBorrowThing(<usize>c0, c1));
  Thing._endBorrows();
  store<usize>(_area, changetype<usize>(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `passThing`, as the host calls it. */
@canonical('cm32p2|eft:everything/counters@0.1|pass-thing')
export function export_passThing(c0: i32): i32 {
  const result: Thing = passThing(Thing._of(c0));
  const lowered: i32 = result._give();
  finishCall();
  return lowered;
}

/** `makeThing`, as the host calls it. */
@canonical('cm32p2|eft:everything/counters@0.1|make-thing')
export function export_makeThing(c0: i32, c1: i32): i32 {
  const result: Thing = makeThing(adoptString(<usize>c0, c1));
  const lowered: i32 = result._give();
  finishCall();
  return lowered;
}

/** `keepThing`, as the host calls it. */
@canonical('cm32p2|eft:everything/counters@0.1|keep-thing')
export function export_keepThing(c0: i32): void {
  keepThing(Thing._borrowed(c0));
  Thing._endBorrows();
  finishCall();
}

/** `readKept`, as the host calls it. */
@canonical('cm32p2|eft:everything/counters@0.1|read-kept')
export function export_readKept(): i32 {
  const result: string = readKept();
  store<usize>(_area, changetype<usize>(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

@external('cm32p2|_ex_eft:everything/counters@0.1', 'counter_new')
declare function host_counterNew(representation: i32): i32;

@external('cm32p2|_ex_eft:everything/counters@0.1', 'counter_rep')
declare function host_counterRep(handle: i32): i32;

@external('cm32p2|_ex_eft:everything/counters@0.1', 'counter_drop')
declare function host_counterDrop(handle: i32): void;

/** Hands `object` to the host: it stays alive until the host drops it. An object can be out only once at a time. */
export function _giveCounter(object: Counter): i32 {
  return host_counterNew(<i32>__pin(changetype<usize>(object)));
}

/** The object comes back from the host, which has no handle of it any more. */
export function _takeCounter(handle: i32): Counter {
  const object = changetype<Counter>(<usize>host_counterRep(handle));
  _takenCounter = true;
  host_counterDrop(handle);
  _takenCounter = false;
  return object;
}

/** Whether the handle being dropped goes away because the object came back. */
let _takenCounter: bool = false;

/** The host has dropped its handle. A method `onDrop`, if there is one, may clean up. */
@canonical('cm32p2|eft:everything/counters@0.1|counter_dtor')
export function export_counterDestructor(representation: i32): void {
  const object = changetype<Counter>(<usize>representation);
  __unpin(changetype<usize>(object));
  // @ts-ignore: only called when the class has it
  if (isDefined(object.onDrop) && !_takenCounter) object.onDrop();
}

@canonical('cm32p2|eft:everything/counters@0.1|make-many_post')
export function _afterI32WithScratch(result: i32): void {
  releaseAllScratch();
  finishCall();
}

@canonical('cm32p2|eft:everything/counters@0.1|maybe_post')
@canonical('cm32p2|eft:everything/counters@0.1|read-thing_post')
@canonical('cm32p2|eft:everything/counters@0.1|read-things_post')
@canonical('cm32p2|eft:everything/counters@0.1|read-kept_post')
export function _afterI32(result: i32): void {
  finishCall();
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(8, 8);

function _layOutListOfOwnCounter(list: StaticArray<Counter>): usize {
  const start = scratch(list.length, 4);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 4) {
    const element = unchecked(list[index]);
    store<i32>(pointer, _giveCounter(element));
  }
  return start;
}

function _loadListOfBorrowCounter(pointer: usize, length: i32): StaticArray<Counter> {
  const list = new StaticArray<Counter>(length);
  for (let index = 0; index < length; ++index, pointer += 4) {
    unchecked((list[index] = changetype<Counter>(<usize>load<i32>(pointer))));
  }
  return list;
}

function _loadListOfBorrowThing(pointer: usize, length: i32): StaticArray<Thing> {
  const list = new StaticArray<Thing>(length);
  for (let index = 0; index < length; ++index, pointer += 4) {
    unchecked((list[index] = Thing._borrowed(load<i32>(pointer))));
  }
  return list;
}
