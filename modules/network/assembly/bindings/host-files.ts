// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:host/files@0.1.0
 *
 * Files in the directories that the grant names. A path is `NAME/relative/path`, where NAME is the directory's name in
 * the grant; `..`, absolute paths and symbolic links, wherever they lead, are refused: no link is followed, neither on the way nor
 * at the end. Only `remove` and `write` take a link at the end of the path, and then it is the link that goes or is replaced. Every
 * call has the deadline of the grant, 10 seconds if it states none.
 */

import { Failure, Request, _loadFailure } from './host-requests';
import { Result, Unit } from 'eft';
import { adoptList, adoptString } from 'eft/memory';

export { Request };

export { Failure };

export enum EntryKind {
  File,
  Directory,
  /** Anything else, symbolic links too. */
  Other,
}

/** What a directory holds. */
@final
export class Entry {
  constructor(
    public name: string,
    public kind: EntryKind,
    /** Bytes; 0 for what is not a file. */
    public size: u64,
  ) {}
}

@external('cm32p2|eft:host/files@0.1', 'read')
declare function host_read(c0: i32, c1: i32): i64;

/** Reads a whole file of at most 1 MiB. Taken with `take-read`. */
export function read(path: string): Request {
  return <u64>host_read(changetype<usize>(path), path.length);
}

@external('cm32p2|eft:host/files@0.1', 'write')
declare function host_write(c0: i32, c1: i32, c2: i32, c3: i32): i64;

/**
 * Replaces a file as a whole, or makes it: after a crash the old content is there or the new one. Needs access
 * `read-write`. Taken with `take-done`.
 */
export function write(path: string, content: StaticArray<u8>): Request {
  return <u64>host_write(changetype<usize>(path), path.length, changetype<usize>(content), content.length);
}

@external('cm32p2|eft:host/files@0.1', 'remove')
declare function host_remove(c0: i32, c1: i32): i64;

/** Removes a file. Needs access `read-write`. Taken with `take-done`. */
export function remove(path: string): Request {
  return <u64>host_remove(changetype<usize>(path), path.length);
}

@external('cm32p2|eft:host/files@0.1', 'list')
declare function host_list(c0: i32, c1: i32): i64;

/** Lists a directory, by name, at most 1,024 entries. Taken with `take-entries`. */
export function list(path: string): Request {
  return <u64>host_list(changetype<usize>(path), path.length);
}

@external('cm32p2|eft:host/files@0.1', 'take-read')
declare function host_takeRead(c0: i64, c1: i32): void;

/**
 * The answer to `read`. An answer can be taken once, from the event that announces it on; before that, and with an id
 * of another call, it is `invalid`.
 */
export function takeRead(request: Request): Result<StaticArray<u8>, Failure> {
  host_takeRead(request, _area);
  return (load<u8>(_area) ? Result.err<StaticArray<u8>, Failure>(_loadFailure(_area + 4)) : Result.ok<StaticArray<u8>, Failure>(adoptList<u8>(load<usize>(_area, 4), load<i32>(_area, 8))));
}

@external('cm32p2|eft:host/files@0.1', 'take-done')
declare function host_takeDone(c0: i64, c1: i32): void;

/** The answer to `write` and `remove`. */
export function takeDone(request: Request): Result<Unit, Failure> {
  host_takeDone(request, _area);
  return (load<u8>(_area) ? Result.err<Unit, Failure>(_loadFailure(_area + 4)) : Result.ok<Unit, Failure>(0));
}

@external('cm32p2|eft:host/files@0.1', 'take-entries')
declare function host_takeEntries(c0: i64, c1: i32): void;

/** The answer to `list`. */
export function takeEntries(request: Request): Result<StaticArray<Entry>, Failure> {
  host_takeEntries(request, _area);
  return (load<u8>(_area) ? Result.err<StaticArray<Entry>, Failure>(_loadFailure(_area + 4)) : Result.ok<StaticArray<Entry>, Failure>(_loadListOfEntry(load<usize>(_area, 4), load<i32>(_area, 8))));
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(20, 8);

function _loadListOfEntry(pointer: usize, length: i32): StaticArray<Entry> {
  const list = new StaticArray<Entry>(length);
  for (let index = 0; index < length; ++index, pointer += 24) {
    unchecked((list[index] = _loadEntry(pointer)));
  }
  return list;
}

export function _loadEntry(pointer: usize): Entry {
  return new Entry(
    adoptString(load<usize>(pointer), load<i32>(pointer, 4)),
    <i32>load<u8>(pointer, 8),
    load<u64>(pointer, 16),
  );
}
