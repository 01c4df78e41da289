/** Every error that a person can cause: each code has a fixture, and each fixture shows its exact text. */
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../supervisor/errors/catalogue.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { loadFixtures } from './all-fixtures.ts';
import type { Fixture } from './fixture.ts';

const areas = await loadFixtures();

async function causedBy({ provoke }: Fixture): Promise<unknown> {
  try {
    await provoke();
  } catch (error) {
    return error;
  }
  return undefined;
}

for (const { area, fixtures } of areas) {
  describe(area, () => {
    test.each(fixtures)('$code: $title', async (fixture) => {
      const error = await causedBy(fixture);
      if (!(error instanceof EftError)) throw error ?? new Error('nothing was thrown');
      expect(error.code).toBe(fixture.code);
      expect(error.render()).toBe(fixture.text);
    });
  });
}

test('every code of the catalogue has a fixture', () => {
  const proven = new Set<string>(areas.flatMap(({ fixtures }) => fixtures.map(({ code }) => code)));
  const unproven = Object.keys(catalogue).filter((code) => !proven.has(code));
  expect(unproven).toEqual([]);
});

test('no two fixtures of a code have the same title', () => {
  const titles = areas.flatMap(({ fixtures }) => fixtures.map(({ code, title }) => `${code}: ${title}`));
  expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
});

test('the sentences of the catalogue begin in lower case or with what they are about, and end without a full stop', () => {
  for (const [code, { what, act }] of Object.entries(catalogue)) {
    for (const sentence of [what, act]) {
      expect(sentence, code).not.toMatch(/\.$|^\s|\s$|\n/);
      expect(sentence, code).toMatch(/^[a-z{`]|^(Linux|WebAssembly|YAML|CBOR|WIT|PID|Eft|Node)/);
    }
  }
});
