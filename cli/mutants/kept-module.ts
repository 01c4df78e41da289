/** A module of this checkout, built as it is shipped or quickly, with what tells its code by its sources, and the inputs that lead far into it. */
import { join } from 'node:path';
import { readModule } from '../../supervisor/trust/module-file.ts';
import { coldStart, type FuzzInput } from '../fuzz/fuzz-input.ts';
import { type FuzzModule, instrumentModule, Target } from '../fuzz/target.ts';
import { buildModule } from '../toolchain/build-module.ts';
import { healthPlays } from './health-plays.ts';
import { healthSeeds } from './health-seeds.ts';
import { networkPlays } from './network-plays.ts';
import { networkSeeds } from './network-seeds.ts';
import { SourceMap } from './source-map.ts';

export const keptModules = ['health', 'network'] as const;

export type KeptModuleName = (typeof keptModules)[number];

export const checkout = join(import.meta.dirname, '../..');

/** Ways into each that people have thought of, and those that chance has drawn. */
const seedsOf = { health: healthSeeds, network: networkSeeds } as const;
const playsOf = { health: healthPlays, network: networkPlays } as const;
const plays = { count: 64, seed: 1 } as const;

export type KeptModule = {
  readonly name: KeptModuleName;
  readonly module: FuzzModule;
  readonly sources: SourceMap;
  /** Ways into it that people have thought of. */
  readonly written: readonly FuzzInput[];
  /** Ways into it that chance has drawn. */
  readonly drawn: readonly FuzzInput[];
};

/** Builds it; without optimization in a tenth of the time. Errors: `build.*`. */
export async function buildKeptModule(name: KeptModuleName, optimizes = true): Promise<KeptModule> {
  const compile = { sourceMap: true, optimizes };
  const built = await buildModule(join(checkout, 'modules', name), { compile });
  const module = fuzzModuleOf(built.module);
  const instrumented = instrumentModule(module, false);
  const { compiled } = built;
  if (compiled.sourceMap === undefined) throw new TypeError('a source map was asked for');
  const sources = SourceMap.of(compiled.sourceMap, compiled.core, instrumented.core);
  const target = new Target(instrumented);
  const drawn = playsOf[name](target, plays.count, plays.seed);
  return { name, module, sources, written: [coldStart, ...seedsOf[name](target)], drawn };
}

/** The module in a module file, whose bytes must stay as they are. Errors: as `readModule`. */
export function fuzzModuleOf(component: Uint8Array): FuzzModule {
  const { manifest, definition, digest } = readModule(component, 'module');
  return { manifest, component, definition, digest };
}
