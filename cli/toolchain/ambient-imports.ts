/**
 * Refuses what AssemblyScript takes from a JavaScript host without being asked: time, randomness, the console. A module gets
 * nothing but what its world imports.
 */
import { readCoreModule } from '../../supervisor/component/core-module.ts';
import { EftError, type Place } from '../../supervisor/errors/eft-error.ts';
import type { Source } from './compile-assemblyscript.ts';

/** What a person wrote to get an import of `env`, and what to write instead. */
const ambient: readonly { readonly import: RegExp; readonly written: string; readonly instead: string }[] = [
  {
    import: /^seed$/,
    written: 'Math.random',
    instead: 'import `eft:host/entropy` in world.wit, and draw with its `number` or `bytes`',
  },
  {
    import: /^Date\./,
    written: 'Date.now',
    instead: 'import `eft:host/clock` in world.wit, and use its `now` or `wall`',
  },
  {
    import: /^(console\.|trace$)/,
    written: 'console',
    instead: 'import `eft:host/log` in world.wit, and use its `write`',
  },
  {
    import: /^performance\./,
    written: 'performance.now',
    instead: 'import `eft:host/clock` in world.wit, and use its `now`',
  },
];

/** Fails when the core module imports anything that is not of the component model's making. Errors: `build.ambient`, `build.foreign-import`. */
export function refuseAmbientImports(core: Uint8Array, sources: readonly Source[]): void {
  for (const { module, name } of readCoreModule(core).imports) {
    if (module === 'cm32p2' || module.startsWith('cm32p2|')) continue;
    const known = module === 'env' ? ambient.find((entry) => entry.import.test(name)) : undefined;
    if (known === undefined) {
      const place = findMention(`'${name}'`, sources);
      throw EftError.of('build.foreign-import', { name, module }, { place });
    }
    const written = /^(console|Date|performance)\./.test(name) ? name : known.written;
    const place = findMention(written, sources);
    throw EftError.of('build.ambient', { name: written, instead: known.instead }, { place });
  }
}

/** The first place in `sources` that has `text`. */
function findMention(text: string, sources: readonly Source[]): Place {
  for (const { path, text: source } of sources) {
    const offset = source.indexOf(text);
    if (offset < 0) continue;
    const before = source.slice(0, offset).split('\n');
    return { file: path, line: before.length, column: (before.at(-1) ?? '').length + 1 };
  }
  return {};
}
