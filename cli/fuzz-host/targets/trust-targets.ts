/** What decides what may run: module files, their signatures and manifests, the CBOR that both are made of, keys and trust policies. */
import { Decoder } from 'cbor-x/index-no-eval';
import { decodeRecordValue } from '../../../supervisor/cells/record-reader.ts';
import { decodeManifest, encodeManifest, readManifestYaml } from '../../../supervisor/manifest/manifest.ts';
import { decodeCoseSign, encodeCoseSign, signPayload } from '../../../supervisor/trust/cose-sign.ts';
import {
  type CborValue,
  decodeDeterministicCbor,
  encodeDeterministicCbor,
} from '../../../supervisor/trust/deterministic-cbor.ts';
import {
  formatPrivateKeyFile,
  formatPublicKeyFile,
  readKeyFile,
} from '../../../supervisor/trust/key-file.ts';
import { attachSignatures, openModule, readModule } from '../../../supervisor/trust/module-file.ts';
import { readTrustPolicy, thresholdOf } from '../../../supervisor/trust/trust-policy.ts';
import {
  firstKey,
  policyYaml,
  secondKey,
  signedModule,
  smallManifest,
  smallManifestYaml,
  unsignedModule,
} from '../../../tests/errors/small-module.ts';
import {
  bytesOfText,
  must,
  mustEqual,
  mustEqualBytes,
  type ReaderTarget,
  textOfBytes,
  unlessRefused,
} from '../reader-target.ts';

const bothSign = attachSignatures(signedModule(firstKey), [secondKey]);
const policy = readTrustPolicy(policyYaml([{ key: firstKey }, { key: secondKey }]), 'trust.yaml');
const signedBySomeone = new Set([signedModule(firstKey), signedModule(secondKey), bothSign].map(textForm));

function textForm(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

const moduleFile: ReaderTarget = {
  name: 'module-file',
  summary:
    'a module file, believed nothing: its sections cover every byte, manifest and signatures have one encoding',
  seeds: () => [unsignedModule(), signedModule(firstKey), bothSign],
  read: (bytes) => {
    const module = unlessRefused(() => readModule(bytes, 'x.wasm'));
    if (module === undefined) return;
    const { sections, manifest, signatures } = module;
    let end = 8;
    for (const section of sections.all) {
      must(section.start === end && section.contentStart <= section.end, 'sections follow each other');
      end = section.end;
    }
    must(end === bytes.length, 'sections cover all of the file');
    const { contentStart, end: manifestEnd } = sections.manifest;
    mustEqualBytes(
      encodeManifest(manifest),
      bytes.subarray(contentStart, manifestEnd),
      'a manifest has one encoding',
    );
    if (sections.signature === undefined) return;
    mustEqualBytes(
      encodeCoseSign(signatures),
      bytes.subarray(sections.signature.contentStart, sections.signature.end),
      'signatures have one encoding',
    );
  },
};

const signedModuleFile: ReaderTarget = {
  name: 'signed-module',
  summary: 'a module file that is to run: only the bytes that were signed are opened',
  seeds: moduleFile.seeds,
  read: (bytes) => {
    const context = { file: 'x.wasm', minimumSecurityVersion: () => 0 };
    const module = unlessRefused(() => openModule(bytes, policy, context));
    if (module === undefined) return;
    must(module.component === bytes, 'what was verified is what is given');
    must(signedBySomeone.has(textForm(bytes)), 'nothing is opened that nobody signed');
  },
};

const values: readonly CborValue[] = [
  new Map<number | string, CborValue>([
    ['a', [1, -1, 23, 24, 255, 256, 65_536, 2 ** 33, -(2 ** 40)]],
    [7, new Map([['bb', 'text ü']])],
    [-7, [true, false, null, new Uint8Array(30), '']],
  ]),
  [[[[[[1]]]]], new Map([['long key of some thirty letters.', new Map()]])],
];

// The declarations leave out the option that makes 64-bit integers numbers.
const independentOptions = { mapsAsObjects: false, useRecords: false, int64AsNumber: true };
const independent = new Decoder(independentOptions);

const cbor: ReaderTarget = {
  name: 'cbor',
  summary: 'deterministic CBOR: one encoding of each value, and two other readers read the same',
  seeds: () => values.map((value) => encodeDeterministicCbor(value)),
  read: (bytes) => {
    const value = unlessRefused(() => decodeDeterministicCbor(bytes));
    if (value === undefined) return;
    mustEqualBytes(encodeDeterministicCbor(value), bytes, 'a value has one encoding');
    mustEqual(independent.decode(bytes.slice()), value, 'cbor-x reads the same');
    const record = unlessRefused(() => decodeRecordValue(bytes, 'x'));
    if (record !== undefined) mustEqual(record, asRecord(value), 'the reader of records reads the same');
  },
};

/** The value as records have it: maps are objects. */
function asRecord(value: CborValue): unknown {
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, item]) => [String(key), asRecord(item)]));
  return Array.isArray(value) ? value.map((item: CborValue) => asRecord(item)) : value;
}

const payload = bytesOfText('what is signed');
const signatures = [firstKey, secondKey].map((key) => signPayload(payload, 'eft:module', key));

const cose: ReaderTarget = {
  name: 'cose',
  summary: 'a COSE_Sign structure: one encoding, and no signer twice',
  seeds: () => [encodeCoseSign(signatures), encodeCoseSign(signatures.slice(0, 1))],
  read: (bytes) => {
    const found = unlessRefused(() => decodeCoseSign(bytes));
    if (found === undefined) return;
    mustEqualBytes(encodeCoseSign(found), bytes, 'signatures have one encoding');
    must(new Set(found.map(({ kid }) => kid)).size === found.length, 'no key signs twice');
  },
};

const manifest: ReaderTarget = {
  name: 'manifest',
  summary: 'the manifest in a module: one encoding',
  seeds: () => [encodeManifest(smallManifest)],
  read: (bytes) => {
    const found = unlessRefused(() => decodeManifest(bytes));
    if (found !== undefined) mustEqualBytes(encodeManifest(found), bytes, 'a manifest has one encoding');
  },
};

const manifestYaml: ReaderTarget = {
  name: 'manifest-yaml',
  summary: 'module.yaml: what is read goes into a module, and comes out the same',
  seeds: () => [bytesOfText(smallManifestYaml)],
  read: (bytes) => {
    const found = unlessRefused(() => readManifestYaml(textOfBytes(bytes), 'module.yaml'));
    if (found === undefined) return;
    mustEqual(decodeManifest(encodeManifest(found)), found, 'a manifest is the same in a module');
  },
};

const trustPolicy: ReaderTarget = {
  name: 'trust-policy',
  summary: 'a trust policy: keys are found by their names, and every module needs a signature',
  seeds: () => [
    bytesOfText(policyYaml([{ key: firstKey, comment: 'a key' }, { key: secondKey }])),
    bytesOfText(policyYaml([{ key: firstKey, modules: ['acme-*'] }, { key: secondKey }], { lamp: 2 })),
  ],
  read: (bytes) => {
    const found = unlessRefused(() => readTrustPolicy(textOfBytes(bytes), 'trust.yaml'));
    if (found === undefined) return;
    for (const [kid, { key }] of found.keys) must(kid === key.kid, 'a key is found by its own name');
    must(thresholdOf(found, 'lamp') >= 1, 'a module needs a signature at least');
  },
};

const keyFile: ReaderTarget = {
  name: 'key-file',
  summary: 'a key file: what is read is written and read the same',
  seeds: () => [
    bytesOfText(formatPrivateKeyFile(firstKey, 'a comment')),
    bytesOfText(formatPublicKeyFile(firstKey.public)),
  ],
  read: (bytes) => {
    const found = unlessRefused(() => readKeyFile(textOfBytes(bytes), 'x.key'));
    if (found === undefined) return;
    const { key, comment } = found;
    const text =
      key.kind === 'private' ? formatPrivateKeyFile(key, comment) : formatPublicKeyFile(key, comment);
    mustEqual(readKeyFile(text, 'x.key'), found, 'a key file that is written is read the same');
  },
};

export const trustTargets: readonly ReaderTarget[] = [
  moduleFile,
  signedModuleFile,
  cbor,
  cose,
  manifest,
  manifestYaml,
  trustPolicy,
  keyFile,
];
