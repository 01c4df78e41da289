/**
 * One round of `eft module dev`: the folder is built as quickly as can be, signed, and swapped into a node.
 *
 * A node takes one file for one version, and none that is older. So each round has a version of its own, that rises: the next patch release of what runs, or the
 * version of the manifest if that is newer, as a pre-release with the time of the build.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CapabilityChange, SwappedModule } from '../../supervisor/api/generated/eft/v1/module_pb.js';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { compareVersions } from '../../supervisor/swap/version-order.ts';
import type { PrivateKey } from '../../supervisor/trust/key-file.ts';
import { attachManifest, attachSignatures } from '../../supervisor/trust/module-file.ts';
import { callError } from '../api/call-error.ts';
import type { NodeClient } from '../api/client.ts';
import { swapOn } from '../swap/run-swap.ts';
import { buildComponent } from '../toolchain/build-module.ts';

/** Milliseconds that a round must be well: whoever sits in front of it sees what becomes of it. */
const wellMs = 100;

export type DevRound = {
  readonly buildMs: number;
  readonly swapMs: number;
  readonly swapped: readonly SwappedModule[];
  /** What the new version may do more, which a developer's own node is not asked about. */
  readonly accepted: readonly CapabilityChange[];
};

/** Errors: those of building, and of the node: `admit.*`, `swap.*`. */
export async function devRound(
  client: NodeClient,
  folder: string,
  key: PrivateKey,
  nowMs: number,
): Promise<DevRound> {
  const begin = performance.now();
  const { manifest, component } = await buildComponent(folder, { compile: { optimizes: false } });
  const { name } = manifest;
  const { modules } = await client.modules.list({});
  const running = modules.find((module) => module.name === name)?.version;
  const version = devVersion(manifest.version, running, nowMs);
  const file = attachSignatures(attachManifest(component, { ...manifest, version }), [key]);
  const buildMs = performance.now() - begin;
  const place = mkdtempSync(join(tmpdir(), 'eft-dev-'));
  const path = join(place, `${name}.wasm`);
  writeFileSync(path, file);
  const silent = { tell: () => undefined };
  const accepted: CapabilityChange[] = [];
  const swap = (isDryRun: boolean): Promise<readonly SwappedModule[]> =>
    swapOn(client, [{ name, file: path, accepted: accepted.map(({ capability }) => capability) }], {
      isDryRun,
      wellMs,
      uploads: silent,
      listener: ({ changes }) => {
        if (isDryRun) accepted.push(...changes.filter(({ needsAcceptance }) => needsAcceptance));
      },
    });
  try {
    const swapBegin = performance.now();
    // What is more is found out by a swap of nothing, which leaves nothing in the history of the node.
    await swap(true).catch((thrown: unknown) => {
      const error = callError(thrown, client.target.name);
      if (!(error instanceof EftError) || error.code !== 'admit.capabilities') throw thrown;
    });
    const swapped = await swap(false);
    return { buildMs, swapMs: performance.now() - swapBegin, swapped, accepted };
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** The version of a build: above `running`, and not below `stated`, but for being a pre-release. */
export function devVersion(stated: string, running: string | undefined, nowMs: number): string {
  const isNewer = running === undefined || compareVersions(coreOf(stated), running) > 0;
  return `${isNewer ? coreOf(stated) : nextPatch(coreOf(running))}-dev.${nowMs}`;
}

function coreOf(version: string): string {
  return version.split(/[-+]/)[0] ?? version;
}

function nextPatch(core: string): string {
  const [major = '0', minor = '0', patch = '0'] = core.split('.');
  return `${major}.${minor}.${BigInt(patch) + 1n}`;
}
