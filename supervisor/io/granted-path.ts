/**
 * From the path that a module names to the place that it means, if its grant covers that. Pure: what lies there is looked at in an
 * io process, which trusts neither the path nor the disk.
 */
import { filesName } from '../capabilities/files.ts';
import { EftError } from '../errors/eft-error.ts';
import type { FilesGrant, GrantedDirectory } from '../manifest/grants.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { type FileOperation, isTemporaryName } from './file-job.ts';

/** Bytes of a path and of a name in it: PATH_MAX without the zero, and NAME_MAX (`linux/limits.h`). */
export const pathBytesLimit = 4_095;
export const nameBytesLimit = 255;
/** Names in a path, the granted directory's included. */
export const levelsLimit = 32;
/** UTF-16 code units of a path that a sentence repeats. */
const shownLimit = 128;

/** One call of a module: who asks for what. */
export type FileCall = {
  readonly module: string;
  readonly operation: FileOperation;
  /** As the module wrote it. */
  readonly path: string;
};

/** A place that a grant covers: `path` is relative to `directory`, and `.` for itself. */
export type GrantedPlace = { readonly directory: string; readonly path: string };

/** The directories that the manifest grants. */
export function directoriesOf({ grants }: Manifest): readonly GrantedDirectory[] {
  const grant = grants.find((candidate): candidate is FilesGrant => candidate.interface === filesName);
  return grant?.directories ?? [];
}

/**
 * The place that a call means. Errors: `io.not-granted`, `io.read-only` and `io.outside` for what the grant does not cover,
 * `io.path` for what is no path at all.
 */
export function resolveGranted(call: FileCall, directories: readonly GrantedDirectory[]): GrantedPlace {
  const { operation } = call;
  const names = splitPath(call);
  const [name = '', ...rest] = names;
  const directory = directories.find((candidate) => candidate.name === name);
  if (directory === undefined) {
    const known = directories.map((candidate) => `\`${candidate.name}\``).join(', ') || 'no directory';
    throw EftError.of('io.not-granted', { ...told(call), known, directory: shown(name) });
  }
  if ((operation === 'write' || operation === 'remove') && directory.access !== 'read-write') {
    throw EftError.of('io.read-only', { ...told(call), directory: name });
  }
  if (rest.length === 0 && operation !== 'list') {
    throw EftError.of('io.path', {
      ...told(call),
      reason: 'it names a granted directory, and no file in it',
    });
  }
  return { directory: directory.path, path: rest.length === 0 ? '.' : rest.join('/') };
}

/** How sentences name a call. */
export function told({ module, operation, path }: FileCall): {
  readonly module: string;
  readonly call: FileOperation;
  readonly path: string;
} {
  return { module, call: operation, path: path === '' ? 'an empty path' : shown(path) };
}

/** The names of a path. A module's path is text that nobody has looked at: it may be anything. */
function splitPath(call: FileCall): readonly string[] {
  const { path } = call;
  const refuse = (reason: string) => EftError.of('io.path', { ...told(call), reason });
  if (path === '') throw refuse('it is empty');
  if (path.includes('\0')) throw refuse('a zero byte is in it');
  if (!path.isWellFormed()) throw refuse('half a surrogate pair is in it');
  if (Buffer.byteLength(path) > pathBytesLimit) throw refuse(`it has more than ${pathBytesLimit} bytes`);
  if (path.startsWith('/')) {
    throw EftError.of('io.outside', {
      ...told(call),
      reason: 'an absolute path begins with no granted directory',
    });
  }
  const names = path.split('/');
  if (names.length > levelsLimit) throw refuse(`it has more than ${levelsLimit} levels`);
  for (const name of names) {
    if (name === '..') {
      throw EftError.of('io.outside', {
        ...told(call),
        reason: '`..` is in its path, and nothing above is granted',
      });
    }
    if (name === '' || name === '.') throw refuse('an empty name or `.` is in it');
    if (Buffer.byteLength(name) > nameBytesLimit) {
      throw refuse(`a name in it has more than ${nameBytesLimit} bytes`);
    }
    if (isTemporaryName(name)) throw refuse('a name in it is of those that `write` keeps to itself');
  }
  return names;
}

/** Text of a module as it can stand in a sentence: cut, and without what a terminal or a log would act on. */
function shown(text: string): string {
  const cut = text.length > shownLimit ? `${text.slice(0, shownLimit)}…` : text;
  return cut
    .toWellFormed()
    .replace(
      /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
      (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
    );
}
