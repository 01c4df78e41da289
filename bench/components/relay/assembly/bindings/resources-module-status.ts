// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:resources/module-status@0.1.0
 *
 * How each module is, as the supervisor sees it. The id is the module's name; the owner is `supervisor`.
 */

import { Metadata, _loadMetadata } from './resources-resource';
import { Option } from 'eft';
import { adoptString } from 'eft/memory';

export { Metadata };

export enum State {
  /** Being verified, compiled or started. */
  Starting,
  /** Handles events, but says itself that something is missing. */
  Degraded,
  /** Handles events and is well. */
  Healthy,
  /** Ended, and waits for its next start. */
  BackingOff,
  /** Failed too often; stays down until it is swapped or told to start. */
  Quarantined,
  /** Was told to stop. */
  Stopped,
}

@final
export class ModuleStatus {
  constructor(
    public state: State,
    /** The semantic version that runs, or ran last. */
    public version: string,
    /** Starts since the machine started, after the first. */
    public restarts: u32,
    /** What is wrong, or the empty string. */
    public message: string,
  ) {}
}

@final
export class Entry {
  constructor(
    public metadata: Metadata,
    public value: ModuleStatus,
  ) {}
}

@external('cm32p2|eft:resources/module-status@0.1', 'get')
declare function host_get(c0: i32, c1: i32, c2: i32): void;

export function get(id: string): Option<Entry> {
  host_get(changetype<usize>(id), id.length, _area);
  return (load<u8>(_area) ? Option.some<Entry>(_loadEntry(_area + 8)) : Option.none<Entry>());
}

@external('cm32p2|eft:resources/module-status@0.1', 'list')
declare function host_list(c0: i32): void;

export function list(): StaticArray<Entry> {
  host_list(_area);
  return _loadListOfEntry(load<usize>(_area), load<i32>(_area, 4));
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(72, 8);

export function _loadEntry(pointer: usize): Entry {
  return new Entry(_loadMetadata(pointer), _loadModuleStatus(pointer + 40));
}

export function _loadModuleStatus(pointer: usize): ModuleStatus {
  return new ModuleStatus(
    <i32>load<u8>(pointer),
    adoptString(load<usize>(pointer, 4), load<i32>(pointer, 8)),
    load<u32>(pointer, 12),
    adoptString(load<usize>(pointer, 16), load<i32>(pointer, 20)),
  );
}

function _loadListOfEntry(pointer: usize, length: i32): StaticArray<Entry> {
  const list = new StaticArray<Entry>(length);
  for (let index = 0; index < length; ++index, pointer += 64) {
    unchecked((list[index] = _loadEntry(pointer)));
  }
  return list;
}
