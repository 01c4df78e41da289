/** The rules of supervisor/component/compatible-type.ts, each with types and a value of the giver that show it. */
import type { Direction } from '../../supervisor/component/compatible-type.ts';
import type { ValueType } from '../../supervisor/component/types.ts';

export const type = (kind: 'u32' | 'u64' | 'string' | 'bool'): ValueType => ({ kind, name: undefined });
export const u32 = type('u32');
export const text = type('string');
export const option = (some: ValueType): ValueType => ({ kind: 'option', some, name: undefined });
export const list = (element: ValueType): ValueType => ({ kind: 'list', element, name: undefined });
export const tuple = (...elements: ValueType[]): ValueType => ({ kind: 'tuple', elements, name: undefined });
export const result = (ok?: ValueType, err?: ValueType): ValueType => ({
  kind: 'result',
  ok,
  err,
  name: undefined,
});
export const labelled = (kind: 'enum' | 'flags', ...labels: string[]): ValueType => ({
  kind,
  labels,
  name: undefined,
});
export const record = (fields: Record<string, ValueType>): ValueType => ({
  kind: 'record',
  fields: Object.entries(fields).map(([name, inner]) => ({ name, type: inner })),
  name: undefined,
});
export const variant = (cases: Record<string, ValueType | undefined>): ValueType => ({
  kind: 'variant',
  cases: Object.entries(cases).map(([name, inner]) => ({ name, type: inner })),
  name: undefined,
});

/** One rule of the relation, with a value that shows it. */
export type Rule = {
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

export const compatibilityRules: readonly Rule[] = [
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
