/**
 * Keeps the audit log in a folder, which is STATE: for each log the file that is written to, and the one before it. A full file takes the place of the
 * older one, and the chain goes on in a new one.
 *
 * The danger: the folder may be slow, full, or gone. Lines wait for it only up to a limit. What is lost is missing in the chain, where it shows.
 */
import { mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type AuditLogName, auditLogs, chainStart, readChainLine } from './audit-chain.ts';
import type { AuditStore, KeptLog } from './audit-log.ts';
import { verifyAudit } from './audit-verify.ts';

/** Bytes of a file, after which the next one is begun. Of each log there are two. */
export const auditFileBytes = 1024 * 1024;
/** Bytes of lines that wait to be written. */
const waitingBytesLimit = 512 * 1024;
/** The files lie in a folder of their own. */
const folderName = 'audit';

/** A log as it was kept before, and what was wrong with it, a sentence each. */
export type OpenedFolder = {
  readonly store: AuditFolder;
  readonly kept: Readonly<Record<AuditLogName, KeptLog>>;
  readonly notes: readonly string[];
};

/** The path of a file: the one that is written to, or the older one. */
export function auditFile(folder: string, log: AuditLogName, age: 'current' | 'older'): string {
  return join(folder, folderName, age === 'current' ? `${log}.jsonl` : `${log}.1.jsonl`);
}

/**
 * Opens the audit log in a folder, and reads what is there. `onTrouble` is given why lines cannot be kept. Errors: those of the file system if the folder cannot
 * be used.
 */
export function openAuditFolder(folder: string, onTrouble: (reason: string) => void): OpenedFolder {
  mkdirSync(join(folder, folderName), { recursive: true, mode: 0o700 });
  const notes: string[] = [];
  const sizes = { calls: 0, refusals: 0 };
  const kept = (log: AuditLogName): KeptLog => {
    const current = auditFile(folder, log, 'current');
    const text = readIfThere(current);
    // The power went while the last line was written.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) {
      truncateSync(current, Buffer.byteLength(whole));
      notes.push(`a line of ${log} that was not whole is taken away`);
    }
    sizes[log] = Buffer.byteLength(whole);
    const lines = [...linesOf(readIfThere(auditFile(folder, log, 'older'))), ...linesOf(whole)];
    const finding = verifyAudit(lines);
    if (finding.type === 'broken') notes.push(`line ${finding.line} of ${log}: ${finding.reason}`);
    // It goes on from the last line there is, whatever is wrong with the others.
    const last = lines.map(readChainLine).findLast((link) => typeof link !== 'string');
    return { lines, end: last === undefined ? chainStart : { seq: last.seq + 1, previous: last.hash } };
  };
  const logs = { calls: kept('calls'), refusals: kept('refusals') };
  return { store: new AuditFolder(folder, sizes, onTrouble), kept: logs, notes };
}

export class AuditFolder implements AuditStore {
  readonly #folder: string;
  readonly #sizes: Record<AuditLogName, number>;
  readonly #onTrouble: (reason: string) => void;
  readonly #waiting: Record<AuditLogName, string[]> = { calls: [], refusals: [] };
  #waitingBytes = 0;
  #lost = 0;
  #isTroubled = false;
  #writing: Promise<void> | undefined;

  /** Made by `openAuditFolder`. */
  constructor(folder: string, sizes: Record<AuditLogName, number>, onTrouble: (reason: string) => void) {
    this.#folder = folder;
    this.#sizes = sizes;
    this.#onTrouble = onTrouble;
  }

  append(log: AuditLogName, line: string): void {
    if (this.#waitingBytes + line.length > waitingBytesLimit) {
      this.#lost += 1;
      this.#trouble('the folder does not take lines as fast as they come');
      return;
    }
    this.#waitingBytes += line.length;
    this.#waiting[log].push(line);
    this.#writing ??= this.#writeAll();
  }

  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  /** Lines that were not kept. */
  get lost(): number {
    return this.#lost;
  }

  async #writeAll(): Promise<void> {
    for (;;) {
      const log = auditLogs.find((name) => this.#waiting[name].length > 0);
      if (log === undefined) break;
      const lines = this.#waiting[log].splice(0);
      try {
        await this.#write(log, lines);
        this.#isTroubled = false;
      } catch (error) {
        this.#lost += lines.length;
        this.#trouble(error instanceof Error ? error.message : String(error));
      }
      for (const { length } of lines) this.#waitingBytes -= length;
    }
    this.#writing = undefined;
  }

  async #write(log: AuditLogName, lines: readonly string[]): Promise<void> {
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    const current = auditFile(this.#folder, log, 'current');
    if (this.#sizes[log] > 0 && this.#sizes[log] + bytes.length > auditFileBytes) {
      await rename(current, auditFile(this.#folder, log, 'older'));
      this.#sizes[log] = 0;
    }
    const file = await open(current, 'a', 0o600);
    try {
      await writeWhole(file, bytes);
      this.#sizes[log] += bytes.length;
    } finally {
      await file.close();
    }
  }

  /** Told once, until it is well again. */
  #trouble(reason: string): void {
    if (!this.#isTroubled) this.#onTrouble(reason);
    this.#isTroubled = true;
  }
}

async function writeWhole(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    written += (await file.write(bytes, written)).bytesWritten;
  }
  await file.datasync();
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
