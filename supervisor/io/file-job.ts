/**
 * What the supervisor asks an io process to do with files, and what it hears back: plain data, and the rules that follow from it
 * alone. How it is done is in `run-file-job.ts`, who may ask for it in `granted-path.ts`.
 */
import type { Entry } from '../capabilities/generated/host-files.ts';

/** Bytes that `read` gives and `write` takes (wit/host/files.wit). */
export const fileBytesLimit = 1024 * 1024;
/** Entries that `list` gives (wit/host/files.wit). */
export const entriesLimit = 1_024;

/** What a module can ask for. */
export type FileOperation = 'read' | 'write' | 'remove' | 'list';

/** A place: `directory` is absolute and the supervisor's word; `path` lies below it and is the module's, `.` for itself. */
type Place = { readonly directory: string; readonly path: string };

export type FileJob =
  | (Place & { readonly operation: 'read' | 'remove' | 'list' })
  | (Place & {
      readonly operation: 'write';
      readonly content: Uint8Array;
      /** The file beside the real one that is written first; see `temporaryName`. */
      readonly temporary: string;
    })
  /** Removes what a write that was cut off has left: `path` and `temporary` are those of the write. */
  | (Place & { readonly operation: 'discard'; readonly temporary: string });

/** Why a job came to nothing. Whoever knows the module makes a sentence of it. */
export type FileProblem =
  | { readonly problem: 'absent' }
  /** A symbolic link is in the way, or the path leads out of the directory. */
  | { readonly problem: 'link' }
  /** What is there is not what the operation works on. */
  | { readonly problem: 'unfit'; readonly reason: string }
  /** The granted directory itself cannot be opened. */
  | { readonly problem: 'directory'; readonly errno: number; readonly reason: string }
  | { readonly problem: 'kernel'; readonly errno: number; readonly reason: string };

export type FileResult =
  | { readonly outcome: 'done'; readonly value: Uint8Array | readonly Entry[] | undefined }
  | ({ readonly outcome: 'failed' } & FileProblem);

/** What an io process answers; `disk` is the device that the directory is on, `major:minor`, if it got as far as that. */
export type FileAnswer = { readonly result: FileResult; readonly disk: string | undefined };

const temporaryPrefix = '.eft-writing-';

/** Whether a name is one that `write` uses for itself. No module sees or names such a file. */
export function isTemporaryName(name: string): boolean {
  return name.startsWith(temporaryPrefix);
}

/**
 * The name of a file that is being written. `life` tells one supervisor's life from the others (hexadecimal digits), and
 * `number` one write of it from the others, so that two processes never write the same file.
 */
export function temporaryName(life: string, number: number): string {
  return `${temporaryPrefix}${life}-${number}`;
}

/** Whether `name` was left behind by another life of the supervisor than the one that named `ours`. */
export function isLeftBehind(name: string, ours: string): boolean {
  const life = ours.slice(0, ours.lastIndexOf('-') + 1);
  return isTemporaryName(name) && !name.startsWith(life);
}

/** Whether a job whose process died may simply be done again. To remove again would say `absent` after a success. */
export function isRepeatable({ operation }: FileJob): boolean {
  return operation !== 'remove' && operation !== 'discard';
}

/** What has to be done when the process of a job died and the job is not done again. */
export function clearingUp(job: FileJob): FileJob | undefined {
  if (job.operation !== 'write') return undefined;
  const { directory, path, temporary } = job;
  return { operation: 'discard', directory, path, temporary };
}

/** Bytes that a job keeps in memory while it waits, estimated. */
export function bytesOf(job: FileJob): number {
  return job.path.length * 2 + (job.operation === 'write' ? job.content.length : 0);
}
