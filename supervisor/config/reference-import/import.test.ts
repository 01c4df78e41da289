import { expect, test } from 'vitest';
import { readMachineConfig } from '../read-config.ts';
import { importReferenceConfig } from './import.ts';

function imported(text: string) {
  const { lines, config, faults } = importReferenceConfig(text, 'machine.yaml');
  const read = readMachineConfig(new Uint8Array(Buffer.from(config)), 'imported.yaml').config;
  return {
    lines: lines.map(({ line, path, verdict, note }) => `${line} ${path}: ${verdict}: ${note}`),
    config,
    faults,
    read,
  };
}

const long = `version: v1alpha1
machine:
  type: init
  token: abcdef.0123456789abcdef
  ca: { crt: LS0tCERT, key: LS0tKEY }
  sysctls: { net.core.somaxconn: "65535", kernel.kptr_restrict: "0" }
  network:
    hostname: cp1.example.org
    nameservers: [10.0.0.2]
    interfaces:
      - interface: bond0
        bond: { interfaces: [eth0, eth1], mode: 802.3ad, arpInterval: 3 }
        addresses: [10.0.0.1/24]
        routes: [{ network: 0.0.0.0/0, gateway: 10.0.0.254 }]
        vlans: [{ vlanId: 5, dhcp: true }]
        vip: { ip: 10.0.0.9 }
  frobnicate: 3
cluster:
  secret: c2VjcmV0
`;

test('every line of a long document is told, and none of its values', () => {
  const { lines, config } = imported(long);
  expect(lines).toEqual([
    '1 version: none: the form of the file is said by `apiVersion` and `kind`',
    '3 machine.type: renamed: type: controlplane',
    '4 machine.token: later: comes with the API: its certificates and roles',
    '5 machine.ca: later: comes with the API: its certificates and roles',
    '6 machine.sysctls.net.core.somaxconn: taken: as it is',
    '6 machine.sysctls.kernel.kptr_restrict: none: this sysctl is fixed, or nothing that a configuration sets',
    '8 machine.network.hostname: renamed: machine.network.hostname and .domain',
    '9 machine.network.nameservers: taken: as it is',
    '11 machine.network.interfaces[0].interface: taken: as it is',
    '12 machine.network.interfaces[0].bond.interfaces: taken: as it is',
    '12 machine.network.interfaces[0].bond.mode: taken: as it is',
    '12 machine.network.interfaces[0].bond.arpInterval: none: this option of bonds cannot be set',
    '13 machine.network.interfaces[0].addresses: taken: as it is',
    '14 machine.network.interfaces[0].routes[0].network: taken: as it is',
    '14 machine.network.interfaces[0].routes[0].gateway: taken: as it is',
    '15 machine.network.interfaces[0].vlans[0].vlanId: taken: as it is',
    '15 machine.network.interfaces[0].vlans[0].dhcp: taken: as it is',
    '16 machine.network.interfaces[0].vip: later: comes with the control plane: an address that moves between its nodes',
    '17 machine.frobnicate: none: nothing in Eft does this',
    '19 cluster.secret: later: comes with the modules of Kubernetes',
  ]);
  expect(lines.join() + config).not.toMatch(/abcdef|LS0t|c2VjcmV0/);
});

test('what is taken of a long document is a sound configuration', () => {
  const { read, faults } = imported(long);
  expect(faults).toEqual([]);
  expect(read?.machine).toMatchObject({
    type: 'controlplane',
    sysctls: { 'net.core.somaxconn': '65535' },
    network: {
      hostname: 'cp1',
      domain: 'example.org',
      interfaces: [
        { interface: 'bond0', bond: { interfaces: ['eth0', 'eth1'] }, vlans: [{ vlanId: 5, dhcp: true }] },
      ],
    },
  });
});

const stream = [
  'kind: HostnameConfig\nhostname: w1',
  'kind: LinkConfig\nname: eth0\nmtu: 9000\naddresses: [{ address: 10.0.0.5/24 }]\nroutes: [{ gateway: 10.0.0.1 }]',
  'kind: BondConfig\nname: bond0\nlinks: [eth1, eth2]\nbondMode: active-backup\nmiimon: 100',
  'kind: VLANConfig\nname: office\nvlanID: 7\nparent: bond0\naddresses: [{ address: 10.7.0.1/24 }]',
  'kind: BridgeConfig\nname: br0\nlinks: [eth4]\nstp: { enabled: true }\nvlan: { filtering: true }',
  'kind: VRFConfig\nname: red\ntable: 10\nlinks: [eth5]',
  'kind: DummyLinkConfig\nname: d0',
  'kind: VethConfig\nname: v0\npeer: { name: v1 }',
  'kind: DHCPv4Config\nname: eth3\nrouteMetric: 9\nignoreHostname: true',
  'kind: ResolverConfig\nnameservers: [{ address: 10.0.0.2 }]\nsearchDomains: { domains: [example.org] }',
  'kind: StaticHostConfig\nname: 10.0.0.9\nhostnames: [registry]',
  'kind: RoutingRuleConfig\nname: "1000"\nsrc: 10.0.0.0/8\ntable: 100',
  'kind: BlackholeRouteConfig\nname: 192.0.2.0/24\nmetric: 5',
  'kind: TimeSyncConfig\nntp: { servers: [time.example.org] }',
  'kind: SysctlConfig\nparams: { vm.swappiness: "1" }',
  'kind: KubeletConfig\nimage: x',
  'kind: UdevRulesConfig\nrules: []',
].map((document) => `apiVersion: v1alpha1\n${document}\n`);

test('documents of one thing each come together to one configuration', () => {
  const { read, faults, lines } = imported(stream.join('---\n'));
  expect(faults).toEqual([]);
  expect(read?.machine).toMatchObject({
    type: 'worker',
    time: { servers: ['time.example.org'] },
    sysctls: { 'vm.swappiness': '1' },
    network: {
      hostname: 'w1',
      nameservers: ['10.0.0.2'],
      searchDomains: ['example.org'],
      extraHostEntries: [{ ip: '10.0.0.9', aliases: ['registry'] }],
      routingRules: [{ priority: 1000, src: '10.0.0.0/8', table: 100 }],
      blackholeRoutes: [{ network: '192.0.2.0/24', metric: 5 }],
      interfaces: [
        {
          interface: 'eth0',
          mtu: 9000,
          addresses: ['10.0.0.5/24'],
          routes: [{ network: '0.0.0.0/0', gateway: '10.0.0.1' }],
        },
        {
          interface: 'bond0',
          bond: { interfaces: ['eth1', 'eth2'], mode: 'active-backup', miimon: 100 },
          vlans: [{ vlanId: 7, addresses: ['10.7.0.1/24'] }],
        },
        {
          interface: 'br0',
          bridge: { interfaces: ['eth4'], stp: { enabled: true }, vlan: { vlanFiltering: true } },
        },
        { interface: 'red', vrf: { table: 10, interfaces: ['eth5'] } },
        { interface: 'd0', dummy: true },
        { interface: 'v0', veth: { peer: 'v1' } },
        { interface: 'eth3', dhcp: true, dhcpOptions: { routeMetric: 9 } },
      ],
    },
  });
  expect(lines[0]).toContain('1 machine.type: none: the file does not say what the machine is for');
  expect(lines).toContainEqual(expect.stringContaining('DHCPv4Config.ignoreHostname: none'));
  expect(lines).toContainEqual(
    expect.stringContaining('KubeletConfig: later: comes with the modules of Kubernetes'),
  );
  expect(lines).toContainEqual(expect.stringContaining('UdevRulesConfig: none: nothing in Eft does this'));
});

test('a value that Eft does not take is told as a node would', () => {
  const { faults } = imported('apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: Worker_1\n');
  expect(faults.map(({ code }) => code)).toEqual(['document.name']);
});
