/**
 * Carries out `eft:host/files`: holds each call against the module's grant, here, outside of the cell, has an io process do what is
 * covered, and makes the module's answer of the outcome. A refusal says which grant is missing and where to add it.
 */
import { randomBytes } from 'node:crypto';
import { filesName } from '../capabilities/files.ts';
import type { Carrier } from '../cells/cell.ts';
import { defaultDeadlineMs, RequestFailure } from '../cells/request-table.ts';
import { EftError } from '../errors/eft-error.ts';
import type { FilesGrant, GrantedDirectory } from '../manifest/grants.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { failureOf, refusalOf } from './file-failure.ts';
import { type FileJob, fileBytesLimit, temporaryName } from './file-job.ts';
import { directoriesOf, type FileCall, resolveGranted, told } from './granted-path.ts';
import type { IoPool } from './io-pool.ts';

export type CarryFilesOptions = {
  /** What a module may use: what its manifest grants, or less. */
  readonly directoriesOf?: (manifest: Manifest) => readonly GrantedDirectory[];
  /**
   * Tells this life of the supervisor from every other (hexadecimal digits): files that another life left half written
   * are removed. Random if it is not given. Danger: two supervisors must not be granted the same directory.
   */
  readonly life?: string;
};

/** The carrier of `eft:host/files` on the processes of `pool`: one a pool. */
export function carryFiles(pool: IoPool, options: CarryFilesOptions = {}): Carrier {
  const { life = randomBytes(8).toString('hex') } = options;
  const granted = options.directoriesOf ?? directoriesOf;
  let writes = 0;
  return async ({ call: operation, parameters }, { manifest, signal }) => {
    try {
      const call = readCall(manifest.name, operation, parameters[0]);
      const place = resolveGranted(call, granted(manifest));
      const job: FileJob =
        call.operation === 'write'
          ? {
              ...place,
              operation: 'write',
              content: readContent(call, parameters[1]),
              temporary: temporaryName(life, ++writes),
            }
          : { ...place, operation: call.operation };
      const deadlineMs = deadlineOf(manifest);
      const result = await pool.run(job, { owner: manifest.name, signal, deadlineMs });
      if (result.outcome === 'done') return result.value;
      throw new RequestFailure(failureOf(result, call, place));
    } catch (error) {
      throw error instanceof EftError ? new RequestFailure(refusalOf(error)) : error;
    }
  };
}

/** What comes out of a cell is looked at as if the cell had been taken over. */
function readCall(module: string, operation: string, path: unknown): FileCall {
  if (operation !== 'read' && operation !== 'write' && operation !== 'remove' && operation !== 'list') {
    throw new TypeError(`${filesName} has no call ${operation}`);
  }
  if (typeof path !== 'string') throw new TypeError(`${filesName}.${operation} takes a path`);
  return { module, operation, path };
}

function readContent(call: FileCall, content: unknown): Uint8Array {
  if (!(content instanceof Uint8Array)) throw new TypeError(`${filesName}.write takes a content`);
  if (content.length > fileBytesLimit) {
    const reason = `the content has ${content.length} bytes, and ${fileBytesLimit} can be written`;
    throw EftError.of('io.unfit', { ...told(call), reason });
  }
  return content;
}

function deadlineOf({ grants }: Manifest): number {
  const grant = grants.find((candidate): candidate is FilesGrant => candidate.interface === filesName);
  return grant?.deadlineMilliseconds ?? defaultDeadlineMs;
}
