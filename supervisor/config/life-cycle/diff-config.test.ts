import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { authorityLines, testAuthority } from '../../../tests/config/authority.ts';
import { readYaml } from '../../document/yaml-document.ts';
import { diffConfigs } from './diff-config.ts';

const head = 'apiVersion: eft/v1alpha1\nkind: MachineConfig\nmachine:\n  type: worker\n';

function diff(before: string | undefined, after: string | undefined) {
  const read = (lines: string | undefined) =>
    lines === undefined ? undefined : readYaml(head + lines, 'machine configuration', 'machine.yaml');
  return diffConfigs(read(before), read(after));
}

/** `path: before → after`, with `!` behind what takes a reboot. */
function lines(before: string | undefined, after: string | undefined): readonly string[] {
  return diff(before, after).map(
    ({ path, before: old, after: now, needsReboot }) => `${path}: ${old} → ${now}${needsReboot ? ' !' : ''}`,
  );
}

test('a change of a field names who acts on it and the kinds that change', () => {
  expect(diff('  network: { hostname: a }\n', '  network: { hostname: b }\n')).toEqual([
    {
      path: 'machine.network.hostname',
      before: 'a',
      after: 'b',
      acts: ['module network'],
      kinds: ['eft:resources/network-config', 'eft:resources/hostname-status'],
      needsReboot: false,
    },
  ]);
});

test('what is written another way, or is the default, is no change', () => {
  expect(lines('', '  network: { interfaces: [] } # nothing\n  sysctls: {}\n')).toEqual([]);
  expect(
    lines(
      '  network: { interfaces: [{ interface: eth0 }] }\n',
      '  network:\n    interfaces:\n    - interface: "eth0"\n      up: true\n',
    ),
  ).toEqual([]);
  expect(lines('  modules: { network: {} }\n', '')).toEqual([]);
});

test('entries of a list are told apart by their names, wherever they stand', () => {
  const before = '  network: { interfaces: [{ interface: eth0, mtu: 1400 }, { interface: eth1 }] }\n';
  const after =
    '  network: { interfaces: [{ interface: br0, bridge: { interfaces: [eth1] } }, { interface: eth0, mtu: 1500 }] }\n';
  expect(lines(before, after)).toEqual([
    'machine.network.interfaces[br0]:  → { interface: br0, bridge: { interfaces: [ eth1 ] } }',
    'machine.network.interfaces[eth0].mtu: 1400 → 1500',
    'machine.network.interfaces[eth1]: { interface: eth1 } → ',
  ]);
  // Two routes to one network have the same name: the list is compared as a whole.
  const routes = (metric: number) =>
    `  network: { interfaces: [{ interface: eth0, routes: [{ network: ::/0, metric: 1 }, { network: ::/0, metric: ${metric} }] }] }\n`;
  expect(lines(routes(2), routes(2))).toEqual([]);
  expect(lines(routes(2), routes(3))).toHaveLength(1);
  expect(
    lines('  sysctls: { vm.swappiness: 1, net.core.somaxconn: 2 }\n', '  sysctls: { vm.swappiness: 2 }\n'),
  ).toEqual(['machine.sysctls.vm.swappiness: 1 → 2', 'machine.sysctls.net.core.somaxconn: 2 → ']);
});

test('a card keeps what was set on it, so taking that away takes a reboot; a link that Eft has made goes with its settings', () => {
  const on = (fields: string) => `  network: { interfaces: [{ interface: eth0, ${fields} }] }\n`;
  expect(lines(on('mtu: 1400'), on('up: true'))).toEqual(['machine.network.interfaces[eth0].mtu: 1400 →  !']);
  expect(lines(on('mtu: 1400'), '')).toEqual([
    'machine.network.interfaces[eth0]: { interface: eth0, mtu: 1400 } →  !',
  ]);
  expect(lines(on('mtu: 1400, dummy: true'), '')[0]).not.toContain('!');
  expect(lines(on('mtu: 1400, dummy: false'), '')[0]).toContain('!');
  expect(lines(on('vlans: [{ vlanId: 7, mtu: 1400 }]'), on('vlans: []'))[0]).not.toContain('!');
  expect(lines(on('vlans: [{ vlanId: 7, mtu: 1400 }]'), on('vlans: [{ vlanId: 7 }]'))[0]).toContain('!');
  expect(lines('', on('mtu: 1400'))[0]).not.toContain('!');
  const bond = (mode: string) => on(`bond: { interfaces: [], mode: ${mode} }`);
  expect(lines(bond('802.3ad'), bond('active-backup'))[0]).toContain('!');
});

test('no secret is in a difference, and another one is a change all the same', () => {
  const pair = generateKeyPairSync('ed25519');
  const key = String(pair.privateKey.export({ format: 'pem', type: 'pkcs8' }));
  expect(lines(authorityLines(), authorityLines({ ...testAuthority, key }))).toEqual([
    'machine.ca.key: (secret) → (secret)',
  ]);
  const made = diff(undefined, authorityLines());
  expect(made.map(({ path }) => path)).toEqual([
    'apiVersion',
    'kind',
    'machine.type',
    'machine.ca.crt',
    'machine.ca.key',
  ]);
  expect(JSON.stringify(made)).not.toContain('PRIVATE');
  expect(made[3]?.after.split('\n')).toHaveLength(1);
});
