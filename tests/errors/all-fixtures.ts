/** All error fixtures there are: every `*.fixtures.ts` in this folder. */
import { readdirSync } from 'node:fs';
import type { Fixture } from './fixture.ts';

/** The fixtures of one area, `cbor` for `cbor.fixtures.ts`. */
export type FixtureArea = { readonly area: string; readonly fixtures: readonly Fixture[] };

const suffix = '.fixtures.ts';

/** Loads them all, by area in alphabetical order. */
export async function loadFixtures(): Promise<readonly FixtureArea[]> {
  const files = readdirSync(new URL('.', import.meta.url)).filter((file) => file.endsWith(suffix));
  return Promise.all(
    files.sort().map(async (file) => {
      const loaded: { readonly fixtures: readonly Fixture[] } = await import(
        new URL(file, import.meta.url).href
      );
      return { area: file.slice(0, -suffix.length), fixtures: loaded.fixtures };
    }),
  );
}
