/**
 * The folder that the supervisor keeps flight records in: `NAME-VERSION-YYYYMMDDTHHMMSS-DIGEST.eftrecord`, the time in UTC and the digest
 * the first digits of SHA-256 of the file. Of each module only the last few are kept.
 *
 * A file appears under its name only when all of it is on the disk. One record of a module is written at a time; those that come
 * meanwhile are dropped and counted, so that a module that fails fast cannot fill memory with records that wait.
 */
import { open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { encodeRecord, type ModuleRecord, recordFileLimit, recordSuffix } from './record-file.ts';

/** Records that are kept of each module. */
export const recordsPerModule = 8;
const digestLength = 12;

/** Writes a record as `path`, whole or not at all. Errors: those of the file system. */
export async function writeRecord(path: string, record: ModuleRecord): Promise<void> {
  await writeWhole(path, await encodeRecord(record));
}

export class RecordFolder {
  readonly #folder: string;
  readonly #busy = new Set<string>();
  /** Records that were not written because one of the same module was being written, or because they were too large. */
  dropped = 0;

  /** `folder` must be there, and be only for this. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Writes a record and deletes the oldest of the same module beyond `recordsPerModule`. Gives the path, or undefined if the record was
   * dropped. Errors: those of the file system.
   */
  async write(record: ModuleRecord): Promise<string | undefined> {
    const { name } = record.module.manifest;
    if (this.#busy.has(name)) return this.#drop();
    this.#busy.add(name);
    try {
      const bytes = await encodeRecord(record);
      if (bytes.length > recordFileLimit) return this.#drop();
      const file = recordName(record, bytes);
      await writeWhole(join(this.#folder, file), bytes);
      await this.#deleteOld(name, file);
      return join(this.#folder, file);
    } finally {
      this.#busy.delete(name);
    }
  }

  #drop(): undefined {
    this.dropped += 1;
    return undefined;
  }

  /** Keeps `newest` even if the clock was set back. */
  async #deleteOld(module: string, newest: string): Promise<void> {
    const files = (await readdir(this.#folder)).filter(
      (file) => file !== newest && momentOf(module, file) !== undefined,
    );
    files.sort((one, other) => ((momentOf(module, one) ?? '') < (momentOf(module, other) ?? '') ? 1 : -1));
    await Promise.all(
      files.slice(recordsPerModule - 1).map((file) => rm(join(this.#folder, file), { force: true })),
    );
  }
}

/** The name of the file that holds `record` as `bytes`. */
export function recordName({ module, takenAt }: ModuleRecord, bytes: Uint8Array): string {
  const { name, version } = module.manifest;
  // Up to the second, without the signs between: 20261123T011236.
  const moment = new Date(Number(takenAt / 1_000_000n)).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  const digest = Buffer.from(sha256(bytes)).toString('hex').slice(0, digestLength);
  return `${name}-${version}-${moment}-${digest}${recordSuffix}`;
}

const namePattern = /^(?<name>[a-z0-9-]+?)-\d+\.\d+\.\d+.*-(?<moment>\d{8}T\d{6})-[0-9a-f]{12}\.eftrecord$/;

/** The time in the name of a record of `module`, or undefined for any other file. */
function momentOf(module: string, file: string): string | undefined {
  const { name, moment } = namePattern.exec(file)?.groups ?? {};
  return name === module ? moment : undefined;
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    // Whoever may read records may read what modules were told: the supervisor only.
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
