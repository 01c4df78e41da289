/**
 * Every core import and export of built components, held against wit-component: its `dummy` module for a world has exactly the
 * names and signatures that the world asks for.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEftWit } from '../../../cli/toolchain/module-folder.ts';
import {
  type CoreExtern,
  type CoreModuleShape,
  readCoreModule,
} from '../../../supervisor/component/core-module.ts';
import { builtCore } from '../../../tests/components/build.ts';
import { emptyCoreModule, runComponentTool } from '../component-tools.ts';
import { joinWit } from '../resolve.ts';

const components = join(import.meta.dirname, '../../../tests/components');

function signature(extern: CoreExtern | undefined): string {
  if (extern?.kind !== 'function' || extern.signature === undefined) return extern?.kind ?? 'missing';
  return `${extern.signature.parameters.join(' ')} -> ${extern.signature.results.join(' ')}`;
}

function importsOf(shape: CoreModuleShape): ReadonlyMap<string, string> {
  return new Map(shape.imports.map(({ module, name, extern }) => [`${module} ${name}`, signature(extern)]));
}

function exportsOf(shape: CoreModuleShape): ReadonlyMap<string, string> {
  return new Map([...shape.exports].map(([name, extern]) => [name, signature(extern)]));
}

describe.each(['everything', 'thirty'])('the core module of %s', (name) => {
  const shapes = (async () => {
    const own = { path: 'world.wit', text: readFileSync(join(components, name, 'world.wit'), 'utf8') };
    const wit = joinWit([own], readEftWit());
    const request = { operation: 'embed', core: emptyCoreModule, wit, world: name, dummy: true } as const;
    const dummy = readCoreModule(await runComponentTool(request));
    return { dummy, built: readCoreModule(await builtCore(name)) };
  })();

  it('imports nothing but what the world imports, with the same signatures', async () => {
    const { dummy, built } = await shapes;
    const wanted = importsOf(dummy);
    const given = importsOf(built);
    expect(given.size).toBeGreaterThan(0);
    for (const [key, value] of given) expect(`${key}: ${value}`).toBe(`${key}: ${wanted.get(key)}`);
  });

  it('exports all that the world exports, with the same signatures', async () => {
    const { dummy, built } = await shapes;
    const given = exportsOf(built);
    for (const [key, value] of exportsOf(dummy)) {
      // A function whose result is a core value ends its call itself and needs no post-return.
      if (key.endsWith('_post') && !given.has(key)) continue;
      expect(`${key}: ${given.get(key)}`).toBe(`${key}: ${value}`);
    }
    const ends = [...given.keys()].filter((key) => key.endsWith('_post'));
    expect(ends.length).toBeGreaterThan(0);
  });

  it('exports nothing else but its mutable globals', async () => {
    const { dummy, built } = await shapes;
    const wanted = exportsOf(dummy);
    const others = [...exportsOf(built)].filter(([key]) => !wanted.has(key));
    expect(others.length).toBeGreaterThan(0);
    expect(others.filter(([key, value]) => !(key.startsWith('eft:global|') && value === 'global'))).toEqual(
      [],
    );
  });
});
