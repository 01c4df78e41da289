/**
 * What is installed, at boot: it is taken from STATE, counted, and given up if the node does not come up with it. Counting comes first, so that a boot that
 * ends in the middle is counted too: after a few in a row the image's modules run, and the node says so.
 */
import type { MachineConfig } from '../config/machine-schema.ts';
import type { Node } from '../node.ts';
import {
  decodeGeneration,
  type Generation,
  type HistoryEntry,
  noModules,
  noted,
} from '../swap/installed-modules.ts';
import type { ModuleKeeper } from '../swap/module-keeper.ts';
import type { TrustPolicy } from '../trust/trust-policy.ts';
import type { PhaseOutcome } from './phase.ts';
import { type ImageLayout, restartModules } from './start-modules.ts';

/** Boots in a row that may end before the node is ready; then the image's modules run. */
export const attemptsLimit = 3;

/** What STATE says is installed. What cannot be read counts as nothing, and is told. */
export function readInstalled(bytes: Uint8Array | undefined): PhaseOutcome<Generation> {
  if (bytes === undefined || bytes.length === 0) return { value: noModules };
  try {
    return { value: decodeGeneration(bytes) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      value: noModules,
      missing: [`what is installed could not be read, and the image's modules run: ${reason}`],
    };
  }
}

/** Counts this boot, if anything is installed; gives it up after too many that came to nothing. */
export async function countAttempt(keeper: ModuleKeeper, wallMs: number): Promise<PhaseOutcome<undefined>> {
  const { generation } = keeper;
  const names = [...generation.modules.keys()];
  if (names.length === 0) return { value: undefined, message: 'nothing is installed' };
  if (generation.attempts >= attemptsLimit) {
    const reason = `the node did not become ready in ${generation.attempts} boots in a row`;
    await giveUp(keeper, names, reason, wallMs);
    return {
      value: undefined,
      missing: [`${names.join(', ')} as installed is given up, and the image's runs: ${reason}`],
    };
  }
  await keeper.keep({ ...generation, attempts: generation.attempts + 1 });
  return { value: undefined, message: `installed: ${names.join(', ')}` };
}

export type SettleGround = {
  readonly node: Node;
  readonly keeper: ModuleKeeper;
  readonly policy: TrustPolicy;
  readonly layout: ImageLayout;
  readonly settings: MachineConfig['machine']['modules'];
  readonly wallMs: number;
};

/**
 * When the node has come up, or not: installed modules that are not well give way to the image's, and the boot counts as one that went well. The value
 * names those that gave way.
 */
export async function settleInstalled(ground: SettleGround): Promise<PhaseOutcome<readonly string[]>> {
  const { node, keeper, policy, layout, settings, wallMs } = ground;
  const bad = [...keeper.generation.modules.keys()].filter((name) => {
    const cell = node.roster.cells.get(name);
    const isInstalled =
      cell !== undefined && isFile(cell.module.component, keeper.generation.modules.get(name));
    return (
      isInstalled &&
      (cell.phase === 'quarantined' || cell.phase === 'backing-off' || cell.health.tag === 'starting')
    );
  });
  if (bad.length > 0) {
    const reason = bad
      .map((name) => `${name}: ${node.roster.cells.get(name)?.lastError?.message ?? 'it is not well'}`)
      .join('; ');
    await giveUp(keeper, bad, reason, wallMs);
    const { missing = [] } = await restartModules(node, policy, layout, settings);
    return {
      value: bad,
      missing: [
        `${bad.join(', ')} as installed did not become healthy, and the image's runs: ${reason}`,
        ...missing,
      ],
    };
  }
  if (keeper.generation.attempts > 0) await keeper.keep({ ...keeper.generation, attempts: 0 });
  return { value: [] };
}

/** The modules of these names run from the image again; it is in the history. */
async function giveUp(
  keeper: ModuleKeeper,
  names: readonly string[],
  message: string,
  atMs: number,
): Promise<void> {
  const { generation } = keeper;
  const modules = new Map(generation.modules);
  const previous = new Map(generation.previous);
  let { history } = generation;
  for (const name of names) {
    modules.delete(name);
    previous.delete(name);
    const failed = history.findLast(({ module, outcome }) => module === name && outcome === 'running');
    if (failed === undefined) continue;
    const entry: HistoryEntry = {
      ...failed,
      atMs,
      how: 'fallback',
      outcome: 'went-back',
      identity: '',
      message,
    };
    history = noted(
      history.map((one) => (one === failed ? { ...one, outcome: 'ran' } : one)),
      entry,
    );
  }
  await keeper.keep({ ...generation, modules, previous, history, attempts: 0 });
}

function isFile(one: Uint8Array, other: Uint8Array | undefined): boolean {
  return other !== undefined && Buffer.compare(one, other) === 0;
}
