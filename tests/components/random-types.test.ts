/**
 * Bindings for random types: a module is written for them, compiled, and sent random values, which must come back the same
 * from the guest itself and by way of the host.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildComponent } from '../../cli/toolchain/build-module.ts';
import { Component, type Instance } from '../../supervisor/component/component.ts';
import type { ValueType } from '../../supervisor/component/types.ts';
import { generateAssemblyScript } from '../../wit/bindgen/assemblyscript/generate.ts';
import { resolveWorld } from '../../wit/bindgen/resolve.ts';
import { arbitraryType, arbitraryValue, WitPrinter } from '../component-host/arbitrary-type.ts';
import { isSameValue } from '../component-host/same-value.ts';
import { lamp } from '../errors/module-folder.ts';

const seed = Number(process.env['EFT_SEED'] ?? 20_261_122);
const typesPerGuest = 40;
const valuesPerType = 60;
const folder = join(import.meta.dirname, `../../build/random-types-${process.pid}`);

/** Deep enough for a variant of options of lists of records. */
const types: readonly ValueType[] = fc.sample(arbitraryType(3), { seed, numRuns: typesPerGuest });

let instance: Instance;

beforeAll(async () => {
  const wit = writeWit();
  const resolved = await resolveWorld('lamp', [{ path: 'world.wit', text: wit }], []);
  const bindings = generateAssemblyScript(resolved).files.get('lamp-host.ts') ?? '';
  const files = {
    'module.yaml': lamp['module.yaml'] ?? '',
    'world.wit': wit,
    'assembly/guest.ts': implement(bindings),
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const { component } = await buildComponent(folder);
  const host = Object.fromEntries(types.map((_, index) => [`bounce${index}`, (value: unknown) => value]));
  instance = Component.compile(component).instantiate({
    'eft:lamp/host@0.1.0': host,
    'eft:lamp/types@0.1.0': {},
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function writeWit(): string {
  const printer = new WitPrinter();
  const texts = types.map((type) => printer.print(type));
  const names = printer.definitions.map((definition) => definition.split(' ')[1] ?? '');
  const use = names.length === 0 ? '' : `use types.{${names.join(', ')}};`;
  const functions = (prefix: string) =>
    texts.map((text, index) => `${prefix}${index}: func(v: ${text}) -> ${text};`).join('\n');
  return `package eft:lamp@0.1.0;
interface types { ${printer.definitions.join('\n')} }
interface host { ${use} ${functions('bounce')} }
interface guest { ${use} ${functions('mirror')} ${functions('bounce')} }
world lamp { import host; export guest; }
`;
}

/** The author's part, with the types as the bindings of `host` write them. */
function implement(bindings: string): string {
  const imports = bindings.match(/^import \{[^}]*\} from '\.\/[^']*';$/gm) ?? [];
  const runtime =
    "import { Option, Result, Unit } from 'eft';\nimport * as host from './bindings/lamp-host';";
  const functions = [...bindings.matchAll(/^export function bounce(\d+)\(v: (.*)\): .* \{$/gm)].map(
    ([, index, type]) =>
      `export function mirror${index}(v: ${type}): ${type} { return v; }
export function bounce${index}(v: ${type}): ${type} { return host.bounce${index}(v); }`,
  );
  return [runtime, ...imports.map((line) => line.replace("'./", "'./bindings/")), ...functions].join('\n');
}

it('values of random types come back the same, from the guest and by way of the host', () => {
  const guest = instance.interface('eft:lamp/guest@0.1.0');
  for (const [index, type] of types.entries()) {
    for (const name of [`mirror${index}`, `bounce${index}`]) {
      fc.assert(
        fc.property(arbitraryValue(type), (value) => {
          const back = guest[name]?.(value);
          expect(isSameValue(back, value), `${name}: ${JSON.stringify(type)}`).toBe(true);
        }),
        { seed, numRuns: valuesPerType },
      );
    }
  }
});
