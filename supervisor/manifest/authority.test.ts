import fc from 'fast-check';
import { expect, test } from 'vitest';
import { smallComponent, smallManifest } from '../../tests/errors/small-module.ts';
import { EftError } from '../errors/eft-error.ts';
import { type ComponentSurface, checkAuthority } from './authority.ts';

const surface: ComponentSurface = {
  imports: new Map(Object.entries(smallComponent.imports)),
  exports: new Map([['eft:module/lifecycle@0.1.0', []]]),
};

function withImports(...more: readonly (readonly [string, readonly string[]])[]): ComponentSurface {
  return { ...surface, imports: new Map([...surface.imports, ...more]) };
}

test('a component that uses exactly what its manifest says passes', () => {
  expect(() => checkAuthority(smallManifest, surface)).not.toThrow();
});

test('an imported interface of types only needs no grant', () => {
  expect(() =>
    checkAuthority(
      smallManifest,
      withImports(['eft:host/requests@0.1.0', []], ['eft:resources/resource@0.1.0', []]),
    ),
  ).not.toThrow();
});

test('a grant holds for any version of its interface', () => {
  const imports = new Map(
    [...surface.imports].map(([name, functions]) => [name.replace(/@.*/, '@7.8.9'), functions]),
  );
  expect(() => checkAuthority(smallManifest, { ...surface, imports })).not.toThrow();
});

test('an input may be read and held, and a function that nobody knows counts as writing', () => {
  const dark = 'acme:lamp/dark@1.0.0';
  expect(() =>
    checkAuthority(smallManifest, withImports([dark, ['get', 'list', 'hold', 'release']])),
  ).not.toThrow();
  expect(() => checkAuthority(smallManifest, withImports([dark, ['get', 'replace']]))).toThrow('replace');
});

test('an output may be read by the module that writes it', () => {
  expect(() =>
    checkAuthority(smallManifest, withImports(['acme:lamp/light@1.0.0', ['get', 'put']])),
  ).not.toThrow();
});

test('a manifest and a component agree only if they name the same interfaces', () => {
  const optional = ['eft:host/log', 'eft:host/clock', 'eft:host/entropy'] as const;
  fc.assert(
    fc.property(fc.subarray([...optional]), fc.subarray([...optional]), (granted, imported) => {
      const manifest = {
        ...smallManifest,
        grants: granted.map((name) => ({ interface: name, reason: 'a reason' })),
      };
      const imports = new Map([...surface.imports].filter(([name]) => !name.startsWith('eft:host/')));
      for (const name of imported) imports.set(`${name}@0.1.0`, ['call']);
      const run = () => checkAuthority(manifest, { ...surface, imports });
      if (granted.join() === imported.join()) expect(run).not.toThrow();
      else expect(run).toThrow(EftError);
    }),
  );
});
