/**
 * The modules that were swapped in and kept: what the next boot starts in place of the image's, what ran before them, how low a version may not fall again,
 * and what has happened. All of it is one file on STATE, so that one rename makes all of it count at once.
 *
 *   eft-modules 1\n          magic
 *   length of the head       4 bytes, big-endian
 *   head                     deterministic CBOR: names, lengths, counters, history
 *   module files             end to end, in the order of the head
 *
 * STATE is not signed: what is taken from it is verified as any module file. Whoever can write to the disk can take a version back to another one that was
 * signed, and counters with it; a TPM would be the cure.
 */
import { modulesFileLimit } from '../config/sources/state.ts';
import { EftError } from '../errors/eft-error.ts';
import {
  type CborValue,
  decodeDeterministicCbor,
  encodeDeterministicCbor,
} from '../trust/deterministic-cbor.ts';
import type { RollbackCounter } from './admit-module.ts';

/** Bytes of all module files in the file together. */
export const installedBytesLimit = modulesFileLimit - 128 * 1024;
/** Entries of the history, of all modules together; the oldest go. */
export const historyLimit = 64;
const messageLimit = 240;
const magic = Buffer.from('eft-modules 1\n', 'latin1');

/** How a version came to run. */
export type HistoryHow = 'image' | 'swap' | 'rollback' | 'fallback';
export type HistoryOutcome = 'running' | 'ran' | 'refused' | 'went-back';

export type HistoryEntry = {
  readonly module: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly version: string;
  readonly digest: string;
  readonly securityVersion: number;
  readonly how: HistoryHow;
  readonly outcome: HistoryOutcome;
  /** Who asked; empty where the node did it. */
  readonly identity: string;
  readonly message: string;
};

/** What STATE says of modules, at one moment. */
export type Generation = {
  /** Module files by name. */
  readonly modules: ReadonlyMap<string, Uint8Array>;
  /** What ran before each of them: a module file, or `image`. */
  readonly previous: ReadonlyMap<string, Uint8Array | 'image'>;
  readonly counters: ReadonlyMap<string, RollbackCounter>;
  readonly history: readonly HistoryEntry[];
  /** Boots in a row that began with these modules and have not become ready. */
  readonly attempts: number;
};

export const noModules: Generation = {
  modules: new Map(),
  previous: new Map(),
  counters: new Map(),
  history: [],
  attempts: 0,
};

/** The bytes of the file. Error: `admit.too-large`. */
export function encodeGeneration({ modules, previous, counters, history, attempts }: Generation): Uint8Array {
  const files: Uint8Array[] = [];
  const lengthOf = (file: Uint8Array): number => {
    files.push(file);
    return file.length;
  };
  const head = encodeDeterministicCbor([
    attempts,
    [...modules].map(([name, file]) => [name, lengthOf(file)]),
    [...previous].map(([name, file]) => [name, file === 'image' ? 0 : lengthOf(file)]),
    [...counters].map(([name, { securityVersion, version, digest }]) => [
      name,
      securityVersion,
      version,
      digest,
    ]),
    history
      .slice(-historyLimit)
      .map((entry) => [
        ...[entry.module, entry.atMs, entry.version, entry.digest, entry.securityVersion, entry.how],
        ...[
          entry.outcome,
          entry.identity.slice(0, messageLimit),
          entry.message.slice(0, messageLimit).toWellFormed(),
        ],
      ]),
  ]);
  const size = files.reduce((sum, { length }) => sum + length, 0);
  const [largest = ''] = [...modules]
    .toSorted(([, one], [, other]) => other.length - one.length)
    .map(([name]) => name);
  if (size > installedBytesLimit)
    throw EftError.of('admit.too-large', { module: largest, size, limit: installedBytesLimit });
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.length);
  return new Uint8Array(Buffer.concat([magic, length, head, ...files]));
}

/** Reads the file; throws an Error with a sentence if it is not one of ours, whole. */
export function decodeGeneration(bytes: Uint8Array): Generation {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headAt = magic.length + 4;
  if (!all.subarray(0, magic.length).equals(magic) || all.length < headAt)
    return fail('it does not begin as one');
  const headEnd = headAt + all.readUInt32BE(magic.length);
  if (headEnd > all.length) return fail('its head is cut off');
  const head = listOf(decodeDeterministicCbor(new Uint8Array(all.subarray(headAt, headEnd))));
  const [attempts, modules, previous, counters, history, ...others] = head;
  if (others.length > 0) return fail('its head has more than it should');
  let at = headEnd;
  const take = (length: number): Uint8Array => {
    const file = new Uint8Array(all.subarray(at, at + length));
    at += length;
    return file.length === length ? file : fail('a module in it is cut off');
  };
  const files = listOf(modules).map((entry) => {
    const [name, length] = listOf(entry);
    return [textOf(name), take(countOf(length))] as const;
  });
  const before = listOf(previous).map((entry) => {
    const [name, length] = listOf(entry);
    return [textOf(name), countOf(length) === 0 ? ('image' as const) : take(countOf(length))] as const;
  });
  if (at !== all.length) return fail('there is something behind its end');
  return {
    attempts: countOf(attempts),
    modules: new Map(files),
    previous: new Map(before),
    counters: new Map(
      listOf(counters).map((entry) => {
        const [name, securityVersion, version, digest] = listOf(entry);
        const counter = {
          securityVersion: countOf(securityVersion),
          version: textOf(version),
          digest: textOf(digest),
        };
        return [textOf(name), counter] as const;
      }),
    ),
    history: listOf(history).map(readEntry),
  };
}

function readEntry(value: CborValue): HistoryEntry {
  const [module, atMs, version, digest, securityVersion, how, outcome, identity, message] = listOf(value);
  return {
    module: textOf(module),
    atMs: countOf(atMs),
    version: textOf(version),
    digest: textOf(digest),
    securityVersion: countOf(securityVersion),
    how: choiceOf(how, ['image', 'swap', 'rollback', 'fallback']),
    outcome: choiceOf(outcome, ['running', 'ran', 'refused', 'went-back']),
    identity: textOf(identity),
    message: textOf(message),
  };
}

/** The same with one entry more; the version that ran under the name before runs no more, if this one does. */
export function noted(history: readonly HistoryEntry[], entry: HistoryEntry): readonly HistoryEntry[] {
  const isNew = entry.outcome === 'running';
  const before = history.map(
    (old): HistoryEntry =>
      isNew && old.module === entry.module && old.outcome === 'running' ? { ...old, outcome: 'ran' } : old,
  );
  const all = [...before, entry];
  // What runs is told however much has been tried since.
  const surplus = all.length > historyLimit ? all.findIndex(({ outcome }) => outcome !== 'running') : -1;
  return surplus < 0 ? all.slice(-historyLimit) : all.toSpliced(surplus, 1);
}

function listOf(value: CborValue | undefined): readonly CborValue[] {
  return Array.isArray(value) ? value : fail('a list is missing');
}

function textOf(value: CborValue | undefined): string {
  return typeof value === 'string' ? value : fail('a text is missing');
}

function countOf(value: CborValue | undefined): number {
  return typeof value === 'number' && value >= 0 ? value : fail('a number is missing');
}

function choiceOf<Choice extends string>(value: CborValue | undefined, choices: readonly Choice[]): Choice {
  return choices.find((choice) => choice === value) ?? fail('a word is not one of those there are');
}

function fail(reason: string): never {
  throw new Error(`it is no file of installed modules: ${reason}`);
}
