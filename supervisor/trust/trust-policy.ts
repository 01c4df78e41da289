/**
 * The trust policy: which keys may sign what, and how many must. The image carries one with the root keys; the machine
 * config can add the operator's own.
 *
 *   keys:
 *     - publicKey: MCowBQYDK2VwAyEA…      # the line between BEGIN and END of the .pub file
 *       comment: release key, 2026        # optional
 *       modules: ['*']                    # names of modules it may sign, or '*'
 *       capabilities: [eft:host/log]      # host interfaces and output kinds it may sign for, or '*'
 *   thresholds:                           # optional; 1 where nothing is said
 *     - module: network                   # the exact name goes before '*'
 *       signatures: 2
 *
 * A right signature by a key out of scope counts for nothing; a signature by an unknown key cannot be verified, so a file
 * that carries one is refused.
 */
import {
  type DocumentNode,
  DocumentRecord,
  distinct,
  type Located,
  readInteger,
  readList,
  readName,
  readText,
} from '../document/document.ts';
import { readYaml } from '../document/yaml-document.ts';
import { EftError, type Place } from '../errors/eft-error.ts';
import { capabilityPattern, modulePattern } from '../manifest/names.ts';
import { maximumSignatures } from './cose-sign.ts';
import { type KeyId, type PublicKey, readPublicKeyLine } from './key-file.ts';

/** Keys in one policy. */
export const maximumKeys = 64;
/** Names in one scope, and thresholds in one policy. */
export const maximumPatterns = 256;
export const maximumCommentLength = 128;

/** What a key may sign. `*` stands for everything. */
export type KeyScope = { readonly modules: readonly string[]; readonly capabilities: readonly string[] };

export type TrustedKey = {
  readonly key: PublicKey;
  readonly comment: string | undefined;
  readonly scope: KeyScope;
};

export type Threshold = { readonly module: string; readonly signatures: number };

export type TrustPolicy = {
  readonly keys: ReadonlyMap<KeyId, TrustedKey>;
  readonly thresholds: readonly Threshold[];
  /** Ids of keys that count no more, of whatever scope. Only the machine configuration has such. */
  readonly revoked?: ReadonlySet<string>;
};

/** What is to be judged: a module, what it can do, and the keys whose signatures over it were verified. */
export type JudgedModule = {
  readonly name: string;
  readonly capabilities: readonly string[];
  readonly signers: readonly KeyId[];
};

/** The signers that count, and how many must. */
export type Verdict = { readonly counted: readonly KeyId[]; readonly needed: number };

/** Reads a policy. Errors: `document.*`, `trust.public-key`, `trust.threshold-unreachable`, with line and column. */
export function readTrustPolicy(text: string, file: string): TrustPolicy {
  const record = new DocumentRecord(readYaml(text, 'trust policy', file), ['keys'], ['thresholds']);
  const listed = readList(record.get('keys'), 0, maximumKeys, readTrustedKey);
  const keys = new Map(distinct(listed, ({ key }) => key.kid).map((entry) => [entry.key.kid, entry]));
  const thresholdsNode = record.find('thresholds');
  const thresholds =
    thresholdsNode === undefined ? [] : readList(thresholdsNode, 0, maximumPatterns, readThreshold);
  const policy = { keys, thresholds: distinct(thresholds, ({ module }) => module) };
  for (const threshold of thresholds) checkReachable(policy, threshold);
  return policy;
}

/**
 * Whether the signatures on a module are enough.
 * Errors: `trust.unknown-key`, `trust.revoked-key`, `trust.module-scope`, `trust.capability-scope`, `trust.threshold`.
 */
export function judge(policy: TrustPolicy, module: JudgedModule, place: Place = {}): Verdict {
  const signers = [...new Set(module.signers)].map((kid) => trustedKey(policy, kid, place));
  const needed = thresholdOf(policy, module.name);
  const byName = signers.filter(({ scope }) => covers(scope.modules, module.name));
  const counted = byName.filter(({ scope }) => missingCapabilities(scope, module.capabilities).length === 0);
  if (signers.length > 0 && byName.length === 0) {
    const keys = signers.map((entry) => `${nameOf(entry)} may sign ${listOf(entry.scope.modules)}`);
    throw EftError.of('trust.module-scope', { module: module.name, keys: keys.join('; ') }, { place });
  }
  if (byName.length > 0 && counted.length === 0) {
    const keys = byName.map((entry) => describeMissing(entry, module.capabilities));
    throw EftError.of('trust.capability-scope', { module: module.name, keys: keys.join('; ') }, { place });
  }
  if (counted.length < needed) {
    const keys = signers.map((entry) => {
      if (counted.includes(entry)) return `${nameOf(entry)} counts`;
      if (!byName.includes(entry)) return `${nameOf(entry)} may sign ${listOf(entry.scope.modules)}`;
      return describeMissing(entry, module.capabilities);
    });
    throw EftError.of(
      'trust.threshold',
      { module: module.name, needed, valid: counted.length, keys: keys.join('; ') || 'nobody has signed it' },
      { place },
    );
  }
  return { counted: counted.map(({ key }) => key.kid), needed };
}

/** The key `kid` of the policy. Errors: `trust.unknown-key`, `trust.revoked-key`. */
export function trustedKey(policy: TrustPolicy, kid: KeyId, place: Place = {}): TrustedKey {
  const entry = policy.keys.get(kid);
  if (policy.revoked?.has(kid)) throw EftError.of('trust.revoked-key', { kid }, { place });
  if (entry === undefined) throw EftError.of('trust.unknown-key', { kid }, { place });
  return entry;
}

/** Signatures that a module of this name needs: by its exact name, else by `*`, else 1. */
export function thresholdOf(policy: TrustPolicy, module: string): number {
  const exact = policy.thresholds.find((threshold) => threshold.module === module);
  const general = policy.thresholds.find((threshold) => threshold.module === '*');
  return (exact ?? general)?.signatures ?? 1;
}

/** Reads one key with its scope. Errors: `document.*`, `trust.public-key`. */
export function readTrustedKey(node: DocumentNode): TrustedKey {
  const record = new DocumentRecord(node, ['publicKey', 'modules', 'capabilities'], ['comment']);
  const comment = record.find('comment');
  return {
    key: readKey(record.get('publicKey')),
    comment: comment === undefined ? undefined : readText(comment, maximumCommentLength),
    scope: {
      modules: readPatterns(record.get('modules'), modulePattern),
      capabilities: readPatterns(record.get('capabilities'), capabilityPattern),
    },
  };
}

function readKey(node: DocumentNode): PublicKey {
  const { path, place } = node.where;
  const refuse = (reason: string) => EftError.of('trust.public-key', { path, reason }, { place });
  return readPublicKeyLine(readText(node, 256), refuse);
}

function readPatterns(node: DocumentNode, form: typeof modulePattern): readonly string[] {
  const patterns = readList(node, 0, maximumPatterns, (item) => readName(item, form));
  return distinct(patterns, (pattern) => pattern);
}

function readThreshold(node: DocumentNode): Threshold {
  const record = new DocumentRecord(node, ['module', 'signatures'], []);
  return {
    module: readName(record.get('module'), modulePattern),
    signatures: readInteger(record.get('signatures'), 1, maximumSignatures),
  };
}

function checkReachable(policy: TrustPolicy, { value, where }: Located<Threshold>): void {
  const keys = [...policy.keys.values()].filter(({ scope }) => covers(scope.modules, value.module)).length;
  // What `*` asks for cannot be told from the keys: each of them may be meant for other names.
  if (value.module === '*' || keys >= value.signatures) return;
  throw EftError.of(
    'trust.threshold-unreachable',
    { path: where.path, module: value.module, needed: value.signatures, keys },
    { place: where.place },
  );
}

function covers(patterns: readonly string[], name: string): boolean {
  return patterns.includes('*') || patterns.includes(name);
}

function missingCapabilities(scope: KeyScope, capabilities: readonly string[]): readonly string[] {
  return capabilities.filter((capability) => !covers(scope.capabilities, capability));
}

function describeMissing(entry: TrustedKey, capabilities: readonly string[]): string {
  return `${nameOf(entry)} may not sign for ${listOf(missingCapabilities(entry.scope, capabilities))}`;
}

function nameOf({ key, comment }: TrustedKey): string {
  const short = key.kid.slice(0, 16);
  return comment === undefined ? short : `${short} (${comment})`;
}

function listOf(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.map((name) => `\`${name}\``).join(', ');
}
