/**
 * Each rule of the relation twice: what it says, and what happens when a guest built with the module's type meets a value of
 * the host's type. The host's code stands in as a second guest, built with the host's type: what that refuses or loses, a host
 * would have to.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { arbitraryType, arbitraryValue } from '../../tests/component-host/arbitrary-type.ts';
import { buildMirrorGuest } from '../../tests/component-host/mirror-guest.ts';
import { varyType } from '../../tests/component-host/vary-type.ts';
import { callText, oneFunction, throughMemory } from '../../tests/component-host/wat-guest.ts';
import { type Difference, type Direction, TypeComparison } from './compatible-type.ts';
import { Component } from './component.ts';
import type { ResourceType, ValueType } from './types.ts';

const type = (kind: 'u32' | 'u64' | 'string' | 'bool'): ValueType => ({ kind, name: undefined });
const u32 = type('u32');
const text = type('string');
const option = (some: ValueType): ValueType => ({ kind: 'option', some, name: undefined });
const list = (element: ValueType): ValueType => ({ kind: 'list', element, name: undefined });
const tuple = (...elements: ValueType[]): ValueType => ({ kind: 'tuple', elements, name: undefined });
const result = (ok?: ValueType, err?: ValueType): ValueType => ({ kind: 'result', ok, err, name: undefined });
const labelled = (kind: 'enum' | 'flags', ...labels: string[]): ValueType => ({
  kind,
  labels,
  name: undefined,
});
const record = (fields: Record<string, ValueType>): ValueType => ({
  kind: 'record',
  fields: Object.entries(fields).map(([name, inner]) => ({ name, type: inner })),
  name: undefined,
});
const variant = (cases: Record<string, ValueType | undefined>): ValueType => ({
  kind: 'variant',
  cases: Object.entries(cases).map(([name, inner]) => ({ name, type: inner })),
  name: undefined,
});

function compare(module: ValueType, host: ValueType, direction: Direction): readonly Difference[] {
  const comparison = new TypeComparison();
  comparison.part('result', 'the result', module, host, direction, { path: 'value', item: '' });
  return comparison.differences;
}

function isBroken(module: ValueType, host: ValueType, direction: Direction): boolean {
  return compare(module, host, direction).some(({ verdict }) => verdict === 'breaks');
}

type Rule = {
  readonly rule: string;
  readonly direction: Direction;
  readonly module: ValueType;
  readonly host: ValueType;
  /** A value of the giver. */
  readonly given: unknown;
  /** What the taker sees; without it, the value cannot cross, or not without loss. */
  readonly seen?: unknown;
};

const one = record({ a: u32 });
const both = record({ a: u32, b: text });
const bothOptional = record({ a: u32, b: option(text) });
const bothNested = record({ a: u32, b: option(option(text)) });
const toModule = { direction: 'to-module' } as const;
const toHost = { direction: 'to-host' } as const;

const rules: readonly Rule[] = [
  {
    ...toModule,
    rule: 'a field that only the host has is left out',
    module: one,
    host: both,
    given: { a: 1, b: 'x' },
    seen: { a: 1 },
  },
  {
    ...toModule,
    rule: 'a field that only the module has is none',
    module: bothOptional,
    host: one,
    given: { a: 1 },
    seen: { a: 1, b: undefined },
  },
  {
    ...toModule,
    rule: 'a field that only the module has and needs',
    module: both,
    host: one,
    given: { a: 1 },
  },
  {
    ...toModule,
    rule: 'a field that only the module has, an option in an option',
    module: bothNested,
    host: one,
    given: { a: 1 },
  },
  {
    ...toModule,
    rule: 'a field that became an option for the module',
    module: bothOptional,
    host: both,
    given: { a: 1, b: 'x' },
    seen: { a: 1, b: 'x' },
  },
  {
    ...toModule,
    rule: 'a field that the host may leave out and the module needs',
    module: both,
    host: bothOptional,
    given: { a: 1, b: undefined },
  },
  {
    ...toModule,
    rule: 'fields in another order',
    module: record({ a: u32, b: text }),
    host: record({ b: text, a: u32 }),
    given: { b: 'x', a: 1 },
    seen: { a: 1, b: 'x' },
  },
  {
    ...toHost,
    rule: 'a field that only the module has',
    module: bothOptional,
    host: one,
    given: { a: 1, b: 'x' },
  },
  {
    ...toHost,
    rule: 'a field that only the host has is none',
    module: one,
    host: bothOptional,
    given: { a: 1 },
    seen: { a: 1, b: undefined },
  },
  { ...toHost, rule: 'a field that only the host has and needs', module: one, host: both, given: { a: 1 } },
  {
    ...toHost,
    rule: 'a field that only the host has, an option in an option',
    module: one,
    host: bothNested,
    given: { a: 1 },
  },
  {
    ...toHost,
    rule: 'a field that the module always gives and the host may do without',
    module: both,
    host: bothOptional,
    given: { a: 1, b: 'x' },
    seen: { a: 1, b: 'x' },
  },
  {
    ...toHost,
    rule: 'a field that the module may leave out and the host needs',
    module: bothOptional,
    host: both,
    given: { a: 1, b: undefined },
  },
  {
    ...toModule,
    rule: 'a case that only the host has',
    module: variant({ a: u32 }),
    host: variant({ a: u32, b: text }),
    given: { tag: 'b', val: 'x' },
  },
  {
    ...toModule,
    rule: 'a case that only the module has',
    module: variant({ b: text, a: u32 }),
    host: variant({ a: u32 }),
    given: { tag: 'a', val: 1 },
    seen: { tag: 'a', val: 1 },
  },
  {
    ...toHost,
    rule: 'a case that only the module has',
    module: variant({ b: text, a: u32 }),
    host: variant({ a: u32 }),
    given: { tag: 'b', val: 'x' },
  },
  {
    ...toHost,
    rule: 'a case that only the host has',
    module: variant({ a: u32 }),
    host: variant({ b: text, a: u32 }),
    given: { tag: 'a', val: 1 },
    seen: { tag: 'a', val: 1 },
  },
  {
    ...toModule,
    rule: 'a label that only the host has',
    module: labelled('enum', 'a'),
    host: labelled('enum', 'b', 'a'),
    given: 'b',
  },
  {
    ...toModule,
    rule: 'labels in another order',
    module: labelled('enum', 'a', 'b'),
    host: labelled('enum', 'b', 'a'),
    given: 'b',
    seen: 'b',
  },
  {
    ...toHost,
    rule: 'a label that only the module has',
    module: labelled('enum', 'a', 'b'),
    host: labelled('enum', 'a'),
    given: 'b',
  },
  {
    ...toModule,
    rule: 'a payload that only the host gives',
    module: variant({ a: undefined }),
    host: variant({ a: u32 }),
    given: { tag: 'a', val: 1 },
    seen: { tag: 'a' },
  },
  {
    ...toModule,
    rule: 'a payload that only the module has, as an option',
    module: variant({ a: option(u32) }),
    host: variant({ a: undefined }),
    given: { tag: 'a' },
    seen: { tag: 'a', val: undefined },
  },
  {
    ...toModule,
    rule: 'a payload that only the module has and needs',
    module: variant({ a: u32 }),
    host: variant({ a: undefined }),
    given: { tag: 'a' },
  },
  {
    ...toHost,
    rule: 'a payload that only the module has',
    module: variant({ a: u32 }),
    host: variant({ a: undefined }),
    given: { tag: 'a', val: 1 },
  },
  {
    ...toHost,
    rule: 'a payload that only the host has and needs',
    module: result(),
    host: result(u32),
    given: { tag: 'ok' },
  },
  {
    ...toHost,
    rule: 'a payload that only the host has, as an option',
    module: result(),
    host: result(option(u32)),
    given: { tag: 'ok' },
    seen: { tag: 'ok', val: undefined },
  },
  {
    ...toModule,
    rule: 'a flag that only the host has',
    module: labelled('flags', 'a'),
    host: labelled('flags', 'b', 'a'),
    given: { a: true, b: true },
    seen: { a: true },
  },
  {
    ...toModule,
    rule: 'a flag that only the module has',
    module: labelled('flags', 'b', 'a'),
    host: labelled('flags', 'a'),
    given: { a: true },
    seen: { a: true, b: false },
  },
  {
    ...toHost,
    rule: 'a flag that only the module has',
    module: labelled('flags', 'b', 'a'),
    host: labelled('flags', 'a'),
    given: { a: true, b: true },
  },
  {
    ...toHost,
    rule: 'a flag that only the host has',
    module: labelled('flags', 'a'),
    host: labelled('flags', 'b', 'a'),
    given: { a: true },
    seen: { a: true, b: false },
  },
  { ...toModule, rule: 'another number', module: u32, host: type('u64'), given: 1n },
  { ...toModule, rule: 'a tuple of another length', module: tuple(u32, u32), host: tuple(u32), given: [1] },
  { ...toHost, rule: 'a tuple of another length', module: tuple(u32, u32), host: tuple(u32), given: [1, 2] },
  {
    ...toModule,
    rule: 'records in a list follow the rule of records',
    module: list(bothOptional),
    host: list(one),
    given: [{ a: 1 }],
    seen: [{ a: 1, b: undefined }],
  },
  {
    ...toModule,
    rule: 'records in an option follow the rule of records',
    module: option(both),
    host: option(one),
    given: { a: 1 },
  },
  {
    ...toModule,
    rule: 'an option that the module takes as an option in an option',
    module: option(option(u32)),
    host: option(u32),
    given: 1,
  },
];

const pads = Array.from({ length: 17 }, () => 0);

async function mirrors(types: readonly ValueType[]): Promise<Component> {
  return Component.compile(await buildMirrorGuest(types, 'utf16'));
}

/** Sends `value` into the guest and back. A refusal ends the instance, so each call has one of its own. */
function through(component: Component, index: number, value: unknown): unknown {
  const bounce = () => undefined;
  const host = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`bounce${at}`, bounce]));
  const instance = component.instantiate({ 'eft:mirror/host@0.1.0': host });
  const returned = instance.interface('eft:mirror/guest@0.1.0')[`mirror${index}`]?.(value, ...pads);
  return Array.isArray(returned) ? returned[0] : undefined;
}

describe('the rules, run', () => {
  let moduleSide: Component;
  let hostSide: Component;

  beforeAll(async () => {
    moduleSide = await mirrors(rules.map(({ module }) => module));
    hostSide = await mirrors(rules.map(({ host }) => host));
  });

  it.each(rules.map((rule, index) => ({ ...rule, index, verdict: 'seen' in rule ? 'fits' : 'breaks' })))(
    '$direction: $rule: $verdict',
    (rule) => {
      const { direction, module, host, given, index } = rule;
      const [giver, taker] = direction === 'to-module' ? [hostSide, moduleSide] : [moduleSide, hostSide];
      const isRefused = !('seen' in rule);
      expect(isBroken(module, host, direction)).toBe(isRefused);
      const value = through(giver, index, given);
      expect(value, 'the example is a value of the giver').toEqual(given);
      if (!isRefused) expect(through(taker, index, value)).toStrictEqual(rule.seen);
      else expect(() => expect(through(taker, index, value)).toEqual(value)).toThrow();
    },
  );
});

it('what the relation lets pass crosses, for random types and their variations', async () => {
  const sample = fc.tuple(arbitraryType(2), fc.infiniteStream(fc.nat()));
  const pairs = fc.sample(sample, { seed: 20_261_123, numRuns: 100 }).flatMap(([module, numbers]) => {
    const host = varyType(module, (count) => (numbers.next().value ?? 0) % count, 9);
    return [{ module, host }];
  });
  const moduleSide = await mirrors(pairs.map(({ module }) => module));
  const hostSide = await mirrors(pairs.map(({ host }) => host));
  let differing = 0;
  for (const [index, { module, host }] of pairs.entries()) {
    if (!isBroken(module, host, 'to-module')) {
      if (compare(module, host, 'to-module').length > 0) differing += 1;
      for (const value of fc.sample(arbitraryValue(host), { seed: index, numRuns: 5 }))
        expect(() => through(moduleSide, index, value)).not.toThrow();
    }
    if (!isBroken(module, host, 'to-host')) {
      if (compare(module, host, 'to-host').length > 0) differing += 1;
      for (const value of fc.sample(arbitraryValue(module), { seed: index, numRuns: 5 }))
        expect(() => through(hostSide, index, value)).not.toThrow();
    }
  }
  // Otherwise the variations would be too wild or too tame to show anything.
  expect(differing).toBeGreaterThan(20);
});

it('is true of a type and itself, both ways, without any difference', () => {
  fc.assert(
    fc.property(arbitraryType(3), (some) => {
      expect(compare(some, structuredClone(some), 'to-module')).toEqual([]);
      expect(compare(some, structuredClone(some), 'to-host')).toEqual([]);
    }),
  );
});

describe('handles', () => {
  const resource = (owner: string, name = 'file'): ResourceType => ({
    kind: 'resource',
    name: { owner, name },
  });
  const handle = (kind: 'own' | 'borrow', of: ResourceType): ValueType => ({
    kind,
    resource: of,
    name: undefined,
  });
  const ours = handle('own', resource('eft:host/files@0.1.0'));

  it.each([
    [
      'of the same resource in a compatible version fit',
      handle('own', resource('eft:host/files@0.1.7')),
      false,
    ],
    ['of the same resource in another version do not', handle('own', resource('eft:host/files@0.2.0')), true],
    ['of another resource do not', handle('own', resource('eft:host/files@0.1.0', 'folder')), true],
    [
      'that are lent do not fit where they are given',
      handle('borrow', resource('eft:host/files@0.1.0')),
      true,
    ],
    ['of resources without a name do not', handle('own', { kind: 'resource', name: undefined }), true],
  ])('%s', (_, host, broken) => {
    expect(isBroken(ours, host, 'to-host')).toBe(broken);
  });
});

describe('a difference', () => {
  it('says where values meet it and which item it is in', () => {
    const named = (fields: Record<string, ValueType>): ValueType => ({
      ...record(fields),
      name: { owner: 'eft:host/files@0.1.0', name: 'entry' },
    });
    const module = list(named({ kind: u32, size: u32 }));
    const [difference, ...others] = compare(module, list(named({ kind: u32 })), 'to-module');
    expect(others).toEqual([]);
    expect(difference).toMatchObject({
      path: 'value[].size',
      item: 'eft:host/files#entry.size',
      what: 'the module needs the field `size`, which the host does not give',
      why: 'only an option can be left out',
    });
  });

  it('is harmless for a case that the host does not give to this module', () => {
    const comparison = new TypeComparison((item) => item === 'lifecycle#event.b');
    const at = { path: 'event', item: 'lifecycle#event' };
    comparison.value(variant({ a: u32 }), variant({ a: u32, b: text, c: text }), 'to-module', at);
    expect(comparison.differences.map(({ item, verdict }) => [item, verdict])).toEqual([
      ['lifecycle#event.b', 'harmless'],
      ['lifecycle#event.c', 'breaks'],
    ]);
  });

  it('is found in time that grows with the number of types, not with the ways to them', () => {
    let [module, host]: [ValueType, ValueType] = [u32, type('u64')];
    for (let depth = 0; depth < 60; depth += 1) {
      module = tuple(module, module);
      host = tuple(host, host);
    }
    expect(compare(module, host, 'to-module')).toHaveLength(1);
  });
});

it('a call with more arguments than the guest takes is refused, and with fewer they are none', async () => {
  const guest = (parameters: string, core: string) =>
    oneFunction(
      parameters,
      `(func (export "call") (param ${core}) (result i32) (i32.const 7))`,
      throughMemory,
    );
  await expect(callText(guest('(param "t" string) (result u32)', 'i32 i32'), 'x', 1)).rejects.toThrow(
    '2 arguments',
  );
  const trailing = '(param "t" string) (param "n" (option u32)) (result u32)';
  expect(await callText(guest(trailing, 'i32 i32 i32 i32'), 'x')).toBe(7);
});
