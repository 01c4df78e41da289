/**
 * The manifest: what a module is, what it may do, and how it is run. `module.yaml` in the source; deterministic CBOR in the
 * module file, under the signature.
 *
 * Both forms are read by the one schema below, strictly: an unknown field is refused, because a supervisor that skips a
 * field it does not know may skip a restriction.
 */
import { readCborDocument } from '../document/cbor-document.ts';
import {
  type DocumentNode,
  DocumentRecord,
  distinct,
  readChoice,
  readInteger,
  readList,
  readName,
  readText,
} from '../document/document.ts';
import { readYaml } from '../document/yaml-document.ts';
import { EftError, type Place } from '../errors/eft-error.ts';
import { RESERVED_ACTORS } from '../store/roster.ts';
import {
  type CborKey,
  type CborValue,
  decodeDeterministicCbor,
  encodeDeterministicCbor,
} from '../trust/deterministic-cbor.ts';
import type { CborOrigin } from '../trust/deterministic-cbor-scan.ts';
import { maximumReasonLength } from './grant-limits.ts';
import { type Grant, isHostInterface, readGrant } from './grants.ts';
import { moduleName, unversionedInterface, version, worldName } from './names.ts';

export const maximumInputs = 64;
export const maximumOutputs = 64;
export const maximumGrants = 64;
export const maximumDescriptionLength = 256;
/** 256 MiB in pages of 64 KiB. WebAssembly itself allows 65,536; no subsystem of a node needs that. */
export const maximumMemoryPages = 4096;
export const maximumEventMilliseconds = 60_000;
export const maximumQueuedEvents = 65_536;
export const maximumRestartMilliseconds = 3_600_000;
export const maximumSavedStateFormats = 16;
const maximumU32 = 0xffff_ffff;

export type ManifestInput = { readonly kind: string; readonly reason: string };

/** `exclusive`: one module owns all resources of the kind. `shared`: each resource belongs to its creator. */
export type ManifestOutput = {
  readonly kind: string;
  readonly mode: 'exclusive' | 'shared';
  readonly reason: string;
};

export type ManifestLimits = {
  /** Pages of 64 KiB that all memories of an instance may have together, 1 to 4,096. */
  readonly memoryPages: number;
  /** What one event may take, 1 to 60,000. */
  readonly eventMilliseconds: number;
  /** Events that may wait, 1 to 65,536. */
  readonly queuedEvents: number;
};

export type ManifestRestart = {
  /** The wait before the first restart; it doubles up to the maximum. 1 to 3,600,000. */
  readonly initialMilliseconds: number;
  readonly maximumMilliseconds: number;
  /** Failures in a row after which the module stays down, 1 to 1,000. */
  readonly quarantineAfter: number;
};

/** Formats of saved state, by the number that the module's author gave them. */
export type ManifestSavedState = { readonly writes: number; readonly reads: readonly number[] };

export type Manifest = {
  readonly name: string;
  readonly version: string;
  /** Only ever rises: a node refuses a module below the highest that it has run. */
  readonly securityVersion: number;
  readonly description: string;
  readonly world: string;
  readonly inputs: readonly ManifestInput[];
  readonly outputs: readonly ManifestOutput[];
  readonly grants: readonly Grant[];
  readonly limits: ManifestLimits;
  readonly restart: ManifestRestart;
  readonly savedState: ManifestSavedState;
  readonly isolation: 'thread' | 'process';
};

/**
 * Reads `module.yaml`. Errors: `document.*` and `manifest.*`, with file, line and column.
 */
export function readManifestYaml(text: string, file: string): Manifest {
  return readManifest(readYaml(text, 'manifest', file));
}

/**
 * Reads the content of the section `eft:manifest`; `origin` says where in which file it stands.
 * Errors: `cbor.*` with the byte offset; `document.*` and `manifest.*` with the path of the field.
 */
export function decodeManifest(bytes: Uint8Array, origin: CborOrigin = {}): Manifest {
  const place: Place = { ...origin };
  return readManifest(readCborDocument(decodeDeterministicCbor(bytes, origin), 'manifest', place));
}

/** The content of the section `eft:manifest`: one manifest has one encoding. */
export function encodeManifest(manifest: Manifest): Uint8Array<ArrayBuffer> {
  return encodeDeterministicCbor(toCbor(manifest));
}

/**
 * The interfaces that a signer of the module answers for: what it is granted and what it may write, without versions, in
 * order. Reading a kind needs no scope.
 */
export function capabilitiesOf(manifest: Manifest): readonly string[] {
  const names = [
    ...manifest.grants.map((grant) => grant.interface),
    ...manifest.outputs.map((output) => output.kind),
  ];
  return [...new Set(names)].sort();
}

function readManifest(node: DocumentNode): Manifest {
  const record = new DocumentRecord(
    node,
    [
      'name',
      'version',
      'securityVersion',
      'description',
      'world',
      'inputs',
      'outputs',
      'grants',
      'limits',
      'restart',
      'savedState',
      'isolation',
    ],
    [],
  );
  return {
    name: readModuleName(record.get('name')),
    version: readName(record.get('version'), version),
    securityVersion: readInteger(record.get('securityVersion'), 0, maximumU32),
    description: readText(record.get('description'), maximumDescriptionLength),
    world: readName(record.get('world'), worldName),
    inputs: distinct(readList(record.get('inputs'), 0, maximumInputs, readInput), ({ kind }) => kind),
    outputs: distinct(readList(record.get('outputs'), 0, maximumOutputs, readOutput), ({ kind }) => kind),
    grants: distinct(readList(record.get('grants'), 0, maximumGrants, readGrant), (grant) => grant.interface),
    limits: readLimits(record.get('limits')),
    restart: readRestart(record.get('restart')),
    savedState: readSavedState(record.get('savedState')),
    isolation: readChoice(record.get('isolation'), ['thread', 'process']),
  };
}

function readInput(node: DocumentNode): ManifestInput {
  const record = new DocumentRecord(node, ['kind', 'reason'], []);
  return {
    kind: readKind(record.get('kind')),
    reason: readText(record.get('reason'), maximumReasonLength),
  };
}

function readOutput(node: DocumentNode): ManifestOutput {
  const record = new DocumentRecord(node, ['kind', 'mode', 'reason'], []);
  return {
    kind: readKind(record.get('kind')),
    mode: readChoice(record.get('mode'), ['exclusive', 'shared']),
    reason: readText(record.get('reason'), maximumReasonLength),
  };
}

/** A module's name is also its name as an actor of the store, where some names belong to others. */
function readModuleName(node: DocumentNode): string {
  const name = readName(node, moduleName);
  if (!RESERVED_ACTORS.includes(name)) return name;
  const { path, place } = node.where;
  const reserved = RESERVED_ACTORS.map((actor) => `\`${actor}\``).join(', ');
  throw EftError.of('manifest.name-reserved', { path, name, reserved }, { place });
}

function readKind(node: DocumentNode): string {
  const kind = readName(node, unversionedInterface);
  if (!isHostInterface(kind)) return kind;
  throw EftError.of(
    'manifest.kind-is-interface',
    { path: node.where.path, kind },
    { place: node.where.place },
  );
}

function readLimits(node: DocumentNode): ManifestLimits {
  const record = new DocumentRecord(node, ['memoryPages', 'eventMilliseconds', 'queuedEvents'], []);
  return {
    memoryPages: readInteger(record.get('memoryPages'), 1, maximumMemoryPages),
    eventMilliseconds: readInteger(record.get('eventMilliseconds'), 1, maximumEventMilliseconds),
    queuedEvents: readInteger(record.get('queuedEvents'), 1, maximumQueuedEvents),
  };
}

function readRestart(node: DocumentNode): ManifestRestart {
  const record = new DocumentRecord(
    node,
    ['initialMilliseconds', 'maximumMilliseconds', 'quarantineAfter'],
    [],
  );
  const initial = readInteger(record.get('initialMilliseconds'), 1, maximumRestartMilliseconds);
  const maximum = readInteger(record.get('maximumMilliseconds'), 1, maximumRestartMilliseconds);
  if (maximum < initial) {
    const { path, place } = record.get('maximumMilliseconds').where;
    throw EftError.of('manifest.restart-times', { path, maximum, initial }, { place });
  }
  const quarantineAfter = readInteger(record.get('quarantineAfter'), 1, 1000);
  return { initialMilliseconds: initial, maximumMilliseconds: maximum, quarantineAfter };
}

function readSavedState(node: DocumentNode): ManifestSavedState {
  const record = new DocumentRecord(node, ['writes', 'reads'], []);
  const writes = readInteger(record.get('writes'), 0, maximumU32);
  const formats = readList(record.get('reads'), 1, maximumSavedStateFormats, (item) =>
    readInteger(item, 0, maximumU32),
  );
  const reads = distinct(formats, (format) => format);
  if (!reads.includes(writes)) {
    const { path, place } = record.get('reads').where;
    throw EftError.of('manifest.saved-state', { path, writes }, { place });
  }
  return { writes, reads };
}

/** What a manifest is made of, to encode it field by field under the names that it has here. */
type Plain = string | number | readonly Plain[] | PlainRecord;
type PlainRecord = { readonly [field: string]: Plain };

function toCbor(value: Plain): CborValue {
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (isPlainList(value)) return value.map(toCbor);
  const map = new Map<CborKey, CborValue>();
  for (const [field, item] of Object.entries(value)) map.set(field, toCbor(item));
  return map;
}

function isPlainList(value: readonly Plain[] | PlainRecord): value is readonly Plain[] {
  return Array.isArray(value);
}
