import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type SecretFinder, secretFinder, shortestSecret } from './secret-finder.ts';

const found = (finder: SecretFinder, pieces: readonly Uint8Array[]): boolean => {
  const search = finder.search();
  return pieces.map((piece) => search(piece)).includes(true);
};

const secret = fc.string({ unit: 'grapheme', minLength: shortestSecret, maxLength: 40 });

it('finds a secret wherever it is, in UTF-8 and UTF-16, and however the bytes are cut', () => {
  fc.assert(
    fc.property(
      secret,
      fc.uint8Array({ maxLength: 60 }),
      fc.uint8Array({ maxLength: 60 }),
      fc.array(fc.integer({ min: 0, max: 25 }), { minLength: 1, maxLength: 30 }),
      fc.constantFrom('utf8' as const, 'utf16le' as const),
      (text, before, after, cuts, encoding) => {
        const bytes = Buffer.concat([before, Buffer.from(text, encoding), after]);
        const pieces: Uint8Array[] = [];
        let at = 0;
        for (const length of cuts) {
          pieces.push(bytes.subarray(at, at + length));
          at = Math.min(bytes.length, at + length);
        }
        pieces.push(bytes.subarray(at));
        expect(
          found(
            secretFinder(() => ['another secret', text]),
            pieces,
          ),
        ).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});

it('finds nothing where there is none', () => {
  fc.assert(
    fc.property(secret, fc.array(fc.uint8Array({ maxLength: 30 })), (text, pieces) => {
      const bytes = Buffer.concat(pieces);
      fc.pre(!bytes.includes(Buffer.from(text)) && !bytes.includes(Buffer.from(text, 'utf16le')));
      expect(
        found(
          secretFinder(() => [text]),
          pieces,
        ),
      ).toBe(false);
    }),
  );
});

it('looks for what there is when a search begins, and not for what is too short to be told from chance', () => {
  const texts = ['1234567'];
  const finder = secretFinder(() => texts);
  const bytes = [Buffer.from('1234567 and then 12345678')];
  expect(found(finder, bytes)).toBe(false);
  texts.push('12345678');
  expect(found(finder, bytes)).toBe(true);
});
