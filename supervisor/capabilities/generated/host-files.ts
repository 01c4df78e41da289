// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:host/files@0.1.0`
 *
 * Files in the directories that the grant names. A path is `NAME/relative/path`, where NAME is the directory's name in
 * the grant; `..`, absolute paths and symbolic links, wherever they lead, are refused: no link is followed, neither on the way nor
 * at the end. Only `remove` and `write` take a link at the end of the path, and then it is the link that goes or is replaced. Every
 * call has the deadline of the grant, 10 seconds if it states none.
 */

import type { Failure, Request } from './host-requests.ts';

export type { Request };

export type { Failure };

export type EntryKind =
  | 'file'
  | 'directory'
  /** Anything else, symbolic links too. */
  | 'other';

/** What a directory holds. */
export type Entry = {
  readonly name: string;
  readonly kind: EntryKind;
  /** Bytes; 0 for what is not a file. */
  readonly size: bigint;
};

/** What the host's `eft:host/files@0.1.0` consists of. */
export interface FilesInterface {
  /** Reads a whole file of at most 1 MiB. Taken with `take-read`. */
  read(path: string): Request;
  /**
   * Replaces a file as a whole, or makes it: after a crash the old content is there or the new one. Needs access
   * `read-write`. Taken with `take-done`.
   */
  write(path: string, content: Uint8Array): Request;
  /** Removes a file. Needs access `read-write`. Taken with `take-done`. */
  remove(path: string): Request;
  /** Lists a directory, by name, at most 1,024 entries. Taken with `take-entries`. */
  list(path: string): Request;
  /**
   * The answer to `read`. An answer can be taken once, from the event that announces it on; before that, and with an id
   * of another call, it is `invalid`.
   */
  takeRead(request: Request): { readonly tag: 'ok'; readonly val: Uint8Array } | { readonly tag: 'err'; readonly val: Failure };
  /** The answer to `write` and `remove`. */
  takeDone(request: Request): { readonly tag: 'ok' } | { readonly tag: 'err'; readonly val: Failure };
  /** The answer to `list`. */
  takeEntries(request: Request): { readonly tag: 'ok'; readonly val: readonly Entry[] } | { readonly tag: 'err'; readonly val: Failure };
}
