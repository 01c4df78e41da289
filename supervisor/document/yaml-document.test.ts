import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EftError } from '../errors/eft-error.ts';
import type { DocumentNode } from './document.ts';
import { readYaml } from './yaml-document.ts';

/** Every value with its path, line and column. */
function places(node: DocumentNode): readonly string[] {
  const here = `${node.where.path} ${node.where.place.line}:${node.where.place.column}`;
  if (node.kind === 'map') return [here, ...[...node.fields.values()].flatMap(({ value }) => places(value))];
  if (node.kind === 'list') return [here, ...node.items.flatMap(places)];
  return [here];
}

test('every value knows its path, line and column', () => {
  const text = '# a comment\na: 1\nb:\n  - c: x\n    d: "y"\n  - [2, 3]\n';
  expect(places(readYaml(text, 'manifest', 'module.yaml'))).toEqual([
    'manifest 2:1',
    'a 2:4',
    'b 4:3',
    'b[0] 4:5',
    'b[0].c 4:8',
    'b[0].d 5:8',
    'b[1] 6:5',
    'b[1][0] 6:6',
    'b[1][1] 6:9',
  ]);
});

test('only whole numbers in plain decimal are integers', () => {
  const kinds = (source: string) => {
    const node = readYaml(`a: ${source}\n`, 'manifest', 'module.yaml');
    return node.kind === 'map' ? node.fields.get('a')?.value.kind : undefined;
  };
  expect(['0', '7', '-7', '4294967295'].map(kinds)).toEqual(Array(4).fill('integer'));
  expect(
    ['1.0', '1e3', '0x10', '0o17', '.5', '.inf', '.nan', '9007199254740993', '+1', 'null', '~'].map(kinds),
  ).toEqual(Array(11).fill('other'));
  expect(['true', 'false'].map(kinds)).toEqual(['boolean', 'boolean']);
  expect(['no', 'on', '1.2.3', '2026-01-01', '"7"'].map(kinds)).toEqual(Array(5).fill('text'));
});

test('an empty file is read as nothing, with a place', () => {
  expect(readYaml('', 'manifest', 'module.yaml')).toEqual({
    kind: 'other',
    description: 'nothing',
    where: { path: 'manifest', place: { file: 'module.yaml', line: 1, column: 1 } },
  });
});

test('text that nobody meant as YAML never crashes the reader', () => {
  const piece = fc.constantFrom(
    'a',
    ':',
    ' ',
    '\n',
    '-',
    '[',
    ']',
    '{',
    '}',
    ',',
    '&x',
    '*x',
    '!!map',
    '"',
    '|',
    '? ',
    '<<',
    '\t',
    '#',
    '%',
    '---',
    '0x1',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
      try {
        readYaml(pieces.join(''), 'manifest', 'module.yaml');
      } catch (error) {
        expect(error).toBeInstanceOf(EftError);
      }
    }),
    { numRuns: 3000 },
  );
});

test('a map of very many keys is read as fast as it is long, and its duplicates are found', () => {
  const entries = Array.from({ length: 24_000 }, (_, index) => `k${index}: 1`);
  const node = readYaml(`{${entries.join(',')}}`, 'manifest', 'module.yaml');
  expect(node.kind === 'map' && node.fields.size).toBe(24_000);
  expect(() => readYaml(`{${entries.join(',')}, k7: 2}`, 'manifest', 'module.yaml')).toThrow(
    '`k7` is there twice',
  );
});

test('a key is a duplicate however it is quoted, and cannot move the cursor in the error', () => {
  const read = (text: string) => () => readYaml(text, 'manifest', 'module.yaml');
  expect(read('a: 1\n"a": 2\n')).toThrow('module.yaml:2:1: manifest: the field `a` is there twice');
  expect(read('"\\e[2J": {a: 1, a: 2}\n')).toThrow('\\u{1b}[2J: the field `a` is there twice');
});
