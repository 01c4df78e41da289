/** The module that `eft fuzz` is told: a file, or the name of one of this checkout, which is built then as it is shipped. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { maximumModuleBytes } from '../../supervisor/trust/module-sections.ts';
import { readInput } from '../files.ts';
import { buildModule } from '../toolchain/build-module.ts';
import { readCorpus } from './corpus-folder.ts';
import type { FuzzInput } from './fuzz-input.ts';

const checkout = join(import.meta.dirname, '../..');

export type NamedModule = {
  readonly bytes: Uint8Array;
  /** How errors name it. */
  readonly file: string;
  /** The folder of its sources, if it was built. */
  readonly sources: string | undefined;
  /** Inputs that are kept with the checkout, for its modules. */
  readonly kept: readonly FuzzInput[];
};

/** Errors: `fuzz.no-module`; those of reading files and of building. */
export async function findModule(named: string): Promise<NamedModule> {
  const folder = join(checkout, 'modules', named);
  const isName = /^[a-z0-9-]+$/.test(named);
  if (isName && existsSync(join(folder, 'module.yaml'))) {
    const { module } = await buildModule(folder);
    const kept = readCorpus(join(checkout, 'tests/fuzz/corpus', named));
    return { bytes: module, file: `modules/${named}`, sources: folder, kept };
  }
  if (isName && !existsSync(named)) throw EftError.of('fuzz.no-module', { name: named });
  if (existsSync(join(named, 'module.yaml'))) {
    const { module } = await buildModule(named);
    return { bytes: module, file: named, sources: named, kept: [] };
  }
  return { bytes: readInput(named, maximumModuleBytes), file: named, sources: undefined, kept: [] };
}
