import { describe, expect, it } from 'vitest';
import type { RecordType, ValueType } from '../component/types.ts';
import { list, option, primitive, record, text, u32 } from './sample-kinds.ts';
import { findBreak, merge, project } from './type-evolution.ts';

const tuple = (...elements: ValueType[]): ValueType => ({ kind: 'tuple', elements, name: undefined });
const result = (ok: ValueType | undefined, err: ValueType | undefined): ValueType => ({
  kind: 'result',
  ok,
  err,
  name: undefined,
});
const variant = (cases: Record<string, ValueType | undefined>): ValueType => ({
  kind: 'variant',
  cases: Object.entries(cases).map(([name, type]) => ({ name, type })),
  name: undefined,
});
const choice = (...labels: string[]): ValueType => ({ kind: 'enum', labels, name: undefined });

const flags = (...labels: string[]): ValueType => ({ kind: 'flags', labels, name: undefined });

const oldPart = record({ a: u32 });
const newPart = record({ a: u32, b: option(text) });

/** A record in every place where one can be, with `part` as that record. */
function everywhere(part: RecordType): RecordType {
  return record({
    plain: part,
    'in-option': option(part),
    'in-double-option': option(option(part)),
    'in-tuple': tuple(u32, part),
    'in-list': list(part),
    'in-variant': variant({ one: part, two: part, none: undefined }),
    'in-result': result(part, part),
    bytes: list(primitive('u8')),
  });
}

describe('a later version', () => {
  it('may add options to records at any depth', () => {
    expect(findBreak(everywhere(newPart), everywhere(oldPart))).toBeUndefined();
    expect(findBreak(everywhere(oldPart), everywhere(newPart))).toBe('value.plain.b');
    expect(findBreak(record({ b: option(u32), a: u32 }), oldPart)).toBeUndefined();
  });

  it.each<[string, ValueType, ValueType, string]>([
    ['add a field that is no option', record({ a: u32, b: u32 }), oldPart, 'value.b'],
    [
      'add an option of an option, whose none is not nothing',
      record({ a: u32, b: option(option(u32)) }),
      oldPart,
      'value.b',
    ],
    ['drop a flag', flags('x'), flags('x', 'y'), 'value'],
    ['turn a label into another', choice('y'), choice('x'), 'value'],
    ['drop a field', record({ b: option(u32) }), oldPart, 'value.a'],
    ['change the type of a field', record({ a: text }), oldPart, 'value.a'],
    ['make a field optional', record({ a: option(u32) }), oldPart, 'value.a'],
    ['add a label to an enum', choice('x', 'y'), choice('x'), 'value'],
    ['add a case to a variant', variant({ x: u32, y: u32 }), variant({ x: u32 }), 'value'],
    ['give a case another content', variant({ x: text }), variant({ x: u32 }), 'value.x'],
    ['give a case a content', variant({ x: text }), variant({ x: undefined }), 'value.x'],
    ['rename a case', variant({ y: u32 }), variant({ x: u32 }), 'value.x'],
    ['make a tuple longer', tuple(u32, u32), tuple(u32), 'value'],
    ['change the elements of a list', list(text), list(u32), 'value[]'],
    ['change a result', result(u32, text), result(u32, undefined), 'value.err'],
  ])('may not %s', (_, newer, older, path) => {
    expect(findBreak(newer, older)).toBe(path);
  });
});

const next = {
  plain: { a: 1 },
  inOption: { a: 2 },
  inDoubleOption: { tag: 'some', val: { a: 3 } },
  inTuple: [0, { a: 4 }],
  inList: [{ a: 5 }],
  inVariant: { tag: 'one', val: { a: 6 } },
  inResult: { tag: 'ok', val: { a: 7 } },
  bytes: new Uint8Array([1]),
};

const previous = {
  plain: { a: 0, b: 'p' },
  inOption: { a: 0, b: 'o' },
  inDoubleOption: { tag: 'some', val: { a: 0, b: 'd' } },
  inTuple: [0, { a: 0, b: 't' }],
  inList: [{ a: 5, b: 'l' }],
  inVariant: { tag: 'one', val: { a: 0, b: 'v' } },
  inResult: { tag: 'ok', val: { a: 0, b: 'r' } },
  bytes: new Uint8Array([2]),
};

describe('merging what an older writer puts', () => {
  it('keeps what the writer does not know, but not in lists', () => {
    expect(merge(next, previous, everywhere(oldPart), everywhere(newPart))).toStrictEqual({
      plain: { a: 1, b: 'p' },
      inOption: { a: 2, b: 'o' },
      inDoubleOption: { tag: 'some', val: { a: 3, b: 'd' } },
      inTuple: [0, { a: 4, b: 't' }],
      inList: [{ a: 5, b: undefined }],
      inVariant: { tag: 'one', val: { a: 6, b: 'v' } },
      inResult: { tag: 'ok', val: { a: 7, b: 'r' } },
      bytes: new Uint8Array([1]),
    });
  });

  it('keeps nothing across cases, from none, or without a previous value', () => {
    const other = {
      ...previous,
      inOption: undefined,
      inDoubleOption: { tag: 'none' },
      inVariant: { tag: 'two', val: { a: 0, b: 'v' } },
      inResult: { tag: 'err', val: { a: 0, b: 'r' } },
    };
    const expected = {
      inOption: { a: 2, b: undefined },
      inDoubleOption: { tag: 'some', val: { a: 3, b: undefined } },
      inVariant: { tag: 'one', val: { a: 6, b: undefined } },
      inResult: { tag: 'ok', val: { a: 7, b: undefined } },
    };
    const types = [everywhere(oldPart), everywhere(newPart)] as const;
    expect(merge(next, other, ...types)).toMatchObject(expected);
    expect(merge(next, undefined, ...types)).toMatchObject({ ...expected, plain: { a: 1, b: undefined } });
  });
});

describe('flags', () => {
  const older = record({ modes: flags('read-only') });
  const newer = record({ modes: flags('sync', 'read-only', 'no-exec') });

  it('may be added', () => {
    expect(findBreak(newer, older)).toBeUndefined();
    expect(findBreak(older, newer)).toBe('value.modes');
  });

  it('that the writer does not know stay as they are, or are false', () => {
    const put = { modes: { readOnly: true } };
    const before = { modes: { readOnly: false, sync: true, noExec: false } };
    expect(merge(put, before, older, newer)).toStrictEqual({
      modes: { sync: true, readOnly: true, noExec: false },
    });
    expect(merge(put, undefined, older, newer)).toStrictEqual({
      modes: { sync: false, readOnly: true, noExec: false },
    });
  });

  it('that the reader does not know are left out, and those stored without are false', () => {
    expect(project({ modes: { readOnly: true, sync: true, noExec: true } }, older)).toStrictEqual({
      modes: { readOnly: true },
    });
    expect(project({ modes: { readOnly: true } }, newer)).toStrictEqual({
      modes: { readOnly: true, sync: false, noExec: false },
    });
  });
});

it('cases and labels go by name: their order does not matter', () => {
  expect(findBreak(choice('x', 'y'), choice('y', 'x'))).toBeUndefined();
  expect(findBreak(variant({ x: u32, y: newPart }), variant({ y: oldPart, x: u32 }))).toBeUndefined();
});

describe('projecting', () => {
  it('leaves out what the older type does not know, at any depth', () => {
    const merged = merge(next, previous, everywhere(oldPart), everywhere(newPart));
    expect(project(merged, everywhere(oldPart))).toStrictEqual(next);
  });

  it('gives none for an option that the value was stored without', () => {
    expect(project({ a: 1 }, newPart)).toStrictEqual({ a: 1, b: undefined });
  });
});
