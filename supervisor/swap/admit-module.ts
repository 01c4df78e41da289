/**
 * The one way in for a module that is to replace a running one. In this order: what the file is (signatures, scope, threshold, security version: the
 * same as at boot), whether it is the module that was meant, whether it is newer, whether somebody has agreed to what it can do more, and last whether its
 * code can be run here. Nothing that runs is touched.
 */
import type { CellModule } from '../cells/cell-world.ts';
import { loadModule } from '../cells/load-module.ts';
import type { MachineConfig } from '../config/machine-schema.ts';
import { isDisabled, narrowGrants } from '../config/narrow-grants.ts';
import { EftError } from '../errors/eft-error.ts';
import { type OpenedModule, openModule } from '../trust/module-file.ts';
import type { TrustPolicy } from '../trust/trust-policy.ts';
import { type CapabilityChange, compareCapabilities } from './compare-capabilities.ts';
import { compareVersions } from './version-order.ts';

/** The highest of a module that was ever kept on this node. */
export type RollbackCounter = {
  readonly securityVersion: number;
  readonly version: string;
  /** Of the file of that version. */
  readonly digest: string;
};

/** What a candidate is held against. */
export type AdmitGround = {
  readonly policy: TrustPolicy;
  readonly settings: MachineConfig['machine']['modules'];
  /** What runs under the name, with the grants of its manifest as it was signed; undefined if nothing does. */
  readonly running: Pick<OpenedModule, 'manifest' | 'digest'> | undefined;
  readonly counter: RollbackCounter | undefined;
};

/** A file that has passed as what it claims to be. */
export type VerifiedModule = { readonly opened: OpenedModule; readonly changes: readonly CapabilityChange[] };

/**
 * Verifies a file and compares it with what runs. `isRollback`: an older version may come back, but none below the security version.
 *
 * Errors: those of `openModule`; `admit.name`, `admit.older-version`, `admit.same-version`, `admit.same-file`, `admit.disabled`.
 */
export function verifyCandidate(
  name: string,
  bytes: Uint8Array,
  { policy, settings, running, counter }: AdmitGround,
  isRollback = false,
): VerifiedModule {
  const lowest = Math.max(counter?.securityVersion ?? 0, running?.manifest.securityVersion ?? 0);
  // A version of before may have a lower one than what runs, and none lower than what was ever kept as the lowest to come back to.
  const minimumSecurityVersion = (): number => (isRollback ? (counter?.securityVersion ?? 0) : lowest);
  const opened = openModule(bytes, policy, { file: `the file for ${name}`, minimumSecurityVersion });
  const { manifest, digest } = opened;
  const { version } = manifest;
  if (manifest.name !== name) throw EftError.of('admit.name', { module: name, found: manifest.name });
  if (isDisabled(name, settings)) throw EftError.of('admit.disabled', { module: name });
  if (!isRollback) checkVersion(name, version, digest, running, counter);
  return { opened, changes: compareCapabilities(running?.manifest, manifest) };
}

function checkVersion(
  module: string,
  version: string,
  digest: string,
  running: AdmitGround['running'],
  counter: RollbackCounter | undefined,
): void {
  if (digest === running?.digest) throw EftError.of('admit.same-file', { module, version });
  if (running !== undefined && compareVersions(version, running.manifest.version) < 0)
    throw EftError.of('admit.older-version', { module, version, running: running.manifest.version });
  // Also of a version that does not run any more, or whose node has none of the name now.
  const files = [counter, running && { version: running.manifest.version, digest: running.digest }];
  for (const file of files) {
    if (file === undefined || file.digest === digest || compareVersions(version, file.version) !== 0)
      continue;
    throw EftError.of('admit.same-version', {
      module,
      version,
      known: short(file.digest),
      digest: short(digest),
    });
  }
}

/**
 * Holds what was accepted against what is more: exactly that, no more and no fewer. Errors: `admit.capabilities`, `admit.not-asked-for`.
 */
export function checkAccepted(
  { opened: { manifest }, changes }: VerifiedModule,
  accepted: readonly string[],
  running: string | undefined,
): void {
  const { name: module, version } = manifest;
  const more = changes.filter(({ isMore }) => isMore).map(({ capability }) => capability);
  const list = more.length === 0 ? 'nothing' : more.join(', ');
  const surplus = accepted.filter((capability) => !more.includes(capability));
  if (surplus.length > 0)
    throw EftError.of('admit.not-asked-for', { module, version, surplus: surplus.join(', '), list });
  const missing = more.filter((capability) => !accepted.includes(capability));
  if (missing.length > 0)
    throw EftError.of('admit.capabilities', {
      module,
      version,
      running: running ?? 'a node without it',
      missing: missing.join(', '),
    });
}

/** What cells can run, with the grants that the machine configuration leaves. Errors: `config.*`, `component.*`, `interface.*`, `cell.*`. */
export function loadAdmitted(
  opened: OpenedModule,
  settings: MachineConfig['machine']['modules'],
): CellModule {
  const { name, grants } = opened.manifest;
  const manifest = { ...opened.manifest, grants: narrowGrants(name, grants, settings) };
  return loadModule({ ...opened, manifest });
}

function short(digest: string): string {
  return digest.slice(0, 16);
}
