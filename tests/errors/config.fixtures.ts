import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Writable } from 'node:stream';
import { buildProgram } from '../../cli/program.ts';
import { commandLineNetwork } from '../../supervisor/config/command-line-network.ts';
import { record, required } from '../../supervisor/config/field-record.ts';
import { secret } from '../../supervisor/config/field-type.ts';
import { splitCommandLine } from '../../supervisor/config/kernel-command-line.ts';
import { restoreSecrets } from '../../supervisor/config/life-cycle/kept-secrets.ts';
import { narrowGrants } from '../../supervisor/config/narrow-grants.ts';
import { withOperatorTrust } from '../../supervisor/config/operator-trust.ts';
import { parseMachineConfig } from '../../supervisor/config/parse-config.ts';
import { readMachineConfig } from '../../supervisor/config/read-config.ts';
import { Reading } from '../../supervisor/config/reading.ts';
import { importReferenceConfig } from '../../supervisor/config/reference-import/import.ts';
import { configOfCommandLine } from '../../supervisor/config/sources/command-line.ts';
import { configOfNoCloud } from '../../supervisor/config/sources/no-cloud.ts';
import { readYaml } from '../../supervisor/document/yaml-document.ts';
import { readTrustPolicy } from '../../supervisor/trust/trust-policy.ts';
import { authorityLines, testAuthority } from '../config/authority.ts';
import type { Fixture } from './fixture.ts';

const head = 'apiVersion: eft/v1alpha1\nkind: MachineConfig\nmachine:\n  type: worker\n';
const place = 'machine.yaml';
const publicKey = 'MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

/** The sound configuration of these lines below `machine:`. */
function soundConfig(lines: string) {
  const { config } = readMachineConfig(bytesOf(head + lines), place);
  if (config === undefined) throw new Error('the configuration of this fixture has a fault');
  return config;
}

/** Reads a configuration, and throws its one fault. */
function faultOf(text: string | Uint8Array): () => unknown {
  return () => {
    const { faults } = readMachineConfig(typeof text === 'string' ? bytesOf(text) : text, place);
    if (faults.length !== 1) throw new Error(`${faults.length} faults: ${faults.join('; ')}`);
    throw faults[0];
  };
}

/** Lines below `machine.network:`. */
function networkFault(...lines: readonly string[]): () => unknown {
  return faultOf(`${head}  network:\n${lines.map((line) => `    ${line}\n`).join('')}`);
}

/** Has the configuration read by another program than its reader. */
function readBy(program: string, options: { readonly deadlineMs?: number; readonly heapMb?: number }) {
  return () =>
    parseMachineConfig(bytesOf(head), place, {
      program: new URL(`data:text/javascript,${program}`),
      ...options,
    });
}

function commandLineFault(line: string): () => unknown {
  return () => {
    throw commandLineNetwork(splitCommandLine(line)).faults[0];
  };
}

/** Runs `eft config VERB` on a file with this text. What it prints is nobody's business here. */
function commandOn(verb: string, text: string): () => Promise<unknown> {
  return async () => {
    const folder = mkdtempSync(`${tmpdir()}/eft-config-`);
    try {
      writeFileSync(`${folder}/machine.yaml`, text);
      const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });
      const program = buildProgram({ stdout: nowhere(), stderr: nowhere() });
      return await program.parseAsync(['config', verb, `${folder}/machine.yaml`], { from: 'user' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}

function disk(files: Readonly<Record<string, string>>): () => unknown {
  return () => configOfNoCloud(new Map(Object.entries(files).map(([name, text]) => [name, bytesOf(text)])));
}

export const fixtures: readonly Fixture[] = [
  {
    code: 'config.encoding',
    title: 'a byte order mark',
    provoke: faultOf(`\ufeff${head}`),
    text: 'error[config.encoding]: machine.yaml:1:1: the machine configuration begins with a byte order mark\n  save the file as UTF-8 without a byte order mark',
  },
  {
    code: 'config.encoding',
    title: 'Windows line ends',
    provoke: faultOf(head.replaceAll('\n', '\r\n')),
    text: 'error[config.encoding]: machine.yaml:1:25: the machine configuration has a carriage return at the end of a line\n  save the file as text with Unix line ends (LF)',
  },
  {
    code: 'config.encoding',
    title: 'bytes that are no UTF-8',
    provoke: faultOf(new Uint8Array([...bytesOf(`${head}# caf`), 0xe9, 0x0a])),
    text: 'error[config.encoding]: machine.yaml:5:1: the machine configuration is not UTF-8\n  save the file as UTF-8 text',
  },
  {
    code: 'config.encoding',
    title: 'a NUL byte',
    provoke: faultOf(`${head}#\0\n`),
    text: 'error[config.encoding]: machine.yaml:5:2: the machine configuration holds a NUL byte\n  save the file as UTF-8 text',
  },
  {
    code: 'config.too-large',
    title: '10 MB of YAML',
    provoke: () => parseMachineConfig(bytesOf(`# ${'x'.repeat(10_000_000)}`), place),
    text: 'error[config.too-large]: machine.yaml: the machine configuration has 10000002 bytes; at most 262144 are read\n  leave out what is no configuration of the machine',
  },
  {
    code: 'config.deadline',
    title: 'a reader that does not end',
    provoke: readBy('setInterval(() => {}, 1000)', { deadlineMs: 20 }),
    text: 'error[config.deadline]: machine.yaml: the machine configuration was not read after 20 ms; the reader was stopped\n  make it simpler; if it is small, this is a fault of Eft to report',
  },
  {
    code: 'config.heap',
    title: 'a reader that takes all the memory that there is for it',
    provoke: readBy('const all = []; for (;;) all.push(new Array(100000).fill(all.length))', { heapMb: 16 }),
    text: 'error[config.heap]: machine.yaml: reading the machine configuration took more than 16 MB of memory; the reader was stopped\n  make it smaller; if it is small, this is a fault of Eft to report',
  },
  {
    code: 'config.reader',
    title: 'a reader that leaves without a word',
    provoke: readBy('process.exit(3)', {}),
    text: 'error[config.reader]: machine.yaml: the reader of the machine configuration ended: it left with status 3\n  this is a fault of Eft: report it with the configuration, secrets taken out',
  },
  {
    code: 'config.several-faults',
    title: 'a configuration with two faults',
    provoke: () => parseMachineConfig(bytesOf(`${head}  tipe: x\n  sysctls: 1\n`), place),
    text: 'error[config.several-faults]: the machine configuration has 2 faults; the first is machine.yaml:5:3: machine: there is no field `tipe`\n  run `eft config validate` on it to see all of them',
  },
  {
    code: 'config.secret',
    title: 'a number where a secret is expected',
    provoke: () => {
      const reading = new Reading();
      const type = record({
        token: required(secret(8, 64), { doc: '', by: '', example: '', since: '' }),
      });
      type.read(readYaml('token: 1234567890\n', 'machine configuration', place), reading);
      throw reading.faults[0];
    },
    text: 'error[config.secret]: machine.yaml:1:8: token: what is there cannot be the secret that is expected\n  write text of 8 to 64 characters, in quotes if YAML takes it for something else',
  },
  {
    code: 'config.certificate',
    title: 'a certificate that is none of an authority',
    provoke: faultOf(head + authorityLines({ ...testAuthority, crt: 'worker-1' })),
    text: 'error[config.certificate]: machine.yaml:6:10: machine.ca.crt: this is no certificate in PEM\n  write the certificate of an authority in PEM, below `|`, from `-----BEGIN CERTIFICATE-----` on',
  },
  {
    code: 'config.secret-key',
    title: 'a key that belongs to another certificate',
    provoke: () => {
      const key = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
      return faultOf(head + authorityLines({ ...testAuthority, key: String(key) }))();
    },
    text: 'error[config.secret-key]: machine.yaml:16:10: machine.ca.key: the key does not belong to the certificate in `crt`\n  write the key of the certificate in PEM of PKCS #8, below `|`, from `-----BEGIN PRIVATE KEY-----` on',
  },
  {
    code: 'config.secret-kept',
    title: 'a placeholder for a secret that the node does not have',
    provoke: () => {
      const text = `${head}  ca: { crt: x, key: (secret kept) }\n`;
      throw restoreSecrets(text, readYaml(text, 'machine configuration', place), undefined).faults[0];
    },
    text: 'error[config.secret-kept]: machine.yaml:5:22: machine.ca.key: the secret is to stay as the node has it, and the node has none there\n  write the secret itself',
  },
  {
    code: 'config.role-rule',
    title: 'a rule that is about nothing',
    provoke: faultOf(`${head}  api: { roles: [{ name: watch, rules: [{ verbs: [read] }] }] }\n`),
    text: 'error[config.role-rule]: machine.yaml:5:41: machine.api.roles[0].rules[0]: a rule has either `kinds` or `methods`, and this one has neither\n  make two rules of it, or say what it is about',
  },
  {
    code: 'config.too-many',
    title: 'more modules than a node has',
    provoke: faultOf(
      `${head}  modules:\n${Array.from({ length: 65 }, (_, index) => `    m${index}: {}\n`).join('')}`,
    ),
    text: 'error[config.too-many]: machine.yaml:6:5: machine.modules: the map has 65 entries\n  write at most 64',
  },
  {
    code: 'config.link-kind',
    title: 'a bond that is a bridge',
    provoke: networkFault(
      'interfaces:',
      '  - interface: bond0',
      '    bond: { interfaces: [], mode: active-backup }',
      '    bridge: { interfaces: [] }',
    ),
    text: 'error[config.link-kind]: machine.yaml:9:17: machine.network.interfaces[0].bridge: `bond` and `bridge` cannot both hold of one link\n  keep one of the two',
  },
  {
    code: 'config.link-twice',
    title: 'an interface that is there twice',
    provoke: networkFault('interfaces:', '  - interface: eth0', '  - interface: eth0'),
    text: 'error[config.link-twice]: machine.yaml:8:20: machine.network.interfaces[1].interface: there is already a link `eth0`, in line 7\n  give one of the two another name, or put both into one entry',
  },
  {
    code: 'config.link-master',
    title: 'a network card in two bridges',
    provoke: networkFault(
      'interfaces:',
      '  - { interface: br0, bridge: { interfaces: [eth0] } }',
      '  - { interface: br1, bridge: { interfaces: [eth0] } }',
    ),
    text: 'error[config.link-master]: machine.yaml:8:50: machine.network.interfaces[1].bridge.interfaces[0]: the link `eth0` belongs to `br0`\n  let it belong to one link, and not to itself',
  },
  {
    code: 'config.link-master',
    title: 'a bridge that is its own port',
    provoke: networkFault('interfaces:', '  - { interface: br0, bridge: { interfaces: [br0] } }'),
    text: 'error[config.link-master]: machine.yaml:7:50: machine.network.interfaces[0].bridge.interfaces[0]: the link `br0` belongs to itself\n  let it belong to one link, and not to itself',
  },
  {
    code: 'config.vlan-name',
    title: 'a VLAN whose link would have too long a name',
    provoke: networkFault('interfaces:', '  - { interface: enp0s31f6-left, vlans: [{ vlanId: 100 }] }'),
    text: 'error[config.vlan-name]: machine.yaml:7:56: machine.network.interfaces[0].vlans[0].vlanId: the link would be called `enp0s31f6-left.100`, which is 18 characters; Linux takes 15\n  give the link below a shorter name',
  },
  {
    code: 'config.needs-field',
    title: 'DHCP options without DHCP',
    provoke: networkFault('interfaces:', '  - interface: eth0', '    dhcpOptions: { routeMetric: 9 }'),
    text: 'error[config.needs-field]: machine.yaml:8:22: machine.network.interfaces[0].dhcpOptions: this means nothing without `dhcp`\n  add `dhcp: true`, or take this away',
  },
  {
    code: 'config.needs-field',
    title: 'a rule that looks in no table',
    provoke: networkFault('routingRules: [{ priority: 100 }]'),
    text: 'error[config.needs-field]: machine.yaml:6:20: machine.network.routingRules[0]: this means nothing without `table`\n  add `table: 100`, or take this away',
  },
  {
    code: 'config.bond-option',
    title: 'LACP in a bond without it',
    provoke: networkFault(
      'interfaces:',
      '  - interface: bond0',
      '    bond: { interfaces: [eth0], mode: active-backup, lacpRate: fast }',
    ),
    text: 'error[config.bond-option]: machine.yaml:8:68: machine.network.interfaces[0].bond.lacpRate: a bond of mode `active-backup` has no such option\n  take it away, or choose the mode `802.3ad`',
  },
  {
    code: 'config.family',
    title: 'an IPv6 gateway for an IPv4 network',
    provoke: networkFault(
      'interfaces:',
      '  - interface: eth0',
      '    routes: [{ network: 0.0.0.0/0, gateway: "fd00::1" }]',
    ),
    text: 'error[config.family]: machine.yaml:8:49: machine.network.interfaces[0].routes[0].gateway: `fd00::1` and `0.0.0.0/0` are not both IPv4 or both IPv6\n  write two of the same family',
  },
  {
    code: 'config.table-twice',
    title: 'two VRFs with one table',
    provoke: networkFault(
      'interfaces:',
      '  - { interface: red, vrf: { table: 10, interfaces: [] } }',
      '  - { interface: blue, vrf: { table: 10, interfaces: [] } }',
    ),
    text: 'error[config.table-twice]: machine.yaml:8:42: machine.network.interfaces[1].vrf.table: the table 10 is that of `red` already\n  give every VRF a table of its own',
  },
  {
    code: 'config.grant-wider',
    title: 'a configuration that gives a module more than its manifest',
    provoke: () =>
      narrowGrants(
        'network',
        [{ interface: 'eft:host/netlink', families: ['route'], reason: 'links' }],
        soundConfig(
          '  modules: { network: { grants: [{ interface: eft:host/netlink, families: [route, generic], reason: more }] } }\n',
        ).machine.modules,
      ),
    text: 'error[config.grant-wider]: module network: the machine configuration allows more of eft:host/netlink than the module has: the family `generic`\n  allow what the manifest grants, or less of it',
  },
  {
    code: 'config.grant-unknown',
    title: 'a configuration that narrows what a module does not have',
    provoke: () =>
      narrowGrants(
        'health',
        [],
        soundConfig('  modules: { health: { grants: [{ interface: eft:host/log, reason: quiet }] } }\n')
          .machine.modules,
      ),
    text: 'error[config.grant-unknown]: module health: the machine configuration narrows eft:host/log, which the module does not have\n  take the entry away',
  },
  {
    code: 'config.trust-key',
    title: 'an image key that the configuration gives another scope',
    provoke: () =>
      withOperatorTrust(
        readTrustPolicy(
          `keys: [{ publicKey: ${publicKey}, modules: ['*'], capabilities: ['*'] }]`,
          'trust.yaml',
        ),
        soundConfig(`  trust: { keys: [{ publicKey: ${publicKey}, modules: [], capabilities: [] }] }\n`),
      ),
    text: 'error[config.trust-key]: the key 866eefbd6718c8846cd7ddfe43fc74ab1daac4538ff8514ea2ec2d410a415743 of the machine configuration is already one of the image\n  take it away: an image key cannot be given another scope',
  },
  {
    code: 'config.trust-threshold',
    title: 'a configuration that asks for fewer signatures than the image',
    provoke: () =>
      withOperatorTrust(
        readTrustPolicy('keys: []\nthresholds: [{ module: "*", signatures: 2 }]', 'trust.yaml'),
        soundConfig('  trust: { thresholds: [{ module: network, signatures: 1 }] }\n'),
      ),
    text: 'error[config.trust-threshold]: the machine configuration asks for 1 signatures for `network`, and the image for 2\n  ask for 2 or more',
  },
  {
    code: 'config.command-line',
    title: 'a static address without a device',
    provoke: commandLineFault('ip=10.0.0.5::10.0.0.1:24:worker-1::off'),
    text: 'error[config.command-line]: the kernel command line says `ip=10.0.0.5::10.0.0.1:24:worker-1::off`: it has an address and no device\n  write `ip=dhcp`, `ip=eth0:dhcp` or `ip=10.0.0.5::10.0.0.1:24:worker-1:eth0:off`',
  },
  {
    code: 'config.command-line',
    title: 'a VLAN without a number',
    provoke: commandLineFault('vlan=office:eth0'),
    text: 'error[config.command-line]: the kernel command line says `vlan=office:eth0`: `office` does not end with the number of a VLAN, 1 to 4094\n  write `vlan=eth0.100:eth0` or `vlan=vlan100:eth0`',
  },
  {
    code: 'config.command-line',
    title: 'an inline configuration that is no base64',
    provoke: () => configOfCommandLine(splitCommandLine('eft.config.inline=machine')),
    text: 'error[config.command-line]: the kernel command line says `eft.config.inline=`: what follows is not base64\n  write the output of `base64 -w0 FILE`, or of `zstd -c FILE | base64 -w0`',
  },
  {
    code: 'config.several-sources',
    title: 'two configurations on one command line',
    provoke: () =>
      configOfCommandLine(splitCommandLine('eft.config=https://a.example eft.config.inline=YQ==')),
    text: 'error[config.several-sources]: the kernel command line names 2 configurations: `eft.config=`, `eft.config.inline=`\n  name one',
  },
  {
    code: 'config.no-cloud',
    title: 'a disk for cloud-init',
    provoke: disk({ 'user-data': '#cloud-config\nhostname: w1\n' }),
    text: 'error[config.no-cloud]: the NoCloud configuration: `user-data` is for cloud-init\n  put a machine configuration there: `eft config gen` writes one',
  },
  {
    code: 'config.no-cloud',
    title: 'a disk with a network of its own',
    provoke: disk({ 'user-data': head, 'network-config': 'version: 2\n' }),
    text: 'error[config.no-cloud]: the NoCloud configuration: the disk has a file `network-config`, which Eft does not read\n  put the network into `user-data`, below `machine.network`, and take the file away',
  },
  {
    code: 'config.import-nothing',
    title: 'a file of another kind',
    provoke: () => importReferenceConfig('kind: Pod\napiVersion: v1\n', 'pod.yaml'),
    text: 'error[config.import-nothing]: pod.yaml: this is no machine configuration of the reference system: a document of it is `Pod`\n  give a file with `version: v1alpha1` or with documents that have `apiVersion: v1alpha1` and a `kind`',
  },
  {
    code: 'config.invalid',
    title: 'a file that does not hold',
    provoke: commandOn('validate', 'kind: Pod\n'),
    text: 'error[config.invalid]: there is something wrong in 1 of the files, 3 in all\n  correct what is shown above',
  },
  {
    code: 'config.import-faults',
    title: 'a host name that Eft does not take',
    provoke: commandOn('import', 'apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: Worker_1\n'),
    text: 'error[config.import-faults]: a node would not take the imported configuration: 1 of its values are not as Eft has them\n  correct what is shown above, and check it with `eft config validate`',
  },
  {
    code: 'document.yaml-feature',
    title: 'a hundred thousand brackets',
    provoke: faultOf(`${head}  network: ${'['.repeat(100_000)}\n`),
    text: 'error[document.yaml-feature]: machine.yaml:1:1: the machine configuration uses more than 16 levels of nesting, which Eft does not read in YAML\n  write the value out in plain text',
  },
  {
    code: 'document.yaml',
    title: 'a tab as indentation in a machine configuration',
    provoke: faultOf(`${head}\tnetwork: {}\n`),
    text: 'error[document.yaml]: machine.yaml:5:1: this is not YAML: Tabs are not allowed as indentation\n  correct the YAML at this place',
  },
  {
    code: 'document.yaml-feature',
    title: 'an alias bomb in a machine configuration',
    provoke: faultOf(`${head}  network: &a [x, x]\n  b: &b [*a, *a]\n  c: [*b, *b]\n`),
    text: 'error[document.yaml-feature]: machine.yaml:5:15: the machine configuration uses an anchor, which Eft does not read in YAML\n  write the value out in plain text',
  },
  {
    code: 'document.yaml-feature',
    title: 'a machine configuration nested very deep',
    provoke: faultOf(`${head}  network: ${'['.repeat(60)}${']'.repeat(60)}\n`),
    text: 'error[document.yaml-feature]: machine.yaml:5:27: the machine configuration uses more than 16 levels of nesting, which Eft does not read in YAML\n  write the value out in plain text',
  },
  {
    code: 'document.duplicate-field',
    title: 'a machine configuration with a field twice',
    provoke: faultOf(`${head}  type: controlplane\n`),
    text: 'error[document.duplicate-field]: machine.yaml:5:3: machine: the field `type` is there twice\n  keep one of the two',
  },
  {
    code: 'document.unknown-field',
    title: 'a mistyped field in a machine configuration',
    provoke: networkFault('hostnmae: worker-1'),
    text: 'error[document.unknown-field]: machine.yaml:6:5: machine.network: there is no field `hostnmae`\n  did you mean `hostname`? the fields here are `hostname`, `domain`, `interfaces`, `blackholeRoutes`, `routingRules`, `nameservers`, `searchDomains`, `extraHostEntries`',
  },
  {
    code: 'document.wrong-type',
    title: 'a word where true or false is expected',
    provoke: networkFault('interfaces: [{ interface: eth0, dhcp: yes }]'),
    text: 'error[document.wrong-type]: machine.yaml:6:43: machine.network.interfaces[0].dhcp: this is text, and `true` or `false` is expected\n  write `true` or `false`',
  },
  {
    code: 'document.wrong-type',
    title: 'a network that is nothing',
    provoke: faultOf(`${head}  network:\n`),
    text: 'error[document.wrong-type]: machine.yaml:5:11: machine.network: this is nothing, and a map of fields is expected\n  write a map of fields',
  },
  {
    code: 'document.name',
    title: 'an address without its prefix length',
    provoke: networkFault('interfaces: [{ interface: eth0, addresses: [10.0.0.5] }]'),
    text: 'error[document.name]: machine.yaml:6:49: machine.network.interfaces[0].addresses[0]: `10.0.0.5` is not an IP address with its prefix length\n  write address and prefix length: `10.0.0.1/24`, `fd00::1/64`',
  },
  {
    code: 'document.name',
    title: 'an address with a number that is too high',
    provoke: networkFault('nameservers: [10.0.0.256]'),
    text: 'error[document.name]: machine.yaml:6:19: machine.network.nameservers[0]: `10.0.0.256` is not an IP address\n  write an address without a prefix length: `10.0.0.1`, `fd00::1`',
  },
  {
    code: 'document.name',
    title: 'a sysctl that hardens the kernel',
    provoke: faultOf(`${head}  sysctls: { kernel.kptr_restrict: 0 }\n`),
    text: 'error[document.name]: machine.yaml:5:14: machine.sysctls: `kernel.kptr_restrict` is not a sysctl that a configuration may set\n  write one of those that the reference of the machine configuration lists: `net.ipv4.ip_forward`; what hardens the kernel is fixed',
  },
  {
    code: 'document.out-of-range',
    title: 'an MTU that no link has',
    provoke: networkFault('interfaces: [{ interface: eth0, mtu: 20 }]'),
    text: 'error[document.out-of-range]: machine.yaml:6:42: machine.network.interfaces[0].mtu: 20 is out of range\n  write a whole number from 68 to 65535',
  },
  {
    code: 'document.missing-field',
    title: 'a machine configuration without a type',
    provoke: faultOf(head.replace('  type: worker', '  network: {}')),
    text: 'error[document.missing-field]: machine.yaml:4:3: machine: the field `type` is missing\n  add `type:`',
  },
  {
    code: 'document.not-one-of',
    title: 'a machine of an unknown type',
    provoke: faultOf(head.replace('worker', 'contolplane')),
    text: 'error[document.not-one-of]: machine.yaml:4:9: machine.type: `contolplane` is not known here\n  did you mean `controlplane`? write one of `controlplane`, `worker`',
  },
  {
    code: 'document.duplicate-entry',
    title: 'a name server that is there twice',
    provoke: networkFault('nameservers: [10.0.0.2, 10.0.0.2]'),
    text: 'error[document.duplicate-entry]: machine.yaml:6:29: machine.network.nameservers[1]: `10.0.0.2` is listed twice\n  keep one of the two',
  },
];
