/**
 * A node with tally on it that an operator swaps modules on: verified files, a STATE of its own that a reboot reads, and keys to sign with. Time is the
 * test's (tally-node.ts).
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CellModule } from '../../supervisor/cells/cell.ts';
import { loadModule } from '../../supervisor/cells/load-module.ts';
import {
  changeState,
  type StateChange,
  type StateFolder,
} from '../../supervisor/config/life-cycle/state-changes.ts';
import type { MachineConfig } from '../../supervisor/config/machine-schema.ts';
import { modulesFile } from '../../supervisor/config/sources/state.ts';
import { countAttempt, readInstalled } from '../../supervisor/phases/installed-modules.ts';
import { type ImageLayout, imageFileOf, startModules } from '../../supervisor/phases/start-modules.ts';
import { ModuleKeeper } from '../../supervisor/swap/module-keeper.ts';
import { ModuleSwaps, type Replacement, type SwapProgress } from '../../supervisor/swap/module-swaps.ts';
import { type PrivateKey, privateKeyFromSeed } from '../../supervisor/trust/key-file.ts';
import { attachSignatures, openModule } from '../../supervisor/trust/module-file.ts';
import { readTrustPolicy, type TrustPolicy } from '../../supervisor/trust/trust-policy.ts';
import { policyYaml } from '../errors/small-module.ts';
import { type TallyVersion, tallyFile } from './tally-module.ts';
import { TallyNode } from './tally-node.ts';

/** Signs everything. */
export const rootKey = privateKeyFromSeed(new Uint8Array(32).fill(1));
/** Is known, and may sign other modules. */
export const otherKey = privateKeyFromSeed(new Uint8Array(32).fill(2));
/** Nobody knows it. */
export const strangeKey = privateKeyFromSeed(new Uint8Array(32).fill(3));

export const plainPolicy = readTrustPolicy(
  policyYaml([{ key: rootKey }, { key: otherKey, modules: ['health'] }]),
  'trust.yaml',
);

/** A signed file. */
export async function signed(
  version: TallyVersion = {},
  keys: readonly PrivateKey[] = [rootKey],
): Promise<Uint8Array> {
  const { file } = await tallyFile(version);
  return keys.length === 0 ? file : attachSignatures(file, keys);
}

/** A file as whoever asks for a swap hands it over. */
export function replacement(file: Uint8Array, accepted: readonly string[] = [], name = 'tally'): Replacement {
  return { name, read: () => Promise.resolve(file), accepted };
}

/** STATE, as files by name. */
export class PlayedState implements StateFolder {
  readonly files: Map<string, Uint8Array>;
  /** Is told before each change; what it throws is why there is none. */
  onChange: (change: StateChange) => void = () => undefined;

  constructor(files: ReadonlyMap<string, Uint8Array> = new Map()) {
    this.files = new Map(files);
  }

  readonly write = (name: string, content: Uint8Array): void => void this.files.set(name, content);
  readonly rename = (from: string, to: string): void => {
    const content = this.files.get(from);
    if (content === undefined) throw new Error(`there is no ${from}`);
    this.files.delete(from);
    this.files.set(to, content);
  };
  readonly remove = (name: string): void => void this.files.delete(name);
  readonly names = (): readonly string[] => [...this.files.keys()];
  readonly sync = (): void => undefined;

  /** What PID 1 is given to change it with. */
  readonly change = async (change: StateChange): Promise<string | undefined> => {
    try {
      this.onChange(change);
      changeState(this, change);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
}

export type BedOptions = {
  readonly state?: PlayedState;
  readonly policy?: TrustPolicy;
  readonly settings?: MachineConfig['machine']['modules'];
  /** What the image has. */
  readonly image?: Uint8Array;
};

export class SwapBed implements Disposable {
  readonly tally: TallyNode;
  readonly keeper: ModuleKeeper;
  readonly swaps: ModuleSwaps;
  readonly layout: ImageLayout;
  readonly state: PlayedState;
  /** What the boot said was missing. */
  readonly missing: readonly string[];
  readonly told: string[] = [];
  policy: TrustPolicy;
  readonly #folder: string;

  private constructor(
    tally: TallyNode,
    keeper: ModuleKeeper,
    layout: ImageLayout,
    folder: string,
    state: PlayedState,
    options: BedOptions,
    missing: readonly string[],
  ) {
    this.tally = tally;
    this.keeper = keeper;
    this.layout = layout;
    this.state = state;
    this.missing = missing;
    this.#folder = folder;
    this.policy = options.policy ?? plainPolicy;
    const { settings = {} } = options;
    this.swaps = new ModuleSwaps({
      node: tally.node,
      keeper,
      policy: () => this.policy,
      settings: () => settings,
      imageFile: (module) => imageFileOf(layout, module),
      wallMs: () => 1_800_000_000_000 + tally.nowMs,
      trial: { wellMs: 20, limitMs: 200 },
    });
  }

  /** Boots a node: what is installed on `state` counts. */
  static async boot(options: BedOptions = {}): Promise<SwapBed> {
    const { state = new PlayedState(), policy = plainPolicy, settings = {} } = options;
    const folder = mkdtempSync(join(tmpdir(), 'eft-swap-'));
    writeFileSync(join(folder, 'tally.wasm'), options.image ?? (await signed()));
    const tally = new TallyNode(undefined);
    const installed = readInstalled(state.files.get(modulesFile));
    const keeper = new ModuleKeeper(installed.value, {
      change: state.change,
      tell: (line) => bed.told.push(line),
    });
    const counted = await countAttempt(keeper, tally.nowMs);
    const layout: ImageLayout = { modules: folder, trust: '', installed: () => keeper.generation.modules };
    const started = startModules(tally.node, policy, layout, settings);
    const missing = [installed, counted, started].flatMap(({ missing: lines = [] }) => lines);
    const bed: SwapBed = new SwapBed(tally, keeper, layout, folder, state, options, missing);
    await tally.pass(20);
    return bed;
  }

  /** The version that runs. */
  get version(): string {
    return this.tally.cell.module.manifest.version;
  }

  /** Swaps, while the world talks. Gives what was told on the way. */
  async swap(
    replacements: readonly Replacement[],
    isDryRun = false,
    signal = new AbortController().signal,
  ): Promise<readonly SwapProgress[]> {
    const told: SwapProgress[] = [];
    const call = { identity: 'admin', signal, onProgress: (one: SwapProgress) => void told.push(one) };
    await this.tally.passUntil(this.swaps.swap(replacements, isDryRun, call));
    return told;
  }

  async rollBack(name = 'tally'): Promise<readonly SwapProgress[]> {
    const told: SwapProgress[] = [];
    const signal = new AbortController().signal;
    const call = { identity: 'admin', signal, onProgress: (one: SwapProgress) => void told.push(one) };
    await this.tally.passUntil(this.swaps.rollBack(name, call));
    return told;
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A module that cells can run, as a boot would make it. */
export function opened(file: Uint8Array, policy: TrustPolicy = plainPolicy): CellModule {
  return loadModule(openModule(file, policy, { file: 'a test', minimumSecurityVersion: () => 0 }));
}
