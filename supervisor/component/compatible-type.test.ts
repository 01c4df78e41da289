/**
 * Each rule of the relation twice: what it says, and what happens when a guest built with the module's type meets a value of
 * the host's type. The host's code stands in as a second guest, built with the host's type: what that refuses or loses, a host
 * would have to.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { arbitraryType, arbitraryValue } from '../../tests/component-host/arbitrary-type.ts';
import {
  compatibilityRules,
  list,
  record,
  text,
  tuple,
  type,
  u32,
  variant,
} from '../../tests/component-host/compatibility-rules.ts';
import { buildMirrorGuest } from '../../tests/component-host/mirror-guest.ts';
import { varyType } from '../../tests/component-host/vary-type.ts';
import { callText, oneFunction, throughMemory } from '../../tests/component-host/wat-guest.ts';
import { type Difference, type Direction, TypeComparison } from './compatible-type.ts';
import { Component } from './component.ts';
import type { ResourceType, ValueType } from './types.ts';

function compare(module: ValueType, host: ValueType, direction: Direction): readonly Difference[] {
  const comparison = new TypeComparison();
  comparison.part('result', 'the result', module, host, direction, { path: 'value', item: '' });
  return comparison.differences;
}

function isBroken(module: ValueType, host: ValueType, direction: Direction): boolean {
  return compare(module, host, direction).some(({ verdict }) => verdict === 'breaks');
}

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
    moduleSide = await mirrors(compatibilityRules.map(({ module }) => module));
    hostSide = await mirrors(compatibilityRules.map(({ host }) => host));
  });

  it.each(
    compatibilityRules.map((rule, index) => ({
      ...rule,
      index,
      verdict: 'seen' in rule ? 'fits' : 'breaks',
    })),
  )('$direction: $rule: $verdict', (rule) => {
    const { direction, module, host, given, index } = rule;
    const [giver, taker] = direction === 'to-module' ? [hostSide, moduleSide] : [moduleSide, hostSide];
    const isRefused = !('seen' in rule);
    expect(isBroken(module, host, direction)).toBe(isRefused);
    const value = through(giver, index, given);
    expect(value, 'the example is a value of the giver').toEqual(given);
    if (!isRefused) expect(through(taker, index, value)).toStrictEqual(rule.seen);
    else expect(() => expect(through(taker, index, value)).toEqual(value)).toThrow();
  });
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
