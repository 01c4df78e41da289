/**
 * A flight record as a file: one file that holds everything a replay needs, on any machine.
 *
 *   offset 0   8 bytes   `eft-rec` and a line feed
 *   offset 8   u32       format, 1 (little-endian, as all numbers here)
 *   offset 12  u32       bytes that follow
 *   offset 16            one Zstandard frame with checksum (RFC 8878), of
 *
 *   u32 and so many bytes: what happened, as record-cbor.ts writes it, with memories left out
 *   u32 and so many bytes: each memory of the checkpoint in its order
 *   u32 and so many bytes: the module, as it was loaded
 *
 * Module and memories are the bulk; they go from where they are into the compressor without being encoded.
 *
 * No secret is in a record. A record holds what the module was told, what it said, and its memory. Private keys, and config fields of
 * a secret type, never enter a module: it works with handles to them (decision 010), and the encoding has no form for a handle of the
 * component model. Environment, arguments and files of the supervisor are not part of any input. What a module
 * reads from a directory that it is granted, and the seeds out of which it draws entropy, are in its records: so no secret
 * may lie in a granted directory, and none may be made from a module's own random numbers. That is what `eft:host/keys` will be for.
 *
 * The danger: a record is read on other machines than it was written on, and may have been made to hurt. Sizes are bounded
 * before anything is unpacked, and everything is checked for its shape. What it says is proven by nothing: the checksum finds
 * accidents, not forgeries.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { constants, createZstdCompress, zstdDecompressSync } from 'node:zlib';
import { sha256 } from '@noble/hashes/sha2.js';
import { EftError } from '../errors/eft-error.ts';
import { decodeManifest, encodeManifest, type Manifest } from '../manifest/manifest.ts';
import { readModule } from '../trust/module-file.ts';
import { manifestSection, readSections } from '../trust/module-sections.ts';
import type { FlightRecord } from './flight-recorder.ts';
import { RecordItem } from './record-fields.ts';
import { decodeRecordValue } from './record-reader.ts';
import { readFlightRecord } from './record-schema.ts';
import { RecordWriter } from './record-writer.ts';

/** Ends the names of files with records. */
export const recordSuffix = '.eftrecord';
export const recordFormat = 1;
/** Bytes of a file with a record. */
export const recordFileLimit = 128 * 1024 * 1024;
/** Bytes of what a file with a record unpacks to: the largest memory that a manifest allows, and room for the rest. */
export const recordBytesLimit = 384 * 1024 * 1024;

const magic = Buffer.from('eft-rec\n');
const headerLength = 16;
/** Fast and good enough: most of a record is zeros and repetition. */
const compressionLevel = 3;

/** The module that a record is of. */
export type RecordedModule = {
  readonly manifest: Manifest;
  /** The component, or the whole module file. */
  readonly component: Uint8Array;
  /** See `moduleDigest`. */
  readonly digest: string;
};

/** A flight record with the module that made it. */
export type ModuleRecord = {
  readonly module: RecordedModule;
  /** When the record was taken: CLOCK_REALTIME, in nanoseconds since 1970. */
  readonly takenAt: bigint;
  readonly flight: FlightRecord;
};

/** Values that are written before others in this thread have their turn: some tenths of a millisecond. */
const valuesPerTurn = 500;
/** Bytes that go into the compressor, and come out of it, at a time. */
const chunkBytes = 64 * 1024;

/** Takes the bytes of a file one after the other. What it throws ends the packing. */
export type TakeChunk = (chunk: Uint8Array) => Promise<void> | void;

export type PackOptions = {
  /** Is shown all that is packed, in order, before it is: what it throws ends the packing. */
  readonly inspect?: (plain: Uint8Array) => void;
};

/**
 * Packs a record: gives `take` the bytes of the file after the header, one chunk after the other. This thread does little at a time:
 * what happened is written in turns with other work, and compressing is done in another thread. Nothing of `record` may change meanwhile.
 * Errors: those of `take` and `inspect`; TypeError for a value that has no place in a record, which is a mistake of the host's.
 */
export async function packRecord(
  record: ModuleRecord,
  take: TakeChunk,
  { inspect }: PackOptions = {},
): Promise<void> {
  const compressor = createZstdCompress({
    chunkSize: chunkBytes,
    params: { [constants.ZSTD_c_compressionLevel]: compressionLevel, [constants.ZSTD_c_checksumFlag]: 1 },
  });
  await pipeline(Readable.from(plainChunks(record, inspect)), compressor, async (packed) => {
    for await (const chunk of packed) await take(chunk);
  });
}

/** The header of a file in which so many bytes follow. */
export function recordHeader(length: number): Uint8Array {
  return Buffer.concat([magic, u32(recordFormat), u32(length)]);
}

/** The bytes of the file. Errors: as `packRecord`. */
export async function encodeRecord(record: ModuleRecord): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  await packRecord(record, (chunk) => {
    chunks.push(chunk);
  });
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return new Uint8Array(Buffer.concat([recordHeader(length), ...chunks]));
}

/** What is packed, in pieces that are views of what is there. */
async function* plainChunks(
  { module, takenAt, flight }: ModuleRecord,
  inspect: (plain: Uint8Array) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  const { light, memories } = withoutMemories(flight);
  const { digest, manifest, component } = module;
  const writer = new RecordWriter({ digest, manifest: encodeManifest(manifest), takenAt, flight: light });
  while (!writer.advance(valuesPerTurn)) await turn();
  const parts: readonly (readonly Uint8Array[])[] = [
    writer.pieces(),
    ...memories.map((memory) => [memory]),
    [component],
  ];
  for (const pieces of parts) {
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    for (const piece of [u32(length), ...pieces]) {
      for (let at = 0; at < piece.length; at += chunkBytes) {
        const chunk = piece.subarray(at, at + chunkBytes);
        inspect(chunk);
        yield chunk;
      }
    }
  }
}

/**
 * The record in the bytes of `file`. Errors: `record.*`; those of `decodeManifest` and `readModule` for a manifest or module that is
 * none.
 */
export function decodeRecord(bytes: Uint8Array, file: string): ModuleRecord {
  const parts = new Parts(unpack(bytes, file), file);
  const root = new RecordItem(decodeRecordValue(parts.next(), file), 'record', file);
  const get = root.fields(['digest', 'manifest', 'takenAt', 'flight']);
  const light = readFlightRecord(get('flight'));
  const flight = withMemories(light, parts);
  const module = {
    manifest: decodeManifest(get('manifest').bytes(), { file }),
    component: parts.next(),
    digest: get('digest').text(),
  };
  parts.finish();
  checkModule(module, file);
  return { module, takenAt: get('takenAt').u64(), flight };
}

/**
 * What names a module's code, in hexadecimal: SHA-256 of every byte that signatures cover, as `openModule` gives it; of a component
 * without manifest, SHA-256 of all of it.
 */
export function moduleDigest(component: Uint8Array, file: string): string {
  if (hasManifest(component)) return readModule(component, file).digest;
  return Buffer.from(sha256(component)).toString('hex');
}

function hasManifest(component: Uint8Array): boolean {
  return readSections(component).some(({ name }) => name === manifestSection);
}

function checkModule({ manifest, component, digest }: RecordedModule, file: string): void {
  const place = { file };
  const found = moduleDigest(component, file);
  const module = `${manifest.name} ${manifest.version}`;
  if (found !== digest) {
    const expected = digest.slice(0, 64).replace(/[^0-9a-f]/g, '?');
    throw EftError.of('record.module', { module, expected, found }, { place });
  }
  if (!hasManifest(component)) return;
  const own = encodeManifest(readModule(component, file).manifest);
  if (!Buffer.from(own).equals(encodeManifest(manifest)))
    throw EftError.of('record.manifest', { module }, { place });
}

function unpack(bytes: Uint8Array, file: string): Uint8Array<ArrayBuffer> {
  const place = { file };
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!buffer.subarray(0, magic.length).equals(magic))
    throw EftError.of('record.not-a-record', {}, { place });
  const lengthError = (expected: number) =>
    EftError.of('record.length', { expected, found: bytes.length }, { place });
  if (bytes.length < headerLength) throw lengthError(headerLength);
  const format = buffer.readUInt32LE(8);
  if (format !== recordFormat)
    throw EftError.of('record.format', { found: format, known: recordFormat }, { place });
  const expected = headerLength + buffer.readUInt32LE(12);
  if (bytes.length !== expected) throw lengthError(expected);
  try {
    const plain = zstdDecompressSync(buffer.subarray(headerLength), { maxOutputLength: recordBytesLimit });
    return new Uint8Array(plain.buffer, plain.byteOffset, plain.length);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE')
      throw EftError.of('record.too-large', { limit: recordBytesLimit }, { place, cause });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw EftError.of('record.damaged', { reason }, { place, cause });
  }
}

/** The parts that a record is made of, one after the other. */
class Parts {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  readonly #file: string;
  #position = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>, file: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#file = file;
  }

  /** A view of the next part: memories are large. */
  next(): Uint8Array<ArrayBuffer> {
    const left = this.#bytes.length - this.#position - 4;
    const length = left < 0 ? 0 : this.#view.getUint32(this.#position, true);
    if (left < 0 || length > left) throw this.#error('it ends too early');
    const start = this.#position + 4;
    this.#position = start + length;
    return this.#bytes.subarray(start, this.#position);
  }

  finish(): void {
    if (this.#position < this.#bytes.length) throw this.#error('it goes on after its end');
  }

  #error(reason: string): EftError {
    const parameters = { reason, offset: this.#position };
    return EftError.of('record.cbor', parameters, { place: { file: this.#file } });
  }
}

function withoutMemories(flight: FlightRecord): {
  readonly light: FlightRecord;
  readonly memories: readonly Uint8Array[];
} {
  const { begin } = flight;
  if (begin.begin === 'start') return { light: flight, memories: [] };
  const core = begin.state.core.map((state) => ({ ...state, memory: new Uint8Array() }));
  const memories = begin.state.core.map(({ memory }) => memory);
  return { light: { ...flight, begin: { ...begin, state: { ...begin.state, core } } }, memories };
}

function withMemories(flight: FlightRecord, parts: Parts): FlightRecord {
  const { begin } = flight;
  if (begin.begin === 'start') return flight;
  const core = begin.state.core.map((state) => ({ ...state, memory: parts.next() }));
  return { ...flight, begin: { ...begin, state: { ...begin.state, core } } };
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
