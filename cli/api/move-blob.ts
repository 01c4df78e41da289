/**
 * Brings a file to a node or from it, and goes on where an earlier attempt ended. A blob is named by its SHA-256, so that what has arrived can always be held
 * against its name.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { formatBytes } from '../output/bar-chart.ts';
import type { Teller } from '../output/progress.ts';
import { type NodeClient, withoutDeadline } from './client.ts';

/** Bytes in one message. */
const chunkBytes = 256 * 1024;

/** SHA-256 of a file in hexadecimal, and its size. Errors: `file.not-found`, `file.unreadable`. */
export async function digestOf(file: string): Promise<{ readonly digest: string; readonly size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of createReadStream(file)) {
      const bytes = Buffer.from(chunk);
      hash.update(bytes);
      size += bytes.length;
    }
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (reason === 'ENOENT') throw EftError.of('file.not-found', {}, { place: { file }, cause: error });
    throw EftError.of('file.unreadable', { reason }, { place: { file }, cause: error });
  }
  return { digest: hash.digest('hex'), size };
}

/** Sends what the node has not got yet. */
export async function uploadBlob(
  { blobs, target: { name } }: NodeClient,
  file: string,
  { digest, size }: { readonly digest: string; readonly size: number },
  progress: Teller,
): Promise<void> {
  const { offset, isWhole } = await blobs.stat({ digest });
  if (isWhole) return;
  const send = async function* () {
    let at = Number(offset);
    const head = { digest, size: BigInt(size), offset };
    if (at === size) yield { ...head, data: new Uint8Array() };
    for await (const chunk of createReadStream(file, { start: at, highWaterMark: chunkBytes })) {
      const data = new Uint8Array(Buffer.from(chunk));
      yield at === Number(offset) ? { ...head, data } : { data };
      at += data.length;
      tell(progress, name, 'sent', at, size);
    }
  };
  await blobs.upload(send(), withoutDeadline);
}

/** Fetches a blob into `file`; until it is whole and right it is in `file` with `.part` behind. Errors: `client.blob-digest`, `file.unwritable`. */
export async function downloadBlob(
  { blobs, target: { name } }: NodeClient,
  digest: string,
  file: string,
  progress: Teller,
): Promise<number> {
  const part = `${file}.part`;
  const descriptor = openPart(part);
  let at = statSync(part).size;
  try {
    let size = 0;
    for await (const { data, size: whole } of blobs.download(
      { digest, offset: BigInt(at) },
      withoutDeadline,
    )) {
      if (whole !== 0n) size = Number(whole);
      writeSync(descriptor, data, 0, data.length, at);
      at += data.length;
      tell(progress, name, 'fetched', at, size);
    }
    if (readDigest(descriptor) !== digest) {
      rmSync(part);
      throw EftError.of('client.blob-digest', { node: name, digest });
    }
    renameSync(part, file);
    return at;
  } finally {
    closeSync(descriptor);
  }
}

function openPart(part: string): number {
  try {
    return openSync(part, statSync(part, { throwIfNoEntry: false }) === undefined ? 'wx+' : 'r+', 0o600);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw EftError.of('file.unwritable', { reason }, { place: { file: part }, cause: error });
  }
}

function readDigest(descriptor: number): string {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(chunkBytes);
  for (let at = 0; ; ) {
    const count = readSync(descriptor, buffer, 0, buffer.length, at);
    if (count === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, count));
    at += count;
  }
}

function tell(progress: Teller, node: string, verb: string, at: number, size: number): void {
  // The words are the same for a whole file, so that a pipe is told once.
  progress.tell(node, `${verb}: ${formatBytes(size)} in all`, size === 0 ? 1 : at / size);
}
