/**
 * The module file: one WebAssembly component that carries its manifest and its signatures.
 *
 * `openModule` is the one way in for code that will run. Its order is the point: sizes and section headers first, then the
 * signatures over all bytes before theirs, and only then is anything in those bytes interpreted. What it gives back is the
 * very memory that was verified. `readModule` tells what a file says without believing it; it serves `eft module inspect`.
 */
import { createHash } from 'node:crypto';
import { decodeComponent } from '../component/decode.ts';
import type { ComponentDefinition } from '../component/definition.ts';
import { EftError, type Place } from '../errors/eft-error.ts';
import { checkAuthority, surfaceOf } from '../manifest/authority.ts';
import { capabilitiesOf, decodeManifest, encodeManifest, type Manifest } from '../manifest/manifest.ts';
import { checkMemory } from '../manifest/memory-bound.ts';
import {
  type CoseSignature,
  decodeCoseSign,
  encodeCoseSign,
  maximumSignatures,
  signPayload,
  verifySignature,
} from './cose-sign.ts';
import type { CborOrigin } from './deterministic-cbor-scan.ts';
import type { KeyId, PrivateKey } from './key-file.ts';
import {
  type ModuleSections,
  manifestSection,
  readModuleSections,
  readSections,
  type Section,
  signatureSection,
  writeCustomSection,
} from './module-sections.ts';
import { judge, type TrustPolicy, trustedKey, type Verdict } from './trust-policy.ts';

/** What a module file says of itself; nothing of it is verified. */
export type ModuleContent = {
  readonly manifest: Manifest;
  /** Signatures in the file, of whatever worth. Empty if it is not signed. */
  readonly signatures: readonly CoseSignature[];
  readonly definition: ComponentDefinition;
  readonly sections: ModuleSections;
  /** SHA-256, in hexadecimal, of every byte that signatures cover: the same however many keys have signed. */
  readonly digest: string;
};

export type OpenContext = {
  /** The file's name, for errors. */
  readonly file: string;
  /** The lowest security version that is accepted of the module of this name; 0 accepts all. */
  readonly minimumSecurityVersion: (module: string) => number;
  /** Is told of each check as it is passed, for people who want to see it. */
  readonly onPassed?: (check: PassedCheck) => void;
};

/** A check that a module has passed: what was checked, and what was found. */
export type PassedCheck = { readonly check: string; readonly found: string };

/** A module that may run. */
export type OpenedModule = {
  readonly manifest: Manifest;
  /** All keys that signed it, in order: each is known to the policy, and each signature is right. */
  readonly signers: readonly KeyId[];
  /** Which of them count, and how many must. */
  readonly verdict: Verdict;
  /** The bytes given to `openModule`, whole: a component. */
  readonly component: Uint8Array;
  /** What `component` decodes to. */
  readonly definition: ComponentDefinition;
  /** See `ModuleContent.digest`. */
  readonly digest: string;
};

/**
 * Verifies a module file and gives what may be instantiated. The caller must not change `bytes` afterwards.
 * Errors: `module.*`, `cbor.*`, `signature.*`, `trust.*`, `document.*`, `manifest.*`, `component.*`.
 */
export function openModule(bytes: Uint8Array, policy: TrustPolicy, context: OpenContext): OpenedModule {
  // Another thread could change shared memory between the check and the use.
  if (bytes.buffer instanceof SharedArrayBuffer)
    throw new TypeError('a module is opened from memory of its own');
  const place: Place = { file: context.file };
  const passed = (check: string, found: string) => context.onPassed?.({ check, found });

  const sections = readModuleSections(bytes, place);
  passed('file', `${sections.all.length} sections in order, ${bytes.length} bytes`);

  const { signatures, payload, signaturePlace } = readSignatures(bytes, sections, place);
  const signers = signatures.map((signature, index) => {
    const { key } = trustedKey(policy, signature.kid, signaturePlace);
    const which = { index: index + 1, count: signatures.length, place: signaturePlace };
    verifySignature(signature, key, payload, 'eft:module', which);
    return signature.kid;
  });
  passed('signatures', `all ${signers.length} by known keys, and right`);

  const manifest = readManifestSection(bytes, sections.manifest, place);
  passed('manifest', `${manifest.name} ${manifest.version}`);

  const { name } = manifest;
  const verdict = judge(policy, { name, capabilities: capabilitiesOf(manifest), signers }, place);
  passed(
    'scope',
    `${verdict.counted.length} of ${verdict.needed} needed keys may sign this name and these capabilities`,
  );

  const minimum = context.minimumSecurityVersion(name);
  checkSecurityVersion(manifest, minimum, place);
  passed('security version', `${manifest.securityVersion}, and ${minimum} is the lowest accepted`);

  const definition = decodeComponent(bytes);
  checkAuthority(manifest, surfaceOf(definition.world), place);
  passed('authority', 'grants, inputs and outputs are exactly what the component imports');

  checkMemory(manifest, definition, place);
  passed('memory', `at most ${manifest.limits.memoryPages} pages of 64 KiB`);
  return { manifest, signers, verdict, component: bytes, definition, digest: hexDigest(payload) };
}

/** Reads a module file, signed or not, and believes nothing. Errors: as `openModule`, without `trust.*`. */
export function readModule(bytes: Uint8Array, file: string): ModuleContent {
  const place: Place = { file };
  const sections = readModuleSections(bytes, place);
  const signatures =
    sections.signature === undefined ? [] : readSignatures(bytes, sections, place).signatures;
  return {
    manifest: readManifestSection(bytes, sections.manifest, place),
    signatures,
    definition: decodeComponent(bytes),
    sections,
    digest: hexDigest(signedPart(bytes, sections)),
  };
}

/**
 * Makes an unsigned module of a component and its manifest, which must agree.
 * Errors: `module.has-manifest`, `module.memory-*`, `manifest.*`, `component.*`.
 */
export function attachManifest(
  component: Uint8Array,
  manifest: Manifest,
  place: Place = {},
): Uint8Array<ArrayBuffer> {
  for (const { name, start } of readSections(component, place)) {
    if (name !== manifestSection && name !== signatureSection) continue;
    throw EftError.of('module.has-manifest', { name }, { place: { ...place, offset: start } });
  }
  const definition = decodeComponent(component);
  checkAuthority(manifest, surfaceOf(definition.world), place);
  checkMemory(manifest, definition, place);
  return concatenate(component, writeCustomSection(manifestSection, encodeManifest(manifest)));
}

/**
 * Signs a module with more keys; signatures that are there are kept.
 * Errors: `module.*`; `signature.already-signed`, `signature.too-many`; those of reading the signatures that are there.
 */
export function attachSignatures(
  module: Uint8Array,
  signers: readonly PrivateKey[],
  place: Place = {},
): Uint8Array<ArrayBuffer> {
  const sections = readModuleSections(module, place);
  const payload = signedPart(module, sections);
  const signatures =
    sections.signature === undefined ? [] : [...readSignatures(module, sections, place).signatures];
  for (const signer of signers) {
    const { kid } = signer.public;
    if (signatures.some((signature) => signature.kid === kid)) {
      throw EftError.of('signature.already-signed', { kid }, { place });
    }
    signatures.push(signPayload(payload, 'eft:module', signer));
  }
  if (signatures.length > maximumSignatures) {
    throw EftError.of(
      'signature.too-many',
      { count: signatures.length, limit: maximumSignatures },
      { place },
    );
  }
  return concatenate(payload, writeCustomSection(signatureSection, encodeCoseSign(signatures)));
}

function checkSecurityVersion(manifest: Manifest, minimum: number, place: Place): void {
  if (manifest.securityVersion >= minimum) return;
  throw EftError.of(
    'module.security-version',
    { module: manifest.name, found: manifest.securityVersion, minimum },
    { place },
  );
}

function readSignatures(
  bytes: Uint8Array,
  sections: ModuleSections,
  place: Place,
): {
  readonly signatures: readonly CoseSignature[];
  readonly payload: Uint8Array;
  readonly signaturePlace: Place;
} {
  const section = sections.signature;
  if (section === undefined) throw EftError.of('module.not-signed', {}, { place });
  const signaturePlace = originOf(section, place);
  const signatures = decodeCoseSign(bytes.subarray(section.contentStart, section.end), signaturePlace);
  return { signatures, payload: signedPart(bytes, sections), signaturePlace };
}

function readManifestSection(bytes: Uint8Array, section: Section, place: Place): Manifest {
  return decodeManifest(bytes.subarray(section.contentStart, section.end), originOf(section, place));
}

function originOf(section: Section, place: Place): CborOrigin {
  return place.file === undefined
    ? { offset: section.contentStart }
    : { file: place.file, offset: section.contentStart };
}

/** Every byte before the signature section: what signatures cover. */
function signedPart(bytes: Uint8Array, sections: ModuleSections): Uint8Array {
  return bytes.subarray(0, sections.manifest.end);
}

function hexDigest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function concatenate(head: Uint8Array, tail: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}
