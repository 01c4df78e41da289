import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { EftError } from '../errors/eft-error.ts';
import { type Grant, grantedInterfaces, plainInterfaces } from './grants.ts';
import {
  capabilitiesOf,
  decodeManifest,
  encodeManifest,
  type Manifest,
  maximumEventMilliseconds,
  maximumMemoryPages,
  maximumQueuedEvents,
  readManifestYaml,
} from './manifest.ts';
import { netlinkFamilies } from './network-grants.ts';

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,4}){0,2}$/);
const interfaceName = fc
  .tuple(label, label, label)
  .map(([space, name, item]) => `${space}:${name}/${item}`)
  .filter((name) => !name.startsWith('eft:host/'));
const reason = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .filter((text) => text.trim() === text && !/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u.test(text));
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const kinds = <Entry>(entry: (kind: string) => fc.Arbitrary<Entry>) =>
  fc.uniqueArray(interfaceName, { maxLength: 4 }).chain((names) => fc.tuple(...names.map(entry)));

const filesGrant: fc.Arbitrary<Grant> = fc
  .record(
    {
      interface: fc.constant('eft:host/files' as const),
      directories: fc.uniqueArray(
        fc.record({
          name: label,
          path: fc.array(label, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`),
          access: fc.constantFrom('read' as const, 'read-write' as const),
        }),
        { minLength: 1, maxLength: 4, selector: ({ name }) => name },
      ),
      reason,
      deadlineMilliseconds: fc.integer({ min: 1, max: 600_000 }),
    },
    { requiredKeys: ['interface', 'directories', 'reason'] },
  )
  .map((grant) => grant);

/** Optional fields that are not there are left out: a document has no field without a value. */
const withoutUndefined = <Value extends object>(value: Value): Value =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Value;
const access = fc.constantFrom('read' as const, 'read-write' as const);
const links = fc.uniqueArray(fc.constantFrom('*', 'eth0', 'eth*', 'bond0.5', 'wlan-1'), {
  minLength: 1,
  maxLength: 3,
});
const ports = fc.uniqueArray(fc.integer({ min: 1, max: 65_535 }), { minLength: 1, maxLength: 4 });
const packetScope = fc.oneof(
  fc.record(
    { etherType: fc.constantFrom('ipv4' as const, 'ipv6' as const), udpPorts: ports, links },
    { requiredKeys: ['etherType', 'links'] },
  ),
  fc.record({
    etherType: fc.oneof(fc.constant('arp' as const), fc.integer({ min: 0x600, max: 0xffff })),
    links,
  }),
);
const scopes = <Scope>(scope: fc.Arbitrary<Scope>) =>
  fc.uniqueArray(scope, { minLength: 1, maxLength: 3, selector: (item) => JSON.stringify(item) });
const netlinkGrant: fc.Arbitrary<Grant> = fc.record({
  interface: fc.constant('eft:host/netlink' as const),
  families: fc.subarray([...netlinkFamilies], { minLength: 1 }),
  reason,
});
const socketGrant: fc.Arbitrary<Grant> = fc
  .record({
    interface: fc.constant('eft:host/socket' as const),
    packet: fc.option(scopes(packetScope), { nil: undefined }),
    udp: scopes(fc.record({ ports, links })),
    reason,
  })
  .map(withoutUndefined)
  .map((grant) => grant as Grant);
const kernelGrant: fc.Arbitrary<Grant> = fc
  .record({
    interface: fc.constant('eft:host/kernel' as const),
    sysctls: fc.option(
      fc.uniqueArray(
        fc.record({ name: fc.constantFrom('net/ipv6/conf/*/accept_ra', 'kernel/panic', '*/a.b'), access }),
        { minLength: 1, maxLength: 3, selector: ({ name }) => name },
      ),
      { nil: undefined },
    ),
    names: access,
    reason,
    deadlineMilliseconds: fc.integer({ min: 1, max: 600_000 }),
  })
  .map(withoutUndefined)
  .map((grant) => grant as Grant);
const plainGrants = fc
  .subarray([...plainInterfaces])
  .chain((names) =>
    fc.tuple(...names.map((name) => reason.map((text): Grant => ({ interface: name, reason: text })))),
  );

const manifest: fc.Arbitrary<Manifest> = fc.record({
  name: label.filter((name) => name.length <= 63),
  version: fc
    .tuple(fc.nat(), fc.nat(), fc.nat(), fc.constantFrom('', '-rc.1', '+build.7'))
    .map(([a, b, c, tail]) => `${a}.${b}.${c}${tail}`),
  securityVersion: u32,
  description: reason,
  world: interfaceName.map((name) => `${name}@0.1.0`),
  inputs: kinds((kind) => reason.map((text) => ({ kind, reason: text }))),
  outputs: kinds((kind) =>
    fc.record({
      kind: fc.constant(kind),
      mode: fc.constantFrom('exclusive' as const, 'shared' as const),
      reason,
    }),
  ),
  grants: fc
    .tuple(
      plainGrants,
      ...[filesGrant, netlinkGrant, socketGrant, kernelGrant].map((grant) =>
        fc.option(grant, { nil: undefined }),
      ),
    )
    .map(([plain, ...others]) => [...plain, ...others.filter((grant) => grant !== undefined)]),
  limits: fc.record({
    memoryPages: fc.integer({ min: 1, max: maximumMemoryPages }),
    eventMilliseconds: fc.integer({ min: 1, max: maximumEventMilliseconds }),
    queuedEvents: fc.integer({ min: 1, max: maximumQueuedEvents }),
  }),
  restart: fc
    .tuple(
      fc.integer({ min: 1, max: 1000 }),
      fc.integer({ min: 0, max: 1000 }),
      fc.integer({ min: 1, max: 1000 }),
    )
    .map(([initial, more, quarantineAfter]) => ({
      initialMilliseconds: initial,
      maximumMilliseconds: initial + more,
      quarantineAfter,
    })),
  savedState: fc
    .uniqueArray(u32, { minLength: 1, maxLength: 16 })
    .chain((reads) => fc.record({ writes: fc.constantFrom(...reads), reads: fc.constant(reads) })),
  isolation: fc.constantFrom('thread' as const, 'process' as const),
});

test('every manifest survives YAML and CBOR, and has one encoding', () => {
  fc.assert(
    fc.property(manifest, (value) => {
      const fromYaml = readManifestYaml(stringify(value), 'module.yaml');
      expect(fromYaml).toEqual(value);
      const bytes = encodeManifest(fromYaml);
      expect(decodeManifest(bytes)).toEqual(value);
      expect(encodeManifest(decodeManifest(bytes))).toEqual(bytes);
    }),
    { numRuns: 200 },
  );
});

test('a manifest in a module file whose bytes were changed is refused, or says something else', () => {
  fc.assert(
    fc.property(manifest, fc.nat(), fc.integer({ min: 0, max: 7 }), (value, at, bit) => {
      const bytes = encodeManifest(value);
      const changed = bytes.slice();
      changed[at % bytes.length] = (changed[at % bytes.length] ?? 0) ^ (1 << bit);
      try {
        expect(encodeManifest(decodeManifest(changed))).toEqual(changed);
      } catch (error) {
        expect(error).toBeInstanceOf(EftError);
      }
    }),
    { numRuns: 300 },
  );
});

test('the order of fields in module.yaml makes no difference to the bytes', () => {
  fc.assert(
    fc.property(manifest, (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      expect(encodeManifest(readManifestYaml(stringify(reversed), 'module.yaml'))).toEqual(
        encodeManifest(value),
      );
    }),
    { numRuns: 20 },
  );
});

test('a signer answers for what the module is granted and what it writes, each named once', () => {
  const text = readFileSync(new URL('../../modules/health/module.yaml', import.meta.url), 'utf8');
  const health = readManifestYaml(text, 'modules/health/module.yaml');
  expect(capabilitiesOf(health)).toEqual(['eft:host/log', 'eft:resources/node-status']);
});

test('every module of the repository has a manifest that is right', () => {
  const modules = new URL('../../modules/', import.meta.url);
  for (const folder of readdirSync(modules, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    const file = new URL(`${folder.name}/module.yaml`, modules);
    expect(readManifestYaml(readFileSync(file, 'utf8'), file.pathname).name).toBe(folder.name);
  }
});

test('what can be granted is exactly what wit/host declares', () => {
  const files = readdirSync(new URL('../../wit/host/', import.meta.url));
  const declared = files
    .filter((file) => file.endsWith('.wit'))
    .map((file) => `eft:host/${file.slice(0, -4)}`);
  expect([...grantedInterfaces].sort()).toEqual(declared.sort());
});
