/** A small module that is right in every way, with its keys and policy, for tests to make wrong in one. */
import { type Manifest, readManifestYaml } from '../../supervisor/manifest/manifest.ts';
import { formatPublicKeyLine, type PrivateKey, privateKeyFromSeed } from '../../supervisor/trust/key-file.ts';
import { attachManifest, attachSignatures } from '../../supervisor/trust/module-file.ts';
import { buildComponent, type SmallComponent } from './small-component.ts';

export const smallManifestYaml = `name: lamp
version: 1.2.3
securityVersion: 7
description: Shows whether there is light.
world: acme:lamp/lamp@1.2.3
inputs:
  - kind: acme:lamp/dark
    reason: the lamp is lit when it is dark
outputs:
  - kind: acme:lamp/light
    mode: exclusive
    reason: this module makes the light
grants:
  - interface: eft:host/log
    reason: says when the light changes
limits:
  memoryPages: 4
  eventMilliseconds: 100
  queuedEvents: 16
restart:
  initialMilliseconds: 100
  maximumMilliseconds: 1000
  quarantineAfter: 5
savedState:
  writes: 2
  reads: [1, 2]
isolation: thread
`;

export const smallManifest: Manifest = readManifestYaml(smallManifestYaml, 'module.yaml');

export const smallComponent: SmallComponent = {
  imports: {
    'eft:host/log@0.1.0': ['write'],
    'acme:lamp/dark@1.0.0': ['get', 'list'],
    'acme:lamp/light@1.0.0': ['put'],
  },
  exports: ['eft:module/lifecycle@0.1.0'],
  memories: [{ minimum: 1, maximum: 4 }],
};

/** Three keys that everyone knows, in the order of their key ids. */
export const [firstKey, secondKey, thirdKey] = sortedKeys();

function sortedKeys(): readonly [PrivateKey, PrivateKey, PrivateKey] {
  const keys = [1, 2, 3].map((fill) => privateKeyFromSeed(new Uint8Array(32).fill(fill)));
  const [first, second, third] = keys.sort((left, right) => (left.public.kid < right.public.kid ? -1 : 1));
  if (first === undefined || second === undefined || third === undefined)
    throw new Error('three keys were made');
  return [first, second, third];
}

export type PolicyKey = {
  readonly key: PrivateKey;
  readonly comment?: string;
  readonly modules?: readonly string[];
  readonly capabilities?: readonly string[];
};

/** The YAML of a trust policy; a scope that is left out is `*`. */
export function policyYaml(
  keys: readonly PolicyKey[],
  thresholds: Readonly<Record<string, number>> = {},
): string {
  const quote = (names: readonly string[]) => `[${names.map((name) => `'${name}'`).join(', ')}]`;
  const lines = keys.flatMap(({ key, comment, modules = ['*'], capabilities = ['*'] }) => [
    `  - publicKey: ${formatPublicKeyLine(key.public)}`,
    ...(comment === undefined ? [] : [`    comment: ${comment}`]),
    `    modules: ${quote(modules)}`,
    `    capabilities: ${quote(capabilities)}`,
  ]);
  const named = Object.entries(thresholds).map(
    ([module, signatures]) => `  - { module: '${module}', signatures: ${signatures} }`,
  );
  return ['keys:', ...lines, ...(named.length === 0 ? [] : ['thresholds:', ...named]), ''].join('\n');
}

/** The small module, not signed; `change` changes its component. */
export function unsignedModule(change: Partial<SmallComponent> = {}): Uint8Array<ArrayBuffer> {
  return attachManifest(buildComponent({ ...smallComponent, ...change }), smallManifest);
}

/** The small module, signed with these keys. */
export function signedModule(...keys: readonly PrivateKey[]): Uint8Array<ArrayBuffer> {
  return attachSignatures(unsignedModule(), keys);
}
