import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BlobLimits, BlobStore } from '../../supervisor/api/blob-store.ts';
import type { Fixture } from './fixture.ts';

const content = Buffer.from('a blob');
const digest = createHash('sha256').update(content).digest('hex');
const size = content.length;

/** Does something with a store of blobs of its own. */
async function withBlobs(
  act: (blobs: BlobStore) => Promise<unknown>,
  limits: Partial<BlobLimits> = {},
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'eft-blobs-'));
  try {
    await act(new BlobStore({ folder, after: () => () => undefined, limits }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function* pieces(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

/** Never gives anything, until `end` resolves. */
async function* stuck(end: Promise<void>): AsyncGenerator<Uint8Array> {
  await end;
  yield* [];
}

export const fixtures: readonly Fixture[] = [
  {
    code: 'blob.none',
    title: 'a blob that the node does not have',
    provoke: () => withBlobs((blobs) => blobs.download(digest, 0).next()),
    text: `error[blob.none]: the node does not have the whole blob ${digest}\n  upload it, or go on with an upload that was cut off`,
  },
  {
    code: 'blob.busy',
    title: 'two uploads of one blob at a time',
    provoke: () =>
      withBlobs(async (blobs) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        const first = blobs.upload({ digest, size, offset: 0 }, stuck(promise)).catch(() => undefined);
        try {
          await blobs.upload({ digest, size, offset: 0 }, pieces(content));
        } finally {
          resolve();
          await first;
        }
      }),
    text: `error[blob.busy]: the blob ${digest} is being uploaded by another call\n  wait until that has ended`,
  },
  {
    code: 'blob.no-room',
    title: 'a blob that is larger than any may be',
    provoke: () =>
      withBlobs((blobs) => blobs.upload({ digest, size, offset: 0 }, pieces(content)), { blobBytes: 5 }),
    text: 'error[blob.no-room]: the node has no room for a blob of 6 bytes: one may have 5\n  delete blobs that are no longer needed, or send a smaller one',
  },
  {
    code: 'blob.offset',
    title: 'an upload that goes on from where the node is not',
    provoke: () =>
      withBlobs((blobs) => blobs.upload({ digest, size, offset: 3 }, pieces(content.subarray(3)))),
    text: `error[blob.offset]: the node has 0 of 6 bytes of the blob ${digest}, and the upload of 6 bytes begins at 3\n  ask by Stat how much the node has, and go on from there with the same size; or delete it and begin anew`,
  },
  {
    code: 'blob.cut-off',
    title: 'an upload that ends before its end',
    provoke: () =>
      withBlobs((blobs) => blobs.upload({ digest, size, offset: 0 }, pieces(content.subarray(0, 2)))),
    text: `error[blob.cut-off]: the upload of ${digest} has ended at 2 of 6 bytes\n  go on from there; the node keeps what it has for some minutes`,
  },
  {
    code: 'blob.too-long',
    title: 'an upload of more than was said',
    provoke: () => withBlobs((blobs) => blobs.upload({ digest, size: 5, offset: 0 }, pieces(content))),
    text: `error[blob.too-long]: more is uploaded of ${digest} than its 5 bytes\n  give the size of the whole blob in the first message`,
  },
  {
    code: 'blob.digest',
    title: 'an upload of something else',
    provoke: () =>
      withBlobs((blobs) => blobs.upload({ digest, size, offset: 0 }, pieces(Buffer.from('a blot')))),
    text: `error[blob.digest]: what was uploaded as ${digest} has the digest ${createHash('sha256').update('a blot').digest('hex')}\n  upload it again from the start; the node has thrown away what it had`,
  },
  {
    code: 'blob.write',
    title: 'a folder that cannot be written',
    provoke: () =>
      new BlobStore({ folder: '/dev/null/blobs', after: () => () => undefined }).upload(
        { digest, size, offset: 0 },
        pieces(content),
      ),
    text: `error[blob.write]: the blob ${digest} could not be written: ENOTDIR: not a directory, mkdir '/dev/null/blobs'\n  delete blobs that are no longer needed, and go on with the upload`,
  },
];
