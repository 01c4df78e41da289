/** The module that `eft fuzz` is told: a file, or the name of one of this checkout, which is built then as it is shipped. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { decodeComponent } from '../../supervisor/component/decode.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { attachManifest } from '../../supervisor/trust/module-file.ts';
import { maximumModuleBytes } from '../../supervisor/trust/module-sections.ts';
import { readInput } from '../files.ts';
import { buildComponent } from '../toolchain/build-module.ts';
import type { Compiled } from '../toolchain/compile-assemblyscript.ts';
import { hasLifecycle } from './calls/call-surface.ts';
import { readCorpus } from './corpus-folder.ts';
import type { FuzzInput } from './fuzz-input.ts';

const checkout = join(import.meta.dirname, '../..');

export type NamedModule = {
  readonly bytes: Uint8Array;
  /** How errors name it. */
  readonly file: string;
  /** Its sources, if it was built. */
  readonly sources: ModuleSources | undefined;
  /** Inputs that are kept with the checkout, for its modules. */
  readonly kept: readonly FuzzInput[];
};

/** The sources of a module that was built, and what tells its code by their lines. */
export type ModuleSources = { readonly folder: string; readonly compiled: Compiled };

/** Errors: `fuzz.no-module`; those of reading files and of building. */
export async function findModule(named: string): Promise<NamedModule> {
  const folder = join(checkout, 'modules', named);
  const isName = /^[a-z0-9-]+$/.test(named);
  if (isName && existsSync(join(folder, 'module.yaml'))) {
    const kept = readCorpus(join(checkout, 'tests/fuzz/corpus', named));
    return { ...(await buildFolder(folder)), file: `modules/${named}`, kept };
  }
  if (existsSync(join(named, 'module.yaml'))) return { ...(await buildFolder(named)), file: named, kept: [] };
  if (isName && !existsSync(named)) throw EftError.of('fuzz.no-module', { name: named });
  return { bytes: readInput(named, maximumModuleBytes), file: named, sources: undefined, kept: [] };
}

/** The sources of a module. Error: `fuzz.no-sources` if it was not built from any. */
export function sourcesOf({ sources, file }: NamedModule): ModuleSources {
  if (sources === undefined) throw EftError.of('fuzz.no-sources', {}, { place: { file } });
  return sources;
}

/** As it is shipped: a source map lies beside the code, and changes nothing in it. A component without a lifecycle has no manifest. */
async function buildFolder(folder: string): Promise<Pick<NamedModule, 'bytes' | 'sources'>> {
  const { component, manifest, compiled } = await buildComponent(folder, { compile: { sourceMap: true } });
  const isModule = hasLifecycle(decodeComponent(component).world);
  const place = { file: join(folder, 'module.yaml') };
  const bytes = isModule ? attachManifest(component, manifest, place) : component;
  return { bytes, sources: { folder, compiled } };
}
