// Generated from the WIT by `eft module build`: change the WIT, not this file.

/** The world eft:everything/everything@0.1.0. */

import { Color, Point, _loadPoint, _storePoint } from './everything-types';
import { Option } from 'eft';
import { adoptString } from 'eft/memory';
import { releaseScratch, scratch, scratchMark } from 'eft/scratch';

export { Color };

export { Point };

@external('cm32p2', 'host-name')
declare function host_hostName(c0: i32): void;

export function hostName(): string {
  host_hostName(_area);
  return adoptString(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2', 'mix')
declare function host_mix(c0: i32, c1: i32, c2: i32, c3: i32): void;

export function mix(color: Color, points: StaticArray<Point>): Option<Point> {
  const _mark = scratchMark();
  host_mix(color, _layOutListOfPoint(points), points.length, _area);
  releaseScratch(_mark);
  return (load<u8>(_area) ? Option.some<Point>(_loadPoint(_area + 8)) : Option.none<Point>());
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(24, 8);

function _layOutListOfPoint(list: StaticArray<Point>): usize {
  const start = scratch(list.length, 16);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 16) {
    const element = unchecked(list[index]);
    _storePoint(pointer, element);
  }
  return start;
}
