/**
 * Verifies the modules of the image and starts them. Every module is verified, although the image is too: whoever reads this needs
 * not know how the file came here.
 *
 * A module that is refused is told and left out. The node goes on without it, and says so; only if none is left there is nothing to go on
 * for.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { CellModule } from '../cells/cell-world.ts';
import { loadModule } from '../cells/load-module.ts';
import type { MachineConfig } from '../config/machine-schema.ts';
import { isDisabled, narrowGrants } from '../config/narrow-grants.ts';
import { forImage, withOperatorTrust } from '../config/operator-trust.ts';
import { EftError } from '../errors/eft-error.ts';
import type { Node } from '../node.ts';
import { compareVersions } from '../swap/version-order.ts';
import { openModule, readModule } from '../trust/module-file.ts';
import { readTrustPolicy, type TrustPolicy } from '../trust/trust-policy.ts';
import type { PhaseOutcome } from './phase.ts';

/** Where the image keeps what it brings. */
export type ImageLayout = {
  readonly modules: string;
  readonly trust: string;
  /** Module files that were swapped in and kept, by name: they run in place of the image's, as long as they may. */
  readonly installed?: () => ReadonlyMap<string, Uint8Array>;
};

export const imageLayout: ImageLayout = {
  modules: '/usr/lib/eft/modules',
  trust: '/usr/lib/eft/trust.yaml',
};

/** What the machine configuration says of modules. */
type ModuleSettings = MachineConfig['machine']['modules'];

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
  settings: ModuleSettings = {},
): PhaseOutcome<readonly string[]> {
  const { modules, missing } = chooseModules(policy, layout, settings);
  const started = startAll(node, modules, missing);
  if (started.length === 0) throw EftError.of('boot.no-modules', { folder: layout.modules });
  return { value: started, message: started.join(', '), missing };
}

/**
 * Brings the modules that run into agreement with other keys and settings: those that may not run any more are stopped, and those whose grants are others
 * now, or that are to begin `afresh`, are started again. The value names those that were started.
 */
export async function restartModules(
  node: Node,
  policy: TrustPolicy,
  layout: ImageLayout,
  settings: ModuleSettings = {},
  afresh: readonly string[] = [],
): Promise<PhaseOutcome<readonly string[]>> {
  const { modules, missing } = chooseModules(policy, layout, settings);
  for (const name of othersThanRun(node, modules)) await node.roster.remove(name);
  for (const name of afresh) await node.roster.remove(name);
  const stopped = modules.filter(({ manifest }) => !node.roster.cells.has(manifest.name));
  return { value: startAll(node, stopped, missing), missing };
}

/** What the image says against a configuration: keys and signatures, more authority than a module can have, and modules that it would keep from running. */
export function imageFaults(layout: ImageLayout, machine: MachineConfig): readonly EftError[] {
  const image = readTrustPolicy(readFileSync(layout.trust, 'utf8'), layout.trust);
  const faults: EftError[] = [];
  const attempt = <Value>(work: () => Value): Value | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof EftError)) throw error;
      faults.push(error);
      return undefined;
    }
  };
  const policy = attempt(() => withOperatorTrust(image, machine));
  const { modules: settings } = machine.machine;
  for (const path of moduleFiles(layout)) {
    const bytes = readFileSync(path);
    const open = (by: TrustPolicy) => openModule(bytes, by, { file: path, minimumSecurityVersion: () => 0 });
    let name: string;
    try {
      ({ name } = open(image).manifest);
    } catch {
      // It does not run now either.
      continue;
    }
    if (policy === undefined || isDisabled(name, settings)) continue;
    const opened = attempt(() => open(forImage(policy)));
    if (opened !== undefined) attempt(() => narrowGrants(name, opened.manifest.grants, settings));
  }
  return faults;
}

function moduleFiles({ modules }: ImageLayout): readonly string[] {
  return readdirSync(modules)
    .filter((name) => name.endsWith(moduleSuffix))
    .sort()
    .slice(0, modulesLimit)
    .map((file) => join(modules, file));
}

/** The modules that `restartModules` would start, start again or stop. */
export function modulesToRestart(
  node: Node,
  policy: TrustPolicy,
  layout: ImageLayout,
  settings: ModuleSettings = {},
): readonly string[] {
  const { modules } = chooseModules(policy, layout, settings);
  const { cells } = node.roster;
  const added = modules.map(({ manifest }) => manifest.name).filter((name) => !cells.has(name));
  return [...othersThanRun(node, modules), ...added].sort();
}

/** Modules that run and are not among these, or are another version or have other grants there. */
function othersThanRun(node: Node, modules: readonly CellModule[]): readonly string[] {
  return [...node.roster.cells].flatMap(([name, { module }]) => {
    const chosen = modules.find(({ manifest }) => manifest.name === name);
    const isSame =
      chosen?.digest === module.digest && isDeepStrictEqual(chosen.manifest.grants, module.manifest.grants);
    return isSame ? [] : [name];
  });
}

function startAll(node: Node, modules: readonly CellModule[], missing: string[]): readonly string[] {
  return modules.flatMap((module) => {
    const { name, version } = module.manifest;
    try {
      node.start(module);
      return [`${name} ${version}`];
    } catch (error) {
      // Whatever is wrong with one module: the others are not worse for it.
      missing.push(`${name} is left out: ${reasonOf(error)}`);
      return [];
    }
  });
}

/**
 * The modules that may run, each with the grants that it is left; and why others may not, a sentence each. What was installed comes before what the image
 * has under the name, unless it is refused or the image's is newer.
 */
function chooseModules(
  policy: TrustPolicy,
  layout: ImageLayout,
  settings: ModuleSettings,
): { readonly modules: readonly CellModule[]; readonly missing: string[] } {
  const missing: string[] = [];
  const chosen = new Map<string, CellModule>();
  const choose = (file: string, read: () => Uint8Array, isInstalled: boolean): void => {
    try {
      const by = isInstalled ? policy : forImage(policy);
      const opened = openModule(read(), by, { file, minimumSecurityVersion: () => 0 });
      const { name, grants, version } = opened.manifest;
      if (isDisabled(name, settings)) {
        if (!isInstalled) missing.push(`${name} is disabled by the machine configuration`);
        return;
      }
      const image = chosen.get(name)?.manifest.version;
      if (image !== undefined && isInstalled && compareVersions(image, version) > 0) {
        missing.push(`${name} ${image} of the image runs: it is newer than the installed ${version}`);
        return;
      }
      if (image !== undefined && !isInstalled) throw EftError.of('cell.name-taken', { module: name });
      // What runs and what is recorded has the narrow grants: nothing below here knows that there were others.
      const manifest = { ...opened.manifest, grants: narrowGrants(name, grants, settings) };
      chosen.set(name, loadModule({ ...opened, manifest }));
    } catch (error) {
      const instead = isInstalled ? ', and what the image has runs' : '';
      missing.push(`${basename(file)} is left out${instead}: ${reasonOf(error)}`);
    }
  };
  for (const path of moduleFiles(layout)) choose(path, () => readFileSync(path), false);
  for (const [name, bytes] of layout.installed?.() ?? []) choose(`the installed ${name}`, () => bytes, true);
  return { modules: [...chosen.values()], missing };
}

/** The file that the image has of a module, if it has one that may run. */
export function imageFileOf(layout: ImageLayout, module: string): Uint8Array | undefined {
  for (const path of moduleFiles(layout)) {
    const bytes = new Uint8Array(readFileSync(path));
    try {
      if (readModule(bytes, path).manifest.name === module) return bytes;
    } catch {
      // It was left out at boot, and was told then.
    }
  }
  return undefined;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
