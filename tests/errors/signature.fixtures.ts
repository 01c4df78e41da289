import { decodeCoseSign } from '../../supervisor/trust/cose-sign.ts';
import { type CborValue, encodeDeterministicCbor } from '../../supervisor/trust/deterministic-cbor.ts';
import { thumbprint } from '../../supervisor/trust/key-file.ts';
import { attachSignatures, openModule } from '../../supervisor/trust/module-file.ts';
import { readTrustPolicy } from '../../supervisor/trust/trust-policy.ts';
import type { Fixture } from './fixture.ts';
import { firstKey, policyYaml, secondKey, signedModule } from './small-module.ts';

const nothing = new Uint8Array();
const noHeaders = new Map<number, CborValue>();
const signature = new Uint8Array(64);

/** A signature of `key`, with its headers changed. */
function signatureBy(
  key = firstKey,
  change: {
    readonly algorithm?: CborValue;
    readonly extra?: readonly (readonly [number, CborValue])[];
    readonly kid?: Uint8Array;
    readonly unprotected?: ReadonlyMap<number, CborValue>;
    readonly signature?: CborValue;
  } = {},
): CborValue {
  const header = new Map<number, CborValue>([
    [1, change.algorithm ?? -8],
    [4, change.kid ?? thumbprint(key.public.bytes)],
    ...(change.extra ?? []),
  ]);
  return [encodeDeterministicCbor(header), change.unprotected ?? noHeaders, change.signature ?? signature];
}

/** Reads a COSE_Sign structure of these parts, as if it stood at byte 730 of a file. */
function read(...parts: readonly CborValue[]): () => unknown {
  return () => decodeCoseSign(encodeDeterministicCbor(parts, 98), { file: 'lamp.wasm', offset: 730 });
}

export const fixtures: readonly Fixture[] = [
  {
    code: 'signature.structure',
    title: 'an array of three where COSE_Sign has four parts',
    provoke: read(nothing, noHeaders, null),
    text: 'error[signature.structure]: lamp.wasm, byte 730: the signature is not the COSE_Sign structure of Eft: the whole is an array of 3 instead of an array of 4\n  sign the file again with `eft module sign`; if you did not make it, get it again from who did',
  },
  {
    code: 'signature.structure',
    title: 'a protected header of the whole, where none belongs',
    provoke: read(encodeDeterministicCbor(new Map([[1, -8]])), noHeaders, null, [signatureBy()]),
    text: 'error[signature.structure]: lamp.wasm, byte 730: the signature is not the COSE_Sign structure of Eft: the protected header of the whole is 3 bytes instead of nothing\n  sign the file again with `eft module sign`; if you did not make it, get it again from who did',
  },
  {
    code: 'signature.structure',
    title: 'a list of signatures that is none',
    provoke: read(nothing, noHeaders, null, 'none'),
    text: 'error[signature.structure]: lamp.wasm, byte 730: the signature is not the COSE_Sign structure of Eft: the list of signatures is text instead of an array\n  sign the file again with `eft module sign`; if you did not make it, get it again from who did',
  },
  {
    code: 'signature.structure',
    title: 'a signature of 63 bytes',
    provoke: read(nothing, noHeaders, null, [signatureBy(firstKey, { signature: new Uint8Array(63) })]),
    text: 'error[signature.structure]: lamp.wasm, byte 730: the signature is not the COSE_Sign structure of Eft: the value of signature 1 is 63 bytes instead of 64 bytes\n  sign the file again with `eft module sign`; if you did not make it, get it again from who did',
  },
  {
    code: 'signature.structure',
    title: 'a key id that is no thumbprint',
    provoke: read(nothing, noHeaders, null, [signatureBy(firstKey, { kid: new Uint8Array(8) })]),
    text: 'error[signature.structure]: lamp.wasm, byte 739: the signature is not the COSE_Sign structure of Eft: the key id of signature 1 is 8 bytes instead of 32 bytes\n  sign the file again with `eft module sign`; if you did not make it, get it again from who did',
  },
  {
    code: 'signature.structure',
    title: 'a protected header with more than algorithm and key id',
    provoke: read(nothing, noHeaders, null, [signatureBy(firstKey, { extra: [[3, 'application/wasm']] })]),
    text: 'error[signature.structure]: lamp.wasm, byte 740: the signature is not the COSE_Sign structure of Eft: the protected header of signature 1 is a map of 3 instead of a map of algorithm and key id\n  sign the file again with `eft module sign`; if you did not make it, get it again from who did',
  },
  {
    code: 'signature.structure',
    title: 'an unprotected header that is no map',
    provoke: read(nothing, null, null, [signatureBy()]),
    text: 'error[signature.structure]: lamp.wasm, byte 730: the signature is not the COSE_Sign structure of Eft: the unprotected header of the whole is null instead of a map\n  sign the file again with `eft module sign`; if you did not make it, get it again from who did',
  },
  {
    code: 'signature.unprotected-header',
    title: 'a header that the signature does not cover',
    provoke: read(nothing, noHeaders, null, [signatureBy(firstKey, { unprotected: new Map([[4, 'me']]) })]),
    text: 'error[signature.unprotected-header]: lamp.wasm, byte 730: the signature carries an unprotected header in signature 1: anyone could change it unseen\n  sign the file again with `eft module sign`; if you did not make it, get it again from who did',
  },
  {
    code: 'signature.payload-attached',
    title: 'a signature over something else than the file',
    provoke: read(nothing, noHeaders, new Uint8Array(3), [signatureBy()]),
    text: 'error[signature.payload-attached]: lamp.wasm, byte 730: the signature carries a payload of its own instead of signing the file it is in\n  sign the file again with `eft module sign`; if you did not make it, get it again from who did',
  },
  {
    code: 'signature.algorithm',
    title: 'ECDSA with SHA-256',
    provoke: read(nothing, noHeaders, null, [signatureBy(firstKey, { algorithm: -7 })]),
    text: 'error[signature.algorithm]: lamp.wasm, byte 740: signature 1 uses the algorithm -7; only EdDSA (-8) is accepted\n  sign with an Ed25519 key, as `eft key new` makes them',
  },
  {
    code: 'signature.none',
    title: 'an empty list of signatures',
    provoke: read(nothing, noHeaders, null, []),
    text: 'error[signature.none]: lamp.wasm, byte 730: the signature section holds no signature\n  sign the file with `eft module sign FILE --key KEY`',
  },
  {
    code: 'signature.too-many',
    title: 'seventeen signatures',
    provoke: read(
      nothing,
      noHeaders,
      null,
      Array.from({ length: 17 }, () => signatureBy()),
    ),
    text: 'error[signature.too-many]: lamp.wasm, byte 730: the file has 17 signatures; at most 16 are read\n  build the file again and let fewer keys sign it',
  },
  {
    code: 'signature.order',
    title: 'two signatures that have changed places',
    provoke: read(nothing, noHeaders, null, [signatureBy(secondKey), signatureBy(firstKey)]),
    text: 'error[signature.order]: lamp.wasm, byte 730: signature 2 is out of order: signatures are sorted by key id, so that there is one encoding\n  sign the file again with `eft module sign`; if you did not make it, get it again from who did',
  },
  {
    code: 'signature.duplicate-signer',
    title: 'one key that has signed twice',
    provoke: read(nothing, noHeaders, null, [signatureBy(), signatureBy()]),
    text: 'error[signature.duplicate-signer]: lamp.wasm, byte 730: the key 01565176601c895cad856c02c18a1c14eb9f49b26e2fdcae7040c2530350982b has signed twice\n  build the file again and sign it once with each key',
  },
  {
    code: 'signature.invalid',
    title: 'one bad signature among good ones',
    provoke: () => {
      const module = signedModule(firstKey, secondKey);
      const last = module.length - 40;
      module[last] = (module[last] ?? 0) ^ 1;
      const policy = readTrustPolicy(policyYaml([{ key: firstKey }, { key: secondKey }]), 'trust.yaml');
      return openModule(module, policy, { file: 'lamp.wasm', minimumSecurityVersion: () => 0 });
    },
    text: 'error[signature.invalid]: lamp.wasm, byte 755: signature 2 of 2, by the key 72d16fafc7e5497618246178631d650fef01a4aca770c965dd8b551760bad6dc, does not match the file: file or signature was changed\n  do not use this file; get it again from who made it, and tell them',
  },
  {
    code: 'signature.already-signed',
    title: 'signing again with the same key',
    provoke: () => attachSignatures(signedModule(firstKey), [firstKey], { file: 'lamp.wasm' }),
    text: 'error[signature.already-signed]: lamp.wasm: the key 01565176601c895cad856c02c18a1c14eb9f49b26e2fdcae7040c2530350982b has signed this file already\n  sign with another key, or leave it as it is',
  },
];
