/** What people write: YAML, machine configurations, the kernel's command line. */

import { commandLineNetwork } from '../../../supervisor/config/command-line-network.ts';
import type { FieldDeclarations } from '../../../supervisor/config/field-record.ts';
import type { FieldType } from '../../../supervisor/config/field-type.ts';
import { splitCommandLine } from '../../../supervisor/config/kernel-command-line.ts';
import { configType } from '../../../supervisor/config/machine-schema.ts';
import { readMachineConfig } from '../../../supervisor/config/read-config.ts';
import { asksForRecovery, configOfCommandLine } from '../../../supervisor/config/sources/command-line.ts';
import type { DocumentNode } from '../../../supervisor/document/document.ts';
import { readYaml } from '../../../supervisor/document/yaml-document.ts';
import {
  bytesOfText,
  must,
  mustEqual,
  type ReaderTarget,
  textOfBytes,
  unlessRefused,
} from '../reader-target.ts';

/** Shorter texts are found in sentences by chance. */
const secretLength = 12;

const head = 'apiVersion: eft/v1alpha1\nkind: MachineConfig\nmachine:\n  type: worker\n';

/** The examples of the reference, which are true, each where its field belongs. */
function examples(): readonly Uint8Array[] {
  const machine = fieldsOf(configType, 'machine');
  const network = fieldsOf(machine['network']?.type, undefined);
  const links = fieldsOf(network['interfaces']?.type, undefined);
  const indent = (text: string, width: number) => text.replace(/^(?=.)/gm, ' '.repeat(width));
  const write = (fields: FieldDeclarations, before: string, width: number) =>
    Object.values(fields).map(({ example }) => bytesOfText(`${before}${indent(example ?? '', width)}\n`));
  return [
    ...write(machine, head, 2),
    ...write(network, `${head}  network:\n`, 4),
    ...write(links, `${head}  network:\n    interfaces:\n      - interface: eth0\n`, 8),
  ];
}

function fieldsOf(type: FieldType<unknown> | undefined, name: string | undefined): FieldDeclarations {
  const fields = type?.inside?.fields ?? {};
  return name === undefined ? fields : fieldsOf(fields[name]?.type, undefined);
}

const small = `${head}  network:
    hostname: node-7
    interfaces:
      - interface: eth0
        addresses: [10.0.0.2/24, '2001:db8::7/64']
        routes: [{ network: 0.0.0.0/0, gateway: 10.0.0.1, metric: 100 }]
  sysctls: { net.ipv4.ip_forward: '1' }
`;

const yaml: ReaderTarget = {
  name: 'yaml',
  summary: 'YAML: every value has a place in the text, and what is read is read again the same',
  seeds: () => [
    bytesOfText(small),
    bytesOfText(
      'a: [1, {b: "c\\u00e9"}]\n"d e": |\n  text\n  more\n? f\n: >-\n  g\nh: !!str 1\ni: &x 1\nj: *x\n',
    ),
    bytesOfText('# a comment\n- a\n- - b\n  - -7\n- {}\n- ~\n- 0x1f\n- 1e3\n- true\n...\n'),
  ],
  read: (bytes) => {
    const text = textOfBytes(bytes);
    const document = unlessRefused(() => readYaml(text, 'document', 'x.yaml'));
    if (document === undefined) return;
    checkPlaces(document, text.split(/\r\n|\r|\n/).length);
    const plain = plainOf(document);
    if (plain === undefined) return;
    const again = readYaml(JSON.stringify(plain), 'document', 'x.yaml');
    mustEqual(plainOf(again), plain, 'what is read says the same in the form of JSON');
  },
};

function checkPlaces(node: DocumentNode, lines: number): void {
  const { line = 1, column = 1 } = node.where.place;
  must(line >= 1 && line <= lines && column >= 1, 'a value stands in the text');
  if (node.kind === 'list') for (const item of node.items) checkPlaces(item, lines);
  if (node.kind === 'map') for (const { value } of node.fields.values()) checkPlaces(value, lines);
}

/** The document as JSON, or undefined if there is something in it that JSON has not. */
function plainOf(node: DocumentNode): unknown {
  switch (node.kind) {
    case 'map': {
      const entries = [...node.fields].map(([name, { value }]) => [name, plainOf(value)] as const);
      return entries.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(entries);
    }
    case 'list': {
      const items = node.items.map(plainOf);
      return items.includes(undefined) ? undefined : items;
    }
    case 'other':
      return undefined;
    default:
      return node.value;
  }
}

const config: ReaderTarget = {
  name: 'config',
  summary: 'a machine configuration: read, or refused with reasons, and no secret of it in what is told',
  seeds: () => [bytesOfText(small), ...examples()],
  blocks: 20_000_000,
  read: (bytes) => {
    const { config: found, faults, secrets } = readMachineConfig(bytes, 'x.yaml');
    must((found === undefined) === faults.length > 0, 'a configuration is read, or there is a reason');
    const told = JSON.stringify(found ?? '') + faults.map((fault) => fault.render()).join('\n');
    for (const secret of secrets.values())
      must(secret.length < secretLength || !told.includes(secret), 'a secret is nowhere but in the vault');
  },
};

const commandLine: ReaderTarget = {
  name: 'command-line',
  summary: 'the command line of the kernel, which firmware and boot loaders write',
  seeds: () =>
    [
      'ip=10.0.0.2::10.0.0.1:255.255.255.0:node:eth0:off:1.1.1.1 vlan=eth0.7:eth0 quiet -- x',
      `eft.config=https://example.org/a.yaml eft.config.sha256=${'ab'.repeat(32)}`,
      'bond=bond0:eth0,eth1:mode=802.3ad,miimon=100:1500 ip=bond0:dhcp nameserver=::1 "a b=c d" e="f g"',
      'ip=[2001:db8::2]::[2001:db8::1]:64::eth1:none rd.route=10.0.0.0/8:10.0.0.1:eth0 eft.recovery=1',
    ].map(bytesOfText),
  read: (bytes) => {
    const parameters = splitCommandLine(textOfBytes(bytes));
    unlessRefused(() => commandLineNetwork(parameters));
    unlessRefused(() => configOfCommandLine(parameters));
    unlessRefused(() => asksForRecovery(parameters));
  },
};

export const documentTargets: readonly ReaderTarget[] = [yaml, config, commandLine];
