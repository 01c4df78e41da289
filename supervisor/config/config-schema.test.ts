/** The reader and the JSON Schema say the same of generated documents, right and wrong; every example of the reference is read. */
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { testAuthority } from '../../tests/config/authority.ts';
import { readYaml } from '../document/yaml-document.ts';
import {
  absolutePath,
  capabilityPattern,
  directoryName,
  linkPattern,
  moduleName,
  modulePattern,
  sysctlPattern,
} from '../manifest/names.ts';
import { configSchema } from './config-reference.ts';
import type { FieldDeclarations } from './field-record.ts';
import * as forms from './forms.ts';
import { configType } from './machine-schema.ts';
import { readMachineConfig } from './read-config.ts';
import { Reading } from './reading.ts';
import { sysctlName } from './sysctl-names.ts';

const schema: unknown = JSON.parse(configSchema());
const validate = new Ajv({ strict: false }).compile(JSON.parse(configSchema()));

/** What no JSON Schema says: how fields go together, and which entries are the same. */
const betweenFields = new Set<string>([
  'document.duplicate-entry',
  'config.link-kind',
  'config.link-twice',
  'config.link-master',
  'config.vlan-name',
  'config.needs-field',
  'config.bond-option',
  'config.family',
  'config.table-twice',
  'config.certificate',
  'config.secret-key',
  'config.role-rule',
  'trust.public-key',
  'manifest.udp-ports',
]);

const publicKey = 'MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';

/** The pattern of the field that `steps` lead to; `items` leads into a list. */
function patternAt(...steps: readonly string[]): string {
  return String(partAt(steps)['pattern']);
}

function itemPatternAt(...steps: readonly string[]): string {
  return patternAt(...steps, 'items');
}

function partAt(steps: readonly string[]): Json {
  return steps.reduce(
    (part, step) => partOf(step === 'items' ? part['items'] : partOf(part['properties'])[step]),
    partOf(schema),
  );
}

/** Texts of every form. */
const texts = new Map<string, readonly string[]>([
  [forms.address.pattern.source, ['10.0.0.1', '255.255.255.255', 'fd00::1', '::', '1:2:3:4:5:6:7:8']],
  [forms.addressWithPrefix.pattern.source, ['10.0.0.5/24', '0.0.0.0/0', 'fd00::5/64', '::/0']],
  [forms.hostName.pattern.source, ['a', 'worker-1', '9']],
  [forms.domainName.pattern.source, ['example.org', 'a.b-c.d']],
  [forms.server.pattern.source, ['time.example.org', '10.0.0.3', 'fd00::3']],
  [forms.linkName.pattern.source, ['eth0', 'eth1', 'bond0', 'br-lan', 'a.b@c']],
  [forms.hardwareAddress.pattern.source, ['52:54:00:12:34:56']],
  [forms.duid.pattern.source, ['00:03:00:01:52:54:00:12:34:56', '000100']],
  [sysctlName.pattern.source, ['net.core.somaxconn', 'vm.swappiness', 'net/ipv6/conf/eth0.5/accept_ra']],
  [moduleName.pattern.source, ['network', 'health']],
  [modulePattern.pattern.source, ['*', 'network']],
  [capabilityPattern.pattern.source, ['*', 'eft:host/log']],
  [directoryName.pattern.source, ['state']],
  [absolutePath.pattern.source, ['/var/lib/etcd']],
  [linkPattern.pattern.source, ['*', 'eth*', 'eth0']],
  [sysctlPattern.pattern.source, ['net/ipv6/conf/*/accept_ra']],
  [patternAt('machine', 'ca', 'crt'), [testAuthority.crt]],
  [patternAt('machine', 'ca', 'key'), [testAuthority.key]],
  [itemPatternAt('machine', 'api', 'revoked'), ['5D:2b', '01', 'ab'.repeat(32)]],
  [patternAt('machine', 'trust', 'revoked', 'items'), ['ab'.repeat(32), '0f'.repeat(32)]],
  [patternAt('machine', 'api', 'roles', 'items', 'name'), ['watch', 'team:a-b']],
  [
    itemPatternAt('machine', 'api', 'roles', 'items', 'rules', 'items', 'kinds'),
    ['*', 'eft:resources/link-status'],
  ],
  [
    itemPatternAt('machine', 'api', 'roles', 'items', 'rules', 'items', 'methods'),
    ['eft.v1.StateService/*', 'eft.v1.StateService/Get'],
  ],
]);

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function partOf(value: unknown): Json {
  if (!isObject(value)) throw new TypeError('a schema is an object');
  return value;
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

/** Documents that a schema accepts. */
function arbitraryOf(part: Json, field = ''): fc.Arbitrary<unknown> {
  if ('const' in part) return fc.constant(part['const']);
  if (Array.isArray(part['enum'])) return fc.constantFrom(...part['enum']);
  const ways = part['oneOf'] ?? (part['type'] === undefined ? part['anyOf'] : undefined);
  if (Array.isArray(ways)) return fc.oneof(...ways.map((way: unknown) => arbitraryOf(partOf(way), field)));
  switch (part['type']) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({
        min: numberOf(part['minimum'], -1000),
        max: Math.min(numberOf(part['maximum'], 1000), 0x7fff_ffff),
      });
    case 'string': {
      if (field === 'publicKey') return fc.constant(publicKey);
      const given = texts.get(String(part['pattern']));
      return given === undefined ? fc.constantFrom('a', 'a sentence') : fc.constantFrom(...given);
    }
    case 'array':
      return fc.uniqueArray(arbitraryOf(partOf(part['items'])), {
        minLength: numberOf(part['minItems'], 0),
        maxLength: Math.min(2, numberOf(part['maxItems'], 2)),
        selector: (item) => JSON.stringify(isObject(item) ? identityOf(item) : item),
      });
    case 'object':
      return isObject(part['properties']) ? recordOf(part, part['properties']) : mapOf(part);
    default:
      throw new TypeError(`a schema of no known type: ${JSON.stringify(part)}`);
  }
}

/** What tells entries of lists from each other, as far as generated documents need it. */
function identityOf(item: Json): unknown {
  return item['interface'] ?? item['vlanId'] ?? item['ip'] ?? item['module'] ?? item['publicKey'] ?? item;
}

function recordOf(part: Json, properties: Json): fc.Arbitrary<unknown> {
  const needed: readonly unknown[] = Array.isArray(part['required']) ? part['required'] : [];
  const isAny = Array.isArray(part['anyOf']);
  const arbitraries = Object.fromEntries(
    Object.entries(properties).map(([name, inner]) => [name, arbitraryOf(partOf(inner), name)]),
  );
  const requiredKeys = Object.keys(properties).filter((name) => isAny || needed.includes(name));
  return fc.record(arbitraries, { requiredKeys, noNullPrototype: true });
}

function mapOf(part: Json): fc.Arbitrary<unknown> {
  const names = texts.get(String(partOf(part['propertyNames'])['pattern'])) ?? [];
  return fc.dictionary(fc.constantFrom(...names), arbitraryOf(partOf(part['additionalProperties'])), {
    maxKeys: 3,
    noNullPrototype: true,
  });
}

const documents = arbitraryOf(partOf(schema));

/** Values that are wrong nearly everywhere. */
const wrongValues = fc.constantFrom<unknown>(
  null,
  true,
  -1,
  1.5,
  99_999_999_999,
  '',
  'x/y z',
  '300.1.1.1',
  [],
  {},
  [[]],
  {
    unknown: 1,
  },
);

/** Replaces, adds or takes away something at a place that `choices` leads to. */
function spoilt(document: unknown, choices: readonly number[], value: unknown): unknown {
  const [choice = 0, ...rest] = choices;
  if (Array.isArray(document) && document.length > 0 && rest.length > 0) {
    const index = choice % document.length;
    return document.map((item, at) => (at === index ? spoilt(item, rest, value) : item));
  }
  if (isObject(document) && rest.length > 0) {
    const names = Object.keys(document);
    const name = names[choice % (names.length + 1)];
    if (name === undefined) return { ...document, unknown: value };
    if (choice % 7 === 0)
      return Object.fromEntries(Object.entries(document).filter(([other]) => other !== name));
    return { ...document, [name]: spoilt(document[name], rest, value) };
  }
  return value;
}

function codesOf(document: unknown): readonly string[] {
  const { faults } = readMachineConfig(
    new Uint8Array(Buffer.from(JSON.stringify(document))),
    'generated.yaml',
  );
  return faults.map(({ code }) => code);
}

function expectAgreement(document: unknown): void {
  const codes = codesOf(document);
  if (validate(document)) expect(codes.filter((code) => !betweenFields.has(code))).toEqual([]);
  else expect(codes, JSON.stringify(validate.errors)).not.toEqual([]);
}

test('what the JSON Schema accepts, the reader accepts but for what holds between fields', () => {
  fc.assert(
    fc.property(documents, (document) => {
      expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
      expectAgreement(document);
    }),
    { numRuns: 300 },
  );
});

test('what the JSON Schema refuses, the reader refuses', () => {
  let refused = 0;
  fc.assert(
    fc.property(
      documents,
      fc.array(fc.nat(40), { minLength: 1, maxLength: 8 }),
      wrongValues,
      (document, choices, value) => {
        const wrong = spoilt(document, choices, value);
        expectAgreement(wrong);
        if (!validate(wrong)) refused += 1;
      },
    ),
    { numRuns: 600 },
  );
  expect(refused).toBeGreaterThan(100);
});

test('a sound configuration says the same as YAML, and again when it is written out with all its defaults', () => {
  let sound = 0;
  fc.assert(
    fc.property(documents, (document) => {
      const read = (text: string) =>
        readMachineConfig(new Uint8Array(Buffer.from(text)), 'generated.yaml').config;
      const config = read(JSON.stringify(document));
      if (config === undefined) return;
      sound += 1;
      expect(read(stringify(document))).toEqual(config);
      // Keys, grants and secrets are read into other types than those of the file.
      const { trust: _, modules: __, ca: ___, ...machine } = config.machine;
      const again = read(JSON.stringify({ ...config, machine }))?.machine;
      expect({ ...again, trust: undefined, modules: undefined }).toEqual({
        ...machine,
        trust: undefined,
        modules: undefined,
      });
    }),
    { numRuns: 300 },
  );
  expect(sound).toBeGreaterThan(20);
});

function examples(fields: FieldDeclarations): readonly (readonly [string, FieldDeclarations])[] {
  return Object.entries(fields).flatMap(([name, { type }]) => [
    [name, fields] as const,
    ...(type.inside === undefined ? [] : examples(type.inside.fields)),
  ]);
}

test('every example of the reference is read without a fault', () => {
  const fields = examples(configType.inside?.fields ?? {});
  for (const [name, declarations] of fields) {
    const declared = declarations[name];
    const document = readYaml(declared?.example ?? '', 'example', `${name}.yaml`);
    if (document.kind !== 'map') throw new Error(`the example of ${name} is no map`);
    const value = document.fields.get(name)?.value;
    if (value === undefined) throw new Error(`the example of ${name} is of another field`);
    const reading = new Reading();
    declared?.type.read(value, reading);
    expect(reading.faults.map((fault) => fault.render())).toEqual([]);
  }
  expect(fields.length).toBeGreaterThan(80);
});

test('an address is an address as Node has it, but for zones and IPv4 within IPv6', async () => {
  const { isIP } = await import('node:net');
  const piece = fc.constantFrom(
    '0',
    '1',
    'ff',
    '12345',
    '256',
    '255',
    ':',
    '::',
    '.',
    '10.0.0.1',
    'fd00',
    '%',
    '01',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.ipV4(),
        fc.ipV6(),
        fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
      ),
      (text) => {
        const isEmbedded = text.includes(':') && text.includes('.');
        const expected = isIP(text) !== 0 && !isEmbedded && !text.includes('%');
        expect(forms.address.pattern.test(text)).toBe(expected);
      },
    ),
    { numRuns: 3000 },
  );
});
