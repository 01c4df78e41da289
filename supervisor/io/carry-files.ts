/**
 * Carries out `eft:host/files`: holds each call against the module's grant, here, outside of the cell, and hands what is covered to the
 * io process. A refusal says which grant is missing and where to add it.
 */
import { filesName } from '../capabilities/files.ts';
import type { Carrier } from '../cells/cell.ts';
import { RequestFailure } from '../cells/request-table.ts';
import type { FilesGrant, GrantedDirectory } from '../manifest/grants.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { type FileJob, fileBytesLimit, temporaryPrefix } from './file-job.ts';
import type { IoPool } from './io-pool.ts';

/** Bytes of a path, and names in it: Linux PATH_MAX and NAME_MAX, and far more levels than a module needs. */
const pathBytesLimit = 4_095;
const nameBytesLimit = 255;
const levelsLimit = 32;

const writing: ReadonlySet<string> = new Set(['write', 'remove']);

/** The carrier of `eft:host/files` on the processes of `pool`. */
export function carryFiles(pool: IoPool): Carrier {
  return async ({ call, parameters }, { manifest, signal }) => {
    const [path, content] = parameters;
    if (typeof path !== 'string' || !isOperation(call))
      throw new TypeError(`eft:host/files has no such call: ${call}`);
    const job = resolveJob(manifest, call, path);
    const result = await pool.run(withContent(job, content), signal);
    if (result.outcome === 'failed') throw new RequestFailure(result.failure);
    return result.value;
  };
}

function isOperation(call: string): call is FileJob['operation'] {
  return call === 'read' || call === 'write' || call === 'remove' || call === 'list';
}

function withContent(job: FileJob, content: unknown): FileJob {
  if (!(content instanceof Uint8Array)) return job;
  if (content.length > fileBytesLimit) {
    throw invalid(`a file of ${content.length} bytes; ${fileBytesLimit} can be written`);
  }
  return { ...job, content };
}

/** The job that a path means, if the grant covers it. Rejections: `denied` and `invalid`, each with a sentence. */
export function resolveJob(manifest: Manifest, operation: FileJob['operation'], path: string): FileJob {
  const grant = manifest.grants.find(
    (candidate): candidate is FilesGrant => candidate.interface === filesName,
  );
  const names = splitPath(path, operation);
  const [directoryName = ''] = names;
  const directory = grant?.directories.find(({ name }) => name === directoryName);
  if (directory === undefined) throw deniedDirectory(manifest, grant, operation, path, directoryName);
  if (writing.has(operation) && directory.access !== 'read-write')
    throw deniedWrite(manifest, operation, path, directory);
  const rest = names.slice(1).join('/');
  return { operation, directory: directory.path, path: rest === '' ? '.' : rest };
}

function splitPath(path: string, operation: FileJob['operation']): readonly string[] {
  if (path === '' || path.includes('\u0000')) throw invalid('an empty path, or one with a zero byte');
  if (path.startsWith('/')) throw invalid('an absolute path; begin with the name of a granted directory');
  if (Buffer.byteLength(path) > pathBytesLimit) throw invalid(`a path of more than ${pathBytesLimit} bytes`);
  const names = path.split('/');
  if (names.length > levelsLimit) throw invalid(`a path of more than ${levelsLimit} levels`);
  for (const name of names) {
    if (name === '' || name === '.' || name === '..')
      throw invalid('a path with an empty name, `.` or `..` in it');
    if (Buffer.byteLength(name) > nameBytesLimit)
      throw invalid(`a name of more than ${nameBytesLimit} bytes`);
    if (name.startsWith(temporaryPrefix)) throw invalid(`a name that begins with ${temporaryPrefix}`);
  }
  if (names.length === 1 && operation !== 'list')
    throw invalid('the name of a directory where a file is meant');
  return names;
}

function invalid(what: string): RequestFailure {
  return new RequestFailure({ tag: 'invalid', val: `the path or content is of no use: ${what}` });
}

function deniedDirectory(
  { name }: Manifest,
  grant: FilesGrant | undefined,
  operation: string,
  path: string,
  directory: string,
): RequestFailure {
  const has = (grant?.directories ?? []).map((granted) => `\`${granted.name}\``).join(', ');
  const val =
    `${name} may not ${operation} ${path}: its grant of ${filesName} names ${has === '' ? 'no directory' : has}, not \`${directory}\`; ` +
    'add the directory to that grant in module.yaml';
  return new RequestFailure({ tag: 'denied', val });
}

function deniedWrite(
  { name }: Manifest,
  operation: string,
  path: string,
  directory: GrantedDirectory,
): RequestFailure {
  const val =
    `${name} may not ${operation} ${path}: its grant of ${filesName} gives \`${directory.name}\` ${directory.access} only; ` +
    'write `access: read-write` for that directory in module.yaml';
  return new RequestFailure({ tag: 'denied', val });
}
