import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  firstKey,
  policyYaml,
  secondKey,
  signedModule,
  smallManifest,
  thirdKey,
  unsignedModule,
} from '../../tests/errors/small-module.ts';
import { EftError } from '../errors/eft-error.ts';
import { attachSignatures, openModule, readModule } from './module-file.ts';
import { readTrustPolicy } from './trust-policy.ts';

const context = { file: 'lamp.wasm', minimumSecurityVersion: () => 0 };
const policy = readTrustPolicy(policyYaml([{ key: firstKey }, { key: secondKey }]), 'trust.yaml');

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof EftError) return error.code;
    throw error;
  }
  return 'accepted';
}

test('a signed module opens, and what is verified is the same memory that is given back', () => {
  const bytes = signedModule(firstKey);
  const module = openModule(bytes, policy, context);
  expect(module.manifest).toEqual(smallManifest);
  expect(module.signers).toEqual([firstKey.public.kid]);
  expect(module.component).toBe(bytes);
});

test('the order in which keys sign does not matter: there is one file, and one digest however many sign', () => {
  const oneWay = attachSignatures(signedModule(firstKey), [secondKey]);
  const otherWay = attachSignatures(signedModule(secondKey), [firstKey]);
  expect(oneWay).toEqual(otherWay);
  expect(openModule(oneWay, policy, context).signers).toEqual([firstKey.public.kid, secondKey.public.kid]);
  expect(openModule(oneWay, policy, context).digest).toBe(readModule(unsignedModule(), 'x').digest);
});

test('a module is valid WebAssembly for any component tool: its sections end where the file ends', () => {
  const { sections } = readModule(signedModule(firstKey), 'lamp.wasm');
  expect(sections.signature?.end).toBe(signedModule(firstKey).length);
});

test('every single flipped bit of a signed module is refused', () => {
  const bytes = signedModule(firstKey);
  const accepted: number[] = [];
  const codes = new Map<string, number>();
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const index = bit >> 3;
    const mask = 1 << (bit & 7);
    bytes[index] = (bytes[index] ?? 0) ^ mask;
    const code = codeOf(() => openModule(bytes, policy, context));
    if (code === 'accepted') accepted.push(bit);
    codes.set(code, (codes.get(code) ?? 0) + 1);
    bytes[index] = (bytes[index] ?? 0) ^ mask;
  }
  expect(accepted).toEqual([]);
  expect(codes.get('signature.invalid')).toBeGreaterThan(4000);
  expect(codes.get('trust.unknown-key')).toBe(256);
  expect(codeOf(() => openModule(bytes, policy, context))).toBe('accepted');
});

test('a module cut off after any byte is refused', () => {
  const bytes = signedModule(firstKey);
  for (let length = 0; length < bytes.length; length += 1) {
    expect(codeOf(() => openModule(bytes.subarray(0, length), policy, context))).not.toBe('accepted');
  }
});

test('a signature over one module is none over another', () => {
  const other = attachSignatures(unsignedModule({ memories: [{ minimum: 1, maximum: 3 }] }), [firstKey]);
  const { sections } = readModule(other, 'other.wasm');
  const stolen = other.subarray(sections.signature?.start);
  const forged = new Uint8Array([...unsignedModule(), ...stolen]);
  expect(codeOf(() => openModule(forged, policy, context))).toBe('signature.invalid');
});

test('one bad signature among good ones is refused', () => {
  const bytes = signedModule(firstKey, secondKey);
  const last = bytes.length - 1;
  bytes[last] = (bytes[last] ?? 0) ^ 1;
  expect(codeOf(() => openModule(bytes, policy, context))).toBe('signature.invalid');
});

test('a signature by an unknown key spoils a file that is well signed otherwise', () => {
  expect(codeOf(() => openModule(signedModule(firstKey, thirdKey), policy, context))).toBe(
    'trust.unknown-key',
  );
});

test('memory that is shared with other threads is not opened', () => {
  const bytes = signedModule(firstKey);
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  expect(() => openModule(shared, policy, context)).toThrow(TypeError);
});

test('hostile bytes are refused with an error for people, never with a crash', () => {
  const bytes = signedModule(firstKey);
  const edit = fc.record({ at: fc.nat(bytes.length - 1), with: fc.uint8Array({ maxLength: 6 }) });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.nat(bytes.length), (edits, cut) => {
      const copy = bytes.slice();
      for (const { at, with: patch } of edits) copy.set(patch.subarray(0, copy.length - at), at);
      const changed = cut % 3 === 0 ? copy.subarray(0, cut) : copy;
      codeOf(() => readModule(changed, 'hostile.wasm'));
      const isSame = Buffer.compare(changed, bytes) === 0;
      expect(codeOf(() => openModule(changed, policy, context)) === 'accepted').toBe(isSame);
    }),
    { numRuns: 500 },
  );
});
