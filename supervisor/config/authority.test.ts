/** A machine configuration takes authority away and never gives it: grants, keys and thresholds. */
import { expect, test } from 'vitest';
import type { Grant } from '../manifest/grants.ts';
import { keyIdOf } from '../trust/key-file.ts';
import { judge, readTrustPolicy, thresholdOf } from '../trust/trust-policy.ts';
import { isDisabled, narrowGrants } from './narrow-grants.ts';
import { sysctlsOf } from './node-settings.ts';
import { forImage, withOperatorTrust } from './operator-trust.ts';
import { readMachineConfig } from './read-config.ts';

const publicKey = 'MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';

function configOf(lines: string) {
  const text = `apiVersion: eft/v1alpha1\nkind: MachineConfig\nmachine:\n  type: worker\n${lines}`;
  const { config, faults } = readMachineConfig(new Uint8Array(Buffer.from(text)), 'machine.yaml');
  if (config === undefined) throw new Error(faults.map((fault) => fault.render()).join('\n'));
  return config;
}

const granted: readonly Grant[] = [
  { interface: 'eft:host/log', reason: 'says what it does' },
  { interface: 'eft:host/netlink', families: ['route', 'generic'], reason: 'links' },
  {
    interface: 'eft:host/socket',
    packet: [{ etherType: 'ipv4', udpPorts: [67, 68], links: ['eth*'] }],
    udp: [{ ports: [68], links: ['*'] }],
    reason: 'leases',
  },
  {
    interface: 'eft:host/kernel',
    sysctls: [{ name: 'net/ipv6/conf/*/accept_ra', access: 'read-write' }],
    names: 'read',
    reason: 'names',
  },
  {
    interface: 'eft:host/files',
    directories: [{ name: 'state', path: '/var/state', access: 'read-write' }],
    reason: 'keeps leases',
  },
];

/** The grants of `network` after the configuration says this of one of them, in YAML. */
function narrowedTo(grant: string): readonly Grant[] {
  const lines = `  modules: { network: { grants: [{ ${grant}, reason: less }] } }\n`;
  return narrowGrants('network', granted, configOf(lines).machine.modules);
}

test('a grant that is listed takes the place of the one in the manifest, and the others stay', () => {
  const left = narrowedTo('interface: eft:host/netlink, families: [route]');
  expect(left[1]).toEqual({ interface: 'eft:host/netlink', families: ['route'], reason: 'less' });
  expect(left.filter((_, index) => index !== 1)).toEqual(granted.filter((_, index) => index !== 1));
  expect(narrowGrants('health', granted, {})).toEqual(granted);
});

test.each([
  'interface: eft:host/socket, packet: [{ etherType: ipv4, udpPorts: [68], links: [eth0] }]',
  'interface: eft:host/socket, udp: [{ ports: [68], links: [eth0, "eth1*"] }]',
  'interface: eft:host/kernel, sysctls: [{ name: net/ipv6/conf/eth0/accept_ra, access: read }]',
  'interface: eft:host/kernel, names: read',
  'interface: eft:host/files, directories: [{ name: state, path: /var/state, access: read }]',
  'interface: eft:host/netlink, families: [route], deadlineMilliseconds: 500',
])('less is allowed: %s', (grant) => {
  expect(narrowedTo(grant)).toHaveLength(granted.length);
});

test.each([
  ['interface: eft:host/socket, packet: [{ etherType: ipv4, links: [eth0] }]', 'packets of `ipv4` on `eth0`'],
  ['interface: eft:host/socket, packet: [{ etherType: arp, links: [eth0] }]', 'packets of `arp` on `eth0`'],
  ['interface: eft:host/socket, packet: [{ etherType: ipv4, udpPorts: [68], links: ["*"] }]', 'on `*`'],
  ['interface: eft:host/socket, udp: [{ ports: [67], links: [eth0] }]', 'the UDP port 67 on `eth0`'],
  [
    'interface: eft:host/kernel, sysctls: [{ name: net/ipv6/*/*/accept_ra, access: read }]',
    'read of `net/ipv6',
  ],
  ['interface: eft:host/kernel, names: read-write', 'read-write of the names'],
  ['interface: eft:host/files, directories: [{ name: state, path: /var, access: read }]', 'read of /var'],
  ['interface: eft:host/netlink, families: [route], deadlineMilliseconds: 60000', 'a deadline of 60000 ms'],
])('more is refused: %s', (grant, what) => {
  expect(() => narrowedTo(grant)).toThrow(what);
});

test('a module that is disabled is, and no other', () => {
  const { modules } = configOf('  modules: { network: { disabled: true }, health: {} }\n').machine;
  expect(['network', 'health', 'disk'].map((name) => isDisabled(name, modules))).toEqual([
    true,
    false,
    false,
  ]);
});

test("the operator's keys come to those of the image, and thresholds only rise", () => {
  const image = readTrustPolicy('keys: []\nthresholds: [{ module: "*", signatures: 2 }]\n', 'trust.yaml');
  const policy = withOperatorTrust(
    image,
    configOf(
      `  trust:\n    keys: [{ publicKey: ${publicKey}, modules: [probe], capabilities: [eft:host/log] }]\n    thresholds: [{ module: probe, signatures: 4 }, { module: network, signatures: 3 }]\n`,
    ),
  );
  expect([...policy.keys.values()].map(({ scope }) => scope.modules)).toEqual([['probe']]);
  expect(['network', 'probe', 'disk'].map((name) => thresholdOf(policy, name))).toEqual([3, 4, 2]);
});

test('a revoked key signs nothing that comes to a node, and what the image has is as it was', () => {
  const kid = 'ab'.repeat(32);
  const image = readTrustPolicy('keys: []\n', 'trust.yaml');
  const policy = withOperatorTrust(image, configOf(`  trust: { revoked: [${kid}] }\n`));
  expect(() =>
    judge(policy, { name: 'probe', capabilities: [], signers: [keyIdOf(Buffer.from(kid, 'hex'))] }),
  ).toThrow('revoked');
  expect(forImage(policy)).toEqual(image);
  expect(() => configOf('  trust: { revoked: [abcd] }\n')).toThrow();
});

test('sysctls are files below /proc/sys, with dots or slashes in the configuration', () => {
  const { length, ...found } = sysctlsOf(
    configOf('  sysctls: { net.core.somaxconn: 4096, net/ipv6/conf/eth0.5/accept_ra: "2" }\n'),
  ).map(({ name, value }) => `${name}=${value}`);
  expect(length).toBe(2);
  expect(Object.values(found)).toEqual(['net/core/somaxconn=4096', 'net/ipv6/conf/eth0.5/accept_ra=2']);
});
