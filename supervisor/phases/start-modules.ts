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
import type { MachineConfig } from '../config/machine-schema.ts';
import { isDisabled, narrowGrants } from '../config/narrow-grants.ts';
import { withOperatorTrust } from '../config/operator-trust.ts';
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

/**
 * Reads who may sign which modules: the keys of the image, and those that the operator adds in the machine configuration. If the operator's
 * are refused, the image's count alone. Errors: `trust.*`, `document.*`; those of the file system.
 */
export function readTrust(layout: ImageLayout, machine?: MachineConfig): PhaseOutcome<TrustPolicy> {
  const image = readTrustPolicy(readFileSync(layout.trust, 'utf8'), layout.trust);
  let policy = image;
  const missing: string[] = [];
  try {
    if (machine !== undefined) policy = withOperatorTrust(image, machine);
  } catch (error) {
    if (!(error instanceof EftError)) throw error;
    missing.push(`the keys of the machine configuration are not taken: ${error.message}`);
  }
  return {
    value: policy,
    missing,
    message: `${policy.keys.size} ${policy.keys.size === 1 ? 'key' : 'keys'}`,
  };
}

/** Starts every module in the image's folder, in the order of their names, with the grants that `settings` leave. Errors: `boot.no-modules`. */
export function startModules(
  node: Node,
  policy: TrustPolicy,
  layout: ImageLayout,
  settings: MachineConfig['machine']['modules'] = {},
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
      const { name, version, grants } = opened.manifest;
      if (isDisabled(name, settings)) {
        missing.push(`${name} is disabled by the machine configuration`);
        continue;
      }
      // What runs and what is recorded has the narrow grants: nothing below here knows that there were others.
      const manifest = { ...opened.manifest, grants: narrowGrants(name, grants, settings) };
      node.start(loadModule({ ...opened, manifest }));
      started.push(`${name} ${version}`);
    } catch (error) {
      if (!(error instanceof EftError)) throw error;
      missing.push(`${file} is left out: ${error.message}`);
    }
  }
  if (started.length === 0) throw EftError.of('boot.no-modules', { folder: layout.modules });
  return { value: started, message: started.join(', '), missing };
}
