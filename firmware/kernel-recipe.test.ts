import { expect, it } from 'vitest';
import { readFragments } from './config-fragments.ts';
import { configFolder } from './kernel-cache.ts';
import { kernelKey, layoutSeed, makeRecipe } from './kernel-recipe.ts';

const fragments = readFragments(configFolder);
const source = { version: '6.12.1-1', sha256: 'a'.repeat(64) };
const tools = { compiler: 'gcc 12.2.0', linker: 'ld 2.40' };
const recipe = makeRecipe(source, tools, fragments);

it('names a kernel by everything that it is made of', () => {
  const keys = [
    recipe,
    makeRecipe({ ...source, version: '6.12.1-2' }, tools, fragments),
    makeRecipe({ ...source, sha256: 'b'.repeat(64) }, tools, fragments),
    makeRecipe(source, { ...tools, compiler: 'gcc 12.2.1' }, fragments),
    makeRecipe(source, { ...tools, linker: 'ld 2.41' }, fragments),
    makeRecipe(source, tools, fragments.slice(1)),
  ].map(kernelKey);
  expect(new Set(keys).size).toBe(keys.length);
  expect(kernelKey(makeRecipe(source, tools, readFragments(configFolder)))).toBe(keys[0]);
});

it('orders structures by sources and options alone, so that another compiler can be compared', () => {
  expect(layoutSeed(recipe)).toMatch(/^[0-9a-f]{64}$/);
  expect(layoutSeed(makeRecipe(source, { ...tools, compiler: 'gcc 13' }, fragments))).toBe(
    layoutSeed(recipe),
  );
  expect(layoutSeed(makeRecipe(source, tools, fragments.slice(1)))).not.toBe(layoutSeed(recipe));
});
