import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { patchConfig } from './config-text.ts';

const config = `# The machine in the cellar.
machine:
  type: worker # no pods yet
  network:
    hostname: lab-1 # its name
    interfaces:
      # The cable to the switch.
      - interface: eth0
        dhcp: true
      - interface: eth1 # spare
        addresses: [ 10.0.0.5/24 ]
  sysctls:
    net.core.somaxconn: "4096"
`;
const patch = (text: string) => patchConfig(config, text, 'patch.yaml');

test('a merge changes what it names, and leaves comments and layout', () => {
  expect(patch('machine: { network: { hostname: lab-9, domain: example.org }, sysctls: null }')).toBe(
    config
      .replace('hostname: lab-1', 'hostname: lab-9')
      .replace('10.0.0.5/24 ]\n', '10.0.0.5/24 ]\n    domain: example.org\n')
      .replace(/ {2}sysctls:\n.*\n/, ''),
  );
});

test('entries with a name are merged by it, added, and taken out', () => {
  const after = patch(`machine:
  network:
    interfaces:
      - { interface: eth1, mtu: 9000 }
      - { interface: eth2, dhcp: true }
      - { interface: eth0, $patch: delete }
`);
  expect(parse(after).machine.network.interfaces).toEqual([
    { interface: 'eth1', addresses: ['10.0.0.5/24'], mtu: 9000 },
    { interface: 'eth2', dhcp: true },
  ]);
  expect(after).toContain('# spare');
  expect(patch('machine: { network: { interfaces: [{ interface: eth0, dhcp: false }] } }')).toBe(
    config.replace('dhcp: true', 'dhcp: false'),
  );
});

test('a list without names takes the place of the one before', () => {
  const after = patch(
    'machine: { network: { interfaces: [{ interface: eth1, addresses: [10.0.0.9/24] }] } }',
  );
  expect(parse(after).machine.network.interfaces[1].addresses).toEqual(['10.0.0.9/24']);
});

test('a list of operations is a JSON Patch, and leaves comments too', () => {
  const operations = [
    { op: 'test', path: '/machine/type', value: 'worker' },
    { op: 'replace', path: '/machine/network/hostname', value: 'lab-9' },
    { op: 'remove', path: '/machine/network/interfaces/0' },
    { op: 'add', path: '/machine/sysctls/net.ipv4.ip_forward', value: '1' },
  ];
  const after = patch(JSON.stringify(operations));
  expect(after).toContain('hostname: lab-9 # its name');
  expect(after).toContain('- interface: eth1 # spare');
  expect(after).toContain('type: worker # no pods yet');
  expect(parse(after).machine.sysctls).toEqual({ 'net.core.somaxconn': '4096', 'net.ipv4.ip_forward': '1' });
});

test('a patch that does not fit is refused with the operation that does not', () => {
  expect(() => patch('[{"op": "test", "path": "/machine/type", "value": "controlplane"}]')).toThrow(
    /operation 1/,
  );
  expect(() =>
    patch('[{"op": "remove", "path": "/machine/type"}, {"op": "remove", "path": "/machine/nothing"}]'),
  ).toThrow(/patch\.yaml: the patch cannot be applied: operation 2/);
  expect(() => patch('[{"op": "jump", "path": "/machine"}]')).toThrow(/it is no operation/);
  expect(() => patch('just text')).toThrow(/neither a list/);
  expect(() => patch('a: &x 1')).toThrow(/an anchor/);
});

test('an empty merge changes nothing, not even a space', () => {
  expect(patch('{}')).toBe(config);
});

const word = fc.constantFrom('a', 'b', 'name', 'interface', 'x y', '1', 'true');
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    word,
    fc.integer({ min: 0, max: 9 }),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(word, tie('value'), { maxKeys: 4 }),
  ),
}));

test('whatever a whole document is replaced by, the text then says exactly that', () => {
  fc.assert(
    fc.property(
      fc.dictionary(word, value, { maxKeys: 4 }),
      fc.dictionary(word, value, { maxKeys: 4 }),
      (before, after) => {
        const operations = [{ op: 'replace', path: '/m', value: after }];
        const text = patchConfig(stringify({ m: before }), JSON.stringify(operations), 'p');
        expect(parse(text)).toEqual({ m: JSON.parse(JSON.stringify(after)) });
      },
    ),
  );
});
