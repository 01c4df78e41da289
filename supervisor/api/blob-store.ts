/**
 * Files that were sent to the node: content-addressed, in memory (tmpfs), for whatever acts on them later. A blob is there for others only
 * when all of it has come and its digest was found right.
 *
 * An upload that is cut off can be gone on with for a while. What it may become in all counts against the limits from its start, so
 * that two uploads cannot fill what there was room for once.
 *
 * Files are read and written in threads of Node's own: they are on a tmpfs, which does not hang, and PID 1 waits for nothing.
 */
import { createHash } from 'node:crypto';
import { constants, type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EftError } from '../errors/eft-error.ts';

export type BlobLimits = {
  /** Bytes of one blob, and of all together. */
  readonly blobBytes: number;
  readonly bytes: number;
  readonly count: number;
  /** Milliseconds after which an upload that was cut off is forgotten. */
  readonly unfinishedMs: number;
};

/** All blobs fit into the file system that they have (phases/file-systems.ts). */
export const blobLimits: BlobLimits = {
  blobBytes: 256 * 1024 * 1024,
  bytes: 256 * 1024 * 1024,
  count: 64,
  unfinishedMs: 10 * 60 * 1_000,
};

/** Bytes of a piece that is read at once. */
const pieceBytes = 256 * 1024;

export type BlobStoreOptions = {
  /** Is made if it is not there, and emptied; only for this. */
  readonly folder: string;
  /** Calls `fire` after `delayMs`; gives a function that calls it off. */
  readonly after: (delayMs: number, fire: () => void) => () => void;
  readonly limits?: Partial<BlobLimits>;
};

/** What an upload begins with. Sizes and offsets are bytes. */
export type BlobBegin = { readonly digest: string; readonly size: number; readonly offset: number };

type Blob = {
  readonly size: number;
  /** Bytes that are there. */
  has: number;
  isWhole: boolean;
  isBusy: boolean;
  cancelExpiry: () => void;
};

export class BlobStore {
  readonly #options: BlobStoreOptions;
  readonly #limits: BlobLimits;
  readonly #blobs = new Map<string, Blob>();
  #emptied: Promise<unknown> | undefined;

  constructor(options: BlobStoreOptions) {
    this.#options = options;
    this.#limits = { ...blobLimits, ...options.limits };
  }

  /** Bytes that blobs have or were promised, and how many there are. */
  get usage(): { readonly bytes: number; readonly count: number } {
    return {
      bytes: [...this.#blobs.values()].reduce((sum, { size }) => sum + size, 0),
      count: this.#blobs.size,
    };
  }

  /** Bytes that are there of a blob. */
  stat(digest: string): { readonly offset: number; readonly isWhole: boolean } {
    const blob = this.#blobs.get(digest);
    return { offset: blob?.has ?? 0, isWhole: blob?.isWhole ?? false };
  }

  /**
   * Takes a blob in from `begin.offset` on. Gives its size, at once if it is whole already. Errors: `blob.busy`, `blob.no-room`,
   * `blob.offset`, `blob.too-long`, `blob.cut-off`, `blob.digest`, `blob.write`.
   */
  async upload(begin: BlobBegin, pieces: AsyncIterable<Uint8Array>): Promise<number> {
    const { digest, size } = begin;
    const known = this.#blobs.get(digest);
    if (known?.isWhole) return known.size;
    const blob = this.#reserve(begin, known);
    blob.isBusy = true;
    blob.cancelExpiry();
    try {
      await this.#write(digest, blob, pieces);
      if (blob.has < size) throw EftError.of('blob.cut-off', { digest, has: blob.has, size });
      const found = await this.#digestOf(digest);
      if (found !== digest) {
        await this.#remove(digest);
        throw EftError.of('blob.digest', { digest, found });
      }
      await rename(this.#unfinished(digest), this.#whole(digest));
      blob.isWhole = true;
      return size;
    } finally {
      blob.isBusy = false;
      if (!blob.isWhole) this.#expireLater(digest, blob);
    }
  }

  /** The pieces of a whole blob from `offset` on; each is read when it is asked for. Errors: `blob.none`. */
  async *download(digest: string, offset: number): AsyncGenerator<{ data: Uint8Array; size: number }> {
    const blob = this.#blobs.get(digest);
    if (!blob?.isWhole) throw EftError.of('blob.none', { digest });
    const { size } = blob;
    const file = await open(this.#whole(digest), 'r');
    try {
      let isFirst = true;
      for await (const data of readPieces(file, offset)) {
        isFirst = false;
        yield { data, size };
      }
      if (isFirst) yield { data: new Uint8Array(), size };
    } finally {
      await file.close();
    }
  }

  /** Takes away a blob, whole or not. One that is being downloaded can be read to its end. Errors: `blob.none`, `blob.busy`. */
  async delete(digest: string): Promise<void> {
    const blob = this.#blobs.get(digest);
    if (blob === undefined) throw EftError.of('blob.none', { digest });
    if (blob.isBusy) throw EftError.of('blob.busy', { digest });
    await this.#remove(digest);
  }

  #reserve({ digest, size, offset }: BlobBegin, known: Blob | undefined): Blob {
    if (known?.isBusy) throw EftError.of('blob.busy', { digest });
    if (known === undefined) this.#checkRoom(size);
    const has = known?.has ?? 0;
    const total = known?.size ?? size;
    if (total !== size || has !== offset)
      throw EftError.of('blob.offset', { digest, has, size: total, total: size, offset });
    if (known !== undefined) return known;
    const blob: Blob = { size, has: 0, isWhole: false, isBusy: false, cancelExpiry: () => undefined };
    this.#blobs.set(digest, blob);
    return blob;
  }

  #checkRoom(size: number): void {
    const { blobBytes, bytes, count } = this.#limits;
    const usage = this.usage;
    const refuse = (reason: string): never => {
      throw EftError.of('blob.no-room', { size, reason });
    };
    if (size > blobBytes) refuse(`one may have ${blobBytes}`);
    if (usage.bytes + size > bytes) refuse(`all together may have ${bytes}, and have ${usage.bytes}`);
    if (usage.count >= count) refuse(`there may be ${count} blobs, and are`);
  }

  async #write(digest: string, blob: Blob, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const file = await this.#attempt(digest, () => this.#openUnfinished(digest));
    try {
      for await (const piece of pieces) {
        if (blob.has + piece.length > blob.size)
          throw EftError.of('blob.too-long', { digest, size: blob.size });
        await this.#attempt(digest, () => writeAll(file, piece, blob.has));
        blob.has += piece.length;
      }
    } finally {
      await file.close();
    }
  }

  async #openUnfinished(digest: string): Promise<FileHandle> {
    const { folder } = this.#options;
    this.#emptied ??= empty(folder);
    await this.#emptied;
    // Not to append: what a write that failed has left behind what was counted is written over.
    return open(this.#unfinished(digest), constants.O_RDWR | constants.O_CREAT, 0o600);
  }

  async #attempt<Result>(digest: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw EftError.of('blob.write', { digest, reason }, { cause: error });
    }
  }

  async #digestOf(digest: string): Promise<string> {
    const hash = createHash('sha256');
    const file = await open(this.#unfinished(digest), 'r');
    try {
      for await (const piece of readPieces(file, 0)) hash.update(piece);
    } finally {
      await file.close();
    }
    return hash.digest('hex');
  }

  #expireLater(digest: string, blob: Blob): void {
    if (this.#blobs.get(digest) !== blob) return;
    blob.cancelExpiry = this.#options.after(this.#limits.unfinishedMs, () => void this.#remove(digest));
  }

  async #remove(digest: string): Promise<void> {
    this.#blobs.get(digest)?.cancelExpiry();
    this.#blobs.delete(digest);
    await rm(this.#whole(digest), { force: true });
    await rm(this.#unfinished(digest), { force: true });
  }

  #whole(digest: string): string {
    return join(this.#options.folder, digest);
  }

  #unfinished(digest: string): string {
    return `${this.#whole(digest)}.part`;
  }
}

/** What an earlier life has left there goes; the folder itself may be where a file system is mounted. */
async function empty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
}

async function* readPieces(file: FileHandle, offset: number): AsyncGenerator<Uint8Array> {
  for (let at = offset; ; ) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(pieceBytes), 0, pieceBytes, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield new Uint8Array(buffer.buffer, buffer.byteOffset, bytesRead);
  }
}

async function writeAll(file: FileHandle, piece: Uint8Array, offset: number): Promise<void> {
  for (let at = 0; at < piece.length; ) {
    const { bytesWritten } = await file.write(piece, at, piece.length - at, offset + at);
    at += bytesWritten;
  }
}
