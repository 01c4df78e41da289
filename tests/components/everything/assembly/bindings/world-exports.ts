// Generated from the WIT by `eft module build`: change the WIT, not this file.

/** The world eft:everything/everything@0.1.0. */

import { answer, remix } from '../world';
import { Point, _loadPoint, _storePoint } from './everything-types';
import { Option } from 'eft';
import { finishCall } from 'eft/collector';
import { adoptString } from 'eft/memory';

/** `answer`, as the host calls it. */
@canonical('cm32p2||answer')
export function export_answer(c0: i32, c1: i32, c2: i32): i32 {
  const result: string = answer(adoptString(<usize>c0, c1), c2);
  store<usize>(_area, changetype<usize>(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `remix`, as the host calls it. */
@canonical('cm32p2||remix')
export function export_remix(c0: i32, c1: i32, c2: i32): i32 {
  const result: Option<Point> = remix(c0, _loadListOfPoint(<usize>c1, c2));
  store<u8>(_area, result.isSome);
  if (result.isSome) {
    _storePoint(_area + 8, result._value);
  }
  return _area;
}

@canonical('cm32p2||answer_post')
@canonical('cm32p2||remix_post')
export function _afterI32(result: i32): void {
  finishCall();
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(24, 8);

function _loadListOfPoint(pointer: usize, length: i32): StaticArray<Point> {
  const list = new StaticArray<Point>(length);
  for (let index = 0; index < length; ++index, pointer += 16) {
    unchecked((list[index] = _loadPoint(pointer)));
  }
  return list;
}
