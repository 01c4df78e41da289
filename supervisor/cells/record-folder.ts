/**
 * The folder that the supervisor keeps flight records in: `NAME-VERSION-YYYYMMDDTHHMMSS-DIGEST.eftrecord`, the time in UTC and the digest
 * the first digits of SHA-256 of the file after its header.
 *
 * The folder lies in memory, or on a disk that others need too, so it has a limit of bytes over all modules (`RecordLimits`). A new
 * record makes room for itself: the oldest go first, and of every other module the newest stays; if that is not enough, the new one
 * is dropped. Of each module only the last few are kept in any case.
 *
 * A file appears under its name only when all of it is there. One record is written at a time; of each module one more may wait, and what
 * comes meanwhile is dropped and counted, so that a module that fails fast cannot fill memory with records that wait.
 */
import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SecretFinder } from '../config/secret-finder.ts';
import { type ModuleRecord, packRecord, recordHeader } from './record-file.ts';
import { isLeftOver, moduleOf, momentOf, recordName, temporaryName } from './record-names.ts';

export type RecordLimits = {
  /** Records that are kept of each module. */
  readonly perModule: number;
  /** Bytes of all records that are kept. While one is written, `fileBytes` come on top. */
  readonly bytes: number;
  /** Bytes of one record. */
  readonly fileBytes: number;
  /** Bytes of the memories in records that wait, when one waits already. */
  readonly waitingBytes: number;
};

/** A record that is mostly zeros and repetition has some tens of KiB; one of memory full of noise has none, then. */
export const recordLimits: RecordLimits = {
  perModule: 8,
  bytes: 48 * 1024 * 1024,
  fileBytes: 16 * 1024 * 1024,
  waitingBytes: 64 * 1024 * 1024,
};

/** What became of a record: `file` is its path, `reason` why it was not kept. */
export type RecordOutcome =
  | { readonly outcome: 'written'; readonly file: string }
  | { readonly outcome: 'dropped'; readonly reason: string };

export type RecordFolderOptions = {
  readonly limits?: Partial<RecordLimits>;
  /** Looks for secrets in what is about to be written. A record that holds one is not. */
  readonly secrets?: SecretFinder;
};

/** Writes a record as `path`, whole or not at all, whatever its size. Errors: those of the file system. */
export async function writeRecord(path: string, record: ModuleRecord): Promise<void> {
  const temporary = temporaryName(path, process.pid);
  try {
    await writeFile(temporary, record, {});
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Why a record is not kept: what this folder itself says, and no fault of a file system. */
class Dropped extends Error {}

export class RecordFolder {
  readonly #folder: string;
  readonly #limits: RecordLimits;
  readonly #secrets: SecretFinder | undefined;
  /** Modules of which a record waits or is being written. */
  readonly #busy = new Set<string>();
  #heldBytes = 0;
  #swept: Promise<void> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  /** Records that were not kept. */
  dropped = 0;

  /** `folder` must be there, and be only for this. */
  constructor(folder: string, { limits = {}, secrets }: RecordFolderOptions = {}) {
    this.#folder = folder;
    this.#limits = { ...recordLimits, ...limits };
    this.#secrets = secrets;
  }

  /** Removes what another process has left half written. It is done once, before the first record at the latest. Never rejects. */
  sweep(): Promise<void> {
    this.#swept ??= this.#removeLeftOvers().catch(() => undefined);
    return this.#swept;
  }

  /**
   * Writes a record, and deletes older ones to make room for it. `record` must not change until then. Errors: those of the file system.
   */
  async write(record: ModuleRecord): Promise<RecordOutcome> {
    const { name } = record.module.manifest;
    const bytes = memoryBytes(record);
    if (this.#busy.has(name)) return this.#drop('one of the same module was being written');
    if (bytes > 0 && this.#busy.size > 0 && this.#heldBytes + bytes > this.#limits.waitingBytes)
      return this.#drop('too much memory of other modules waited to be written');
    this.#busy.add(name);
    this.#heldBytes += bytes;
    try {
      const writing = this.#last.then(() => this.#writeNow(record));
      this.#last = writing.catch(() => undefined);
      return { outcome: 'written', file: await writing };
    } catch (error) {
      if (error instanceof Dropped) return this.#drop(error.message);
      throw error;
    } finally {
      this.#busy.delete(name);
      this.#heldBytes -= bytes;
    }
  }

  async #writeNow(record: ModuleRecord): Promise<string> {
    await this.sweep();
    const { fileBytes } = this.#limits;
    const digest = createHash('sha256');
    const temporary = temporaryName(join(this.#folder, record.module.manifest.name), process.pid);
    const search = this.#secrets?.search();
    try {
      const length = await writeFile(temporary, record, {
        digest,
        onLength: (bytes) => {
          if (bytes > fileBytes) throw new Dropped(`it has more than ${fileBytes} bytes`);
        },
        inspect: (plain) => {
          if (search?.(plain)) throw new Dropped('it holds a secret of the machine configuration');
        },
      });
      const file = recordName(record, digest.digest('hex'));
      await this.#makeRoom(record.module.manifest.name, file, length);
      const path = join(this.#folder, file);
      await rename(temporary, path);
      return path;
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  #drop(reason: string): RecordOutcome {
    this.dropped += 1;
    return { outcome: 'dropped', reason };
  }

  /** Deletes the oldest records, so that `newest`, of `module` and so many bytes, can come. Error: Dropped. */
  async #makeRoom(module: string, newest: string, bytes: number): Promise<void> {
    const { perModule, bytes: limit } = this.#limits;
    // The newest first. The new one is the newest of its module even if the clock was set back.
    const kept = (await this.#kept()).filter(({ file }) => file !== newest);
    kept.sort((one, other) => (one.moment < other.moment ? 1 : -1));
    const own = kept.filter((record) => record.module === module);
    const newestOf = new Map<string, KeptRecord>();
    for (const record of kept.toReversed()) newestOf.set(record.module, record);
    const spare = kept.filter((record) => record.module === module || newestOf.get(record.module) !== record);
    const gone = new Set(own.slice(perModule - 1));
    let sum = bytes + kept.reduce((total, record) => total + (gone.has(record) ? 0 : record.bytes), 0);
    for (const record of spare.toReversed()) {
      if (sum <= limit) break;
      if (gone.has(record)) continue;
      gone.add(record);
      sum -= record.bytes;
    }
    if (sum > limit) throw new Dropped('there is no room for it beside the newest records of other modules');
    await Promise.all([...gone].map(({ file }) => rm(join(this.#folder, file), { force: true })));
  }

  async #kept(): Promise<readonly KeptRecord[]> {
    const files = await readdir(this.#folder);
    const found = await Promise.all(
      files.map(async (file) => {
        const [module, moment] = [moduleOf(file), momentOf(file)];
        if (module === undefined || moment === undefined) return [];
        const { size } = await stat(join(this.#folder, file));
        return [{ file, module, moment, bytes: size }];
      }),
    );
    return found.flat();
  }

  async #removeLeftOvers(): Promise<void> {
    const files = (await readdir(this.#folder)).filter((file) => isLeftOver(file, process.pid));
    await Promise.all(files.map((file) => rm(join(this.#folder, file), { force: true })));
  }
}

type KeptRecord = {
  readonly file: string;
  readonly module: string;
  readonly moment: string;
  readonly bytes: number;
};

/** Bytes of the checkpoint's memories: the part of a record that can be large. */
function memoryBytes({ flight: { begin } }: ModuleRecord): number {
  if (begin.begin === 'start') return 0;
  return begin.state.core.reduce((sum, { memory }) => sum + memory.length, 0);
}

type WriteOptions = {
  /** Is given everything after the header. */
  readonly digest?: Hash;
  /** Is told the length so far; what it throws ends the writing. */
  readonly onLength?: (bytes: number) => void;
  readonly inspect?: (plain: Uint8Array) => void;
};

/** Writes the file as the record is packed: it is in memory nowhere. Gives its length. */
async function writeFile(
  path: string,
  record: ModuleRecord,
  { digest, onLength, inspect }: WriteOptions,
): Promise<number> {
  // Whoever may read records may read what modules were told: the supervisor only.
  const file = await open(path, 'w', 0o600);
  try {
    const start = recordHeader(0).length;
    let length = start;
    const take = async (chunk: Uint8Array): Promise<void> => {
      onLength?.(length + chunk.length);
      digest?.update(chunk);
      await writeAll(file, chunk, length);
      length += chunk.length;
    };
    await packRecord(record, take, inspect === undefined ? {} : { inspect });
    // Last, so that a file with a header is whole.
    await writeAll(file, recordHeader(length - start), 0);
    await file.sync();
    return length;
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
}
