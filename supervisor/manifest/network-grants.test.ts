import { expect, test } from 'vitest';
import { EftError } from '../errors/eft-error.ts';
import { type Manifest, readManifestYaml } from './manifest.ts';

/** A manifest whose grants are these lines. */
function read(...lines: readonly string[]): Manifest {
  const text = [
    'name: lamp',
    'version: 1.2.3',
    'securityVersion: 7',
    'description: Shows whether there is light.',
    'world: acme:lamp/lamp@1.2.3',
    'inputs: []',
    'outputs: []',
    'limits: { memoryPages: 4, eventMilliseconds: 100, queuedEvents: 16 }',
    'restart: { initialMilliseconds: 100, maximumMilliseconds: 1000, quarantineAfter: 5 }',
    'savedState: { writes: 2, reads: [2] }',
    'isolation: thread',
    'grants:',
    ...lines.map((line) => `  ${line}`),
  ];
  return readManifestYaml(text.join('\n'), 'module.yaml');
}

/** Code and place of the error. */
function refusal(...lines: readonly string[]): string {
  try {
    read(...lines);
  } catch (error) {
    if (error instanceof EftError) return `${error.code} ${error.render().split(': ')[1]}`;
    throw error;
  }
  return 'none';
}

test('the grants of a network module are read', () => {
  const { grants } = read(
    '- interface: eft:host/netlink',
    '  families: [route]',
    '  reason: configures links',
    '- interface: eft:host/socket',
    '  packet:',
    '    - { etherType: ipv4, udpPorts: [68], links: ["*"] }',
    '    - { etherType: 35020, links: [eth0, "wl*"] }',
    '  udp: [{ ports: [68, 546], links: ["*"] }]',
    '  reason: speaks DHCP',
    '- interface: eft:host/kernel',
    '  sysctls: [{ name: net/ipv6/conf/*/accept_ra, access: read-write }]',
    '  names: read-write',
    '  reason: names the machine',
  );
  expect(grants).toEqual([
    { interface: 'eft:host/netlink', families: ['route'], reason: 'configures links' },
    {
      interface: 'eft:host/socket',
      packet: [
        { etherType: 'ipv4', udpPorts: [68], links: ['*'] },
        { etherType: 0x88cc, links: ['eth0', 'wl*'] },
      ],
      udp: [{ ports: [68, 546], links: ['*'] }],
      reason: 'speaks DHCP',
    },
    {
      interface: 'eft:host/kernel',
      sysctls: [{ name: 'net/ipv6/conf/*/accept_ra', access: 'read-write' }],
      names: 'read-write',
      reason: 'names the machine',
    },
  ]);
});

const socket = (field: string) => `- { interface: eft:host/socket, reason: x, ${field} }`;
const kernel = (field: string) => `- { interface: eft:host/kernel, reason: x, ${field} }`;

/** Each line with the code of the error and what it stands at. */
test.each([
  ['- { interface: eft:host/netlink, reason: x }', 'document.missing-field', '{'],
  ['- { interface: eft:host/netlink, reason: x, families: [rout] }', 'document.not-one-of', 'rout]'],
  ['- { interface: eft:host/netlink, reason: x, families: [] }', 'document.list-length', '[]'],
  [
    '- { interface: eft:host/netlink, reason: x, families: [route, route] }',
    'document.duplicate-entry',
    'route]',
  ],
  [socket('packet: [{ etherType: 3, links: ["*"] }]'), 'document.out-of-range', '3'],
  [socket('packet: [{ etherType: all, links: ["*"] }]'), 'document.not-one-of', 'all'],
  [socket('packet: [{ etherType: ipv4, links: [] }]'), 'document.list-length', '[]'],
  [socket('packet: [{ etherType: ipv4, links: ["e*h"] }]'), 'document.name', '"e*h"'],
  [socket('packet: [{ etherType: ipv4, links: [".."] }]'), 'document.name', '".."'],
  [socket('udp: [{ ports: [0], links: ["*"] }]'), 'document.out-of-range', '0'],
  [socket('udp: [{ ports: [65536], links: ["*"] }]'), 'document.out-of-range', '65536'],
  [socket('udp: [{ ports: [68], links: [a-name-of-16-byt] }]'), 'document.name', 'a-name'],
  [kernel('sysctls: [{ name: net/../x, access: read }]'), 'document.name', 'net/..'],
  [kernel('sysctls: [{ name: /net/x, access: read }]'), 'document.name', '/net'],
  [kernel('sysctls: [{ name: net/x*, access: read }]'), 'document.name', 'net/x*'],
  [kernel('sysctls: [{ name: net.ipv4.ip_forward, access: read }]'), 'document.name', 'net.ipv4'],
  [kernel('sysctls: [{ name: net/x, access: write }]'), 'document.not-one-of', 'write'],
  [kernel('names: yes'), 'document.not-one-of', 'yes'],
])('the grant %s is refused: %s at %s', (line, code, at) => {
  expect(refusal(line)).toBe(`${code} module.yaml:13:${line.indexOf(at) + 3}`);
});

test('a name of a link has at most 15 characters', () => {
  expect(refusal(socket('udp: [{ ports: [68], links: [a-name-of-15-by] }]'))).toBe('none');
});
