import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { rewriteScalars } from './rewrite-scalars.ts';

const file = `# of one machine
machine:   # m
  ca:
    crt: |
      one
      two
    # about the key
    key: |
      -----BEGIN-----
      abc
      -----END-----

  # after
  api: { names: [a, "b"], token: "se\\ncret" } # flow
  list:
  - token: 'x y z'  # keep
    b: 1
  - {token: plain text}
  - token: >-
      folded
      text
last: word`;

const places = [
  ['machine', 'ca', 'key'],
  ['machine', 'api', 'token'],
  ['machine', 'list', 0, 'token'],
  ['machine', 'list', 1, 'token'],
  ['machine', 'list', 2, 'token'],
  ['last'],
] as const;

const all = (text: string) => places.map((steps) => ({ steps, text }));

test('scalars of every style give way to a word, and nothing else of the file changes', () => {
  expect(rewriteScalars(file, all('(secret kept)'))).toBe(`# of one machine
machine:   # m
  ca:
    crt: |
      one
      two
    # about the key
    key: (secret kept)

  # after
  api: { names: [a, "b"], token: (secret kept) } # flow
  list:
  - token: (secret kept)  # keep
    b: 1
  - {token: (secret kept)}
  - token: (secret kept)
last: (secret kept)`);
});

test('a text of several lines becomes a block where one can stand, and comments stay in their line', () => {
  expect(rewriteScalars(rewriteScalars(file, all('(secret kept)')), all('one\ntwo\n'))).toBe(`# of one machine
machine:   # m
  ca:
    crt: |
      one
      two
    # about the key
    key: |
      one
      two

  # after
  api: { names: [a, "b"], token: "one\\ntwo\\n" } # flow
  list:
  - token: |  # keep
      one
      two
    b: 1
  - {token: "one\\ntwo\\n"}
  - token: |
      one
      two
last: |
  one
  two
`);
});

function valueAt(text: string, steps: readonly (string | number)[]): unknown {
  return steps.reduce((value: unknown, step) => Object(value)[step], parse(text));
}

const commentsOf = (text: string) => text.match(/# (?:of one|about|after|flow|keep).*$/gm);

test('any text is read back as it was put in, wherever it stands, and the rest of the file as it was', () => {
  const piece = fc.constantFrom(
    'a',
    ' ',
    '\n',
    ':',
    '#',
    '- ',
    '"',
    "'",
    '\\',
    '|',
    '\t',
    '\u2028',
    'é',
    '{',
    '%',
    '---',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.boolean(), (pieces, isAfterWord) => {
      const text = pieces.join('');
      const from = isAfterWord ? rewriteScalars(file, all('(secret kept)')) : file;
      const written = rewriteScalars(from, all(text));
      for (const steps of places) expect(valueAt(written, steps)).toBe(text);
      expect(valueAt(written, ['machine', 'ca', 'crt'])).toBe('one\ntwo\n');
      expect(valueAt(written, ['machine', 'list', 0, 'b'])).toBe(1);
      expect(commentsOf(written)).toEqual(commentsOf(from));
      expect(rewriteScalars(written, all('(secret kept)')).trimEnd()).toBe(
        rewriteScalars(file, all('(secret kept)')).trimEnd(),
      );
    }),
    { numRuns: 500 },
  );
});
