import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { InspectResponseSchema } from '../../supervisor/api/generated/eft/v1/module_pb.js';
import { inspectModule } from '../../supervisor/api/methods/modules.ts';
import type { Grant } from '../../supervisor/manifest/grants.ts';
import { type Manifest, readManifestYaml } from '../../supervisor/manifest/manifest.ts';
import { call, playedNodeWithHealth } from '../../tests/api/test-node.ts';
import { authorityLines, wrapWords } from './authority-text.ts';
import { authorityOfNode, authorityOfSource, type ModuleAuthority } from './module-authority.ts';
import { checkoutManifests } from './module-sources.ts';

const manifests = checkoutManifests();
const health = manifests.find(({ name }) => name === 'health');
const network = manifests.find(({ name }) => name === 'network');
if (health === undefined || network === undefined) throw new Error('the checkout lacks its modules');

const reason = 'for the test';

/** Every grant, and everything that a scope can say. */
const grants: readonly Grant[] = [
  { interface: 'eft:host/log', reason },
  { interface: 'eft:host/clock', reason },
  { interface: 'eft:host/entropy', reason },
  { interface: 'eft:host/health', reason },
  { interface: 'eft:host/requests', reason },
  {
    interface: 'eft:host/files',
    reason,
    directories: [
      { name: 'state', path: '/var/lib/eft', access: 'read-write' },
      { name: 'sys', path: '/sys/class', access: 'read' },
    ],
    deadlineMilliseconds: 5_000,
  },
  {
    interface: 'eft:host/netlink',
    reason,
    families: ['route', 'netfilter', 'kobject-uevent', 'generic'],
    deadlineMilliseconds: 6_000,
  },
  {
    interface: 'eft:host/socket',
    reason,
    packet: [
      { etherType: 'ipv4', udpPorts: [67, 68], links: ['eth0', 'eth1*'] },
      { etherType: 'ipv6', links: ['*'] },
      { etherType: 0x88cc, links: ['eth0'] },
    ],
    udp: [{ ports: [68, 546], links: ['eth0', 'wlan*'] }],
    deadlineMilliseconds: 7_000,
  },
  {
    interface: 'eft:host/kernel',
    reason,
    names: 'read-write',
    sysctls: [
      { name: 'net/ipv6/conf/*/accept_ra', access: 'read-write' },
      { name: 'kernel/osrelease', access: 'read' },
    ],
    deadlineMilliseconds: 8_000,
  },
];

const mighty: Manifest = { ...network, grants };

/** Without what only a manifest, or only a node, knows. */
function common(authority: ModuleAuthority): object {
  const { description: _d, counters: _c, digest: _i, signers: _s, functions: _f, ...rest } = authority;
  const kind = <Kind extends { readonly reason?: string }>({ reason: _r, ...of }: Kind) => of;
  return { ...rest, inputs: rest.inputs.map(kind), outputs: rest.outputs.map(kind) };
}

test('of a node that runs a module, and of its manifest, the authority is the same', async () => {
  const [answer] = await call(inspectModule(await playedNodeWithHealth()), { name: 'health' });
  const told = authorityOfNode(create(InspectResponseSchema, answer), undefined);
  expect(common(told)).toEqual(common(authorityOfSource({ file: '', manifest: health })));
});

test('scopes that a node tells are understood again as the manifest means them', () => {
  const source = authorityOfSource({ file: '', manifest: mighty });
  const told = authorityOfNode(create(InspectResponseSchema, messageOf(source)), undefined);
  expect(common(told)).toEqual(common(source));
  expect(told.grants.map(({ grant }) => grant)).toEqual(grants);
});

test('a grant that is newer than this eft is shown as it stands, and not left out', () => {
  const source = authorityOfSource({ file: '', manifest: mighty });
  const message = messageOf(source);
  const told = authorityOfNode(
    create(InspectResponseSchema, {
      ...message,
      grants: [{ interface: 'eft:host/teleport', reason, scope: 'to:\n  - moon\n' }],
    }),
    undefined,
  );
  expect(told.grants[0]?.grant).toBeUndefined();
  expect(authorityLines(told, 100).join('\n')).toContain(
    'use eft:host/teleport, which this eft does not know: to:;   - moon',
  );
});

test('no permission can be taken away, or made smaller, without a change in the words', () => {
  const whole = textOf(mighty);
  const texts = [whole];
  const { inputs, outputs } = mighty;
  const lesser = reductionsOf({ inputs, outputs, grants });
  expect(lesser.length).toBeGreaterThan(50);
  for (const authority of lesser) {
    const manifest = readManifestYaml(stringify(Object.assign({}, mighty, authority)), 'test');
    const text = textOf(manifest);
    expect(texts, JSON.stringify(authority)).not.toContain(text);
    texts.push(text);
  }
});

test('what a module lacks is said', () => {
  const lines = authorityLines(authorityOfSource({ file: '', manifest: health }), 80);
  expect(lines).toContain('                      reach any file');
  expect(lines).toContain('                      send or receive packets');
  expect(textOf(mighty)).not.toContain('reach any file');
});

test('counters of a node are shown, with every kind of call that was denied', () => {
  const message = messageOf(authorityOfSource({ file: '', manifest: health }));
  const lines = authorityLines(
    authorityOfNode(
      create(InspectResponseSchema, {
        ...message,
        module: {
          name: 'health',
          version: '1.0.0',
          phase: 'degraded',
          message: 'no disk',
          restarts: 2,
          queue: 7,
        },
        denied: { 'eft:host/netlink.send': 3n, 'eft:host/files.read': 1n },
      }),
      {
        $typeName: 'eft.v1.ModuleUsage',
        name: 'health',
        memoryBytes: 131_072n,
        cpuNs: 12_000_000n,
        events: 99n,
        queue: 7,
        restarts: 2,
        eventP99Ns: 0n,
      },
    ),
    80,
  );
  expect(lines.slice(lines.indexOf('SO FAR'))).toEqual([
    'SO FAR',
    '  state               degraded: no disk',
    '  restarts            2',
    '  events              99 handled, 7 of 256 wait',
    '  memory              128 KiB of 4.00 MiB',
    '  processor           12.0 ms',
    '  denied calls        eft:host/files.read: 1 times',
    '                      eft:host/netlink.send: 3 times',
  ]);
});

test('lines keep to the width, and what a stranger wrote cannot move the cursor', () => {
  const evil: Manifest = {
    ...health,
    description: 'a\u001b[2Jb',
    grants: [{ interface: 'eft:host/log', reason: `because ${'of this '.repeat(20)}\u202e` }],
  };
  const lines = authorityLines(authorityOfSource({ file: '', manifest: evil }), 60);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(62);
  expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(wrapWords('one two', 3)).toEqual(['one', '  two']);
});

function textOf(manifest: Manifest): string {
  return authorityLines(authorityOfSource({ file: '', manifest }), 200).join('\n');
}

function messageOf({ grants: granted, ...authority }: ModuleAuthority) {
  return {
    module: { name: authority.name, version: authority.version },
    world: authority.world,
    securityVersion: authority.securityVersion,
    inputs: authority.inputs.map(({ kind }) => kind),
    outputs: authority.outputs.map(({ kind, mode }) => ({ kind, mode })),
    grants: granted.map(({ interface: name, reason: why, scope }) => ({
      interface: name,
      reason: why,
      scope,
    })),
    isolation: authority.isolation,
    memoryLimitBytes: BigInt(authority.limits.memoryBytes),
    eventLimitMs: authority.limits.eventMs,
    queueLimit: authority.limits.queued,
  };
}

/** The value with one element of a list left out, or one access made smaller: every way to do that. */
function reductionsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => [
      ...(value.length > 1 ? [value.toSpliced(index, 1)] : []),
      ...reductionsOf(item).map((less) => value.with(index, less)),
    ]);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, content]) => {
      const less = reductionsOf(content).map((smaller) => ({ ...value, [name]: smaller }));
      const others = Object.entries(value).filter(([other]) => other !== name);
      return optionalFields.has(name) ? [...less, Object.fromEntries(others)] : less;
    });
  }
  if (value === 'read-write') return ['read'];
  return value === 'exclusive' ? ['shared'] : [];
}

/** Fields of a scope without which it allows less. */
const optionalFields: ReadonlySet<string> = new Set([
  'names',
  'udp',
  'packet',
  'sysctls',
  'deadlineMilliseconds',
]);
