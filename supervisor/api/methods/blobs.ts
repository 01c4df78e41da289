/** BlobService. */
import type { RecordItem } from '../../cells/record-fields.ts';
import { type BlobBegin, type BlobStore, blobLimits } from '../blob-store.ts';
import type { Method } from '../method.ts';
import { readDigest } from './request-fields.ts';

type DigestRequest = { readonly digest: string };

export function statBlob(blobs: BlobStore): Method<DigestRequest> {
  return {
    name: 'eft.v1.BlobService/Stat',
    verb: 'download',
    changes: false,
    read: readDigestRequest,
    subject: () => [{}],
    run: async function* ({ digest }) {
      const { offset, isWhole } = blobs.stat(digest);
      yield { offset: BigInt(offset), isWhole };
    },
  };
}

export function deleteBlob(blobs: BlobStore): Method<DigestRequest> {
  return {
    name: 'eft.v1.BlobService/Delete',
    verb: 'upload',
    changes: true,
    read: readDigestRequest,
    subject: ({ digest }) => [{ told: { digest } }],
    run: async function* ({ digest }) {
      await blobs.delete(digest);
      yield {};
    },
  };
}

export function downloadBlob(blobs: BlobStore): Method<DigestRequest & { readonly offset: number }> {
  return {
    name: 'eft.v1.BlobService/Download',
    verb: 'download',
    changes: false,
    read: (argument) => {
      const field = argument.fields(['digest', 'offset']);
      return { digest: readDigest(field('digest')), offset: readBytes(field('offset')) };
    },
    subject: () => [{}],
    run: async function* ({ digest, offset }) {
      let isFirst = true;
      for await (const { data, size } of blobs.download(digest, offset)) {
        yield isFirst ? { data, size: BigInt(size) } : { data };
        isFirst = false;
      }
    },
  };
}

/** The request is a stream: what it is about stands in its first message. */
export function uploadBlob(blobs: BlobStore): Method<Record<string, never>> {
  return {
    name: 'eft.v1.BlobService/Upload',
    verb: 'upload',
    changes: true,
    read: () => ({}),
    subject: () => [{}],
    run: async function* (_, __, inputs) {
      const messages = inputs[Symbol.asyncIterator]();
      const first = await messages.next();
      if (first.done === true) return;
      const size = await blobs.upload(readBegin(first.value), piecesFrom(first.value, messages));
      yield { size: BigInt(size) };
    },
  };
}

async function* piecesFrom(first: RecordItem, rest: AsyncIterator<RecordItem>): AsyncGenerator<Uint8Array> {
  const data = first.field('data').optional((item) => item.bytes());
  if (data !== undefined) yield data;
  try {
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
      yield next.value
        .fields(['data'])('data')
        .optional((item) => item.bytes()) ?? new Uint8Array();
    }
  } finally {
    await rest.return?.();
  }
}

function readBegin(message: RecordItem): BlobBegin {
  const field = message.fields(['digest', 'size', 'offset', 'data']);
  return {
    digest: readDigest(field('digest')),
    size: readBytes(field('size')),
    offset: readBytes(field('offset')),
  };
}

function readDigestRequest(argument: RecordItem): DigestRequest {
  return { digest: readDigest(argument.fields(['digest'])('digest')) };
}

/** A number of bytes, in the range of what a blob can have; 0 if it is not there. */
function readBytes(item: RecordItem): number {
  const bytes = item.optional((value) => value.u64()) ?? 0n;
  return bytes <= BigInt(blobLimits.blobBytes)
    ? Number(bytes)
    : item.refuse(`a number of bytes up to ${blobLimits.blobBytes}`);
}
