/**
 * Verifies the modules of the image and starts them. Every module is verified, although the image is too: whoever reads this needs
 * not know how the file came here.
 *
 * A module that is refused is told and left out. The node goes on without it, and says so; only if none is left there is nothing to go on
 * for.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadModule } from '../cells/load-module.ts';
import { EftError } from '../errors/eft-error.ts';
import type { Node } from '../node.ts';
import { openModule } from '../trust/module-file.ts';
import { readTrustPolicy, type TrustPolicy } from '../trust/trust-policy.ts';
import type { PhaseOutcome } from './phase.ts';

/** Where the image keeps what it brings. */
export type ImageLayout = {
  readonly modules: string;
  readonly trust: string;
};

export const imageLayout: ImageLayout = {
  modules: '/usr/lib/eft/modules',
  trust: '/usr/lib/eft/trust.yaml',
};

/** Files of a module folder that are modules. */
const moduleSuffix = '.wasm';
/** Modules that an image may bring. */
const modulesLimit = 64;

/** Reads who may sign which modules. Errors: `trust.*`, `document.*`; those of the file system. */
export function readTrust(layout: ImageLayout): PhaseOutcome<TrustPolicy> {
  const policy = readTrustPolicy(readFileSync(layout.trust, 'utf8'), layout.trust);
  return { value: policy, message: `${policy.keys.size} ${policy.keys.size === 1 ? 'key' : 'keys'}` };
}

/** Starts every module in the image's folder, in the order of their names. Errors: `boot.no-modules`. */
export function startModules(
  node: Node,
  policy: TrustPolicy,
  layout: ImageLayout,
): PhaseOutcome<readonly string[]> {
  const files = readdirSync(layout.modules)
    .filter((name) => name.endsWith(moduleSuffix))
    .sort()
    .slice(0, modulesLimit);
  const started: string[] = [];
  const missing: string[] = [];
  for (const file of files) {
    const path = join(layout.modules, file);
    try {
      const opened = openModule(readFileSync(path), policy, { file: path, minimumSecurityVersion: () => 0 });
      node.start(loadModule(opened));
      started.push(`${opened.manifest.name} ${opened.manifest.version}`);
    } catch (error) {
      if (!(error instanceof EftError)) throw error;
      missing.push(`${file} is left out: ${error.message}`);
    }
  }
  if (started.length === 0) throw EftError.of('boot.no-modules', { folder: layout.modules });
  return { value: started, message: started.join(', '), missing };
}
