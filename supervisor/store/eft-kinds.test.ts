import { expect, it } from 'vitest';
import { eftKinds, eftKindType } from './eft-kinds.ts';
import { OPERATION_KIND } from './operation-rule.ts';
import { Store } from './store.ts';

it('gives every kind of the WIT files, and no interface that is none', () => {
  const names = eftKinds().map(({ name }) => name);
  expect(names).toContain('eft:resources/module-status');
  expect(names).toContain('eft:resources/boot-phase');
  expect(names).not.toContain('eft:resources/resource');
});

it('gives operations their rule', () => {
  const kinds = eftKinds();
  expect(kinds.find(({ name }) => name === OPERATION_KIND)?.rule).toBeTypeOf('function');
  expect(kinds.filter(({ rule }) => rule !== undefined)).toHaveLength(1);
});

it('gives definitions that a store takes', () => {
  const store = new Store({ nowMs: () => 0 });
  for (const kind of eftKinds()) store.defineKind(kind);
  expect(store.report().kinds).toHaveLength(eftKinds().length);
});

it('knows no kind of a module’s own', () => {
  expect(() => eftKindType(eftKinds(), 'acme:fans/fan')).toThrow('acme:fans/fan is no kind of eft:resources');
});
