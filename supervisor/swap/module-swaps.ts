/**
 * What an operator can have done with modules: swap and roll back. One at a time; each step is told as it begins, and what came of it is in the history,
 * whether it went well or not.
 */
import type { CellModule } from '../cells/cell.ts';
import type { MachineConfig } from '../config/machine-schema.ts';
import { forImage } from '../config/operator-trust.ts';
import { EftError } from '../errors/eft-error.ts';
import type { Node } from '../node.ts';
import { readModule } from '../trust/module-file.ts';
import type { TrustPolicy } from '../trust/trust-policy.ts';
import {
  type AdmitGround,
  checkAccepted,
  loadAdmitted,
  type RollbackCounter,
  type VerifiedModule,
  verifyCandidate,
} from './admit-module.ts';
import type { CapabilityChange } from './compare-capabilities.ts';
import { type Generation, type HistoryEntry, installedBytesLimit, noted } from './installed-modules.ts';
import type { ModuleKeeper } from './module-keeper.ts';
import { defaultLimitMs } from './probation.ts';
import { type SwapOptions, type Swapped, type SwapStep, swapModules } from './swap-modules.ts';
import { compareVersions } from './version-order.ts';

/** Modules in one swap. */
export const replacementsLimit = 8;

/** A module file that is to run in place of what runs under its name. */
export type Replacement = {
  readonly name: string;
  /** Gives the file. */
  readonly read: () => Promise<Uint8Array>;
  /** Capabilities that the operator agrees to. */
  readonly accepted: readonly string[];
};

export type SwapProgress = {
  readonly step: SwapStep;
  /** Undefined where it is about all. */
  readonly module?: string | undefined;
  readonly message: string;
  readonly changes?: readonly CapabilityChange[];
  /** In the last one. */
  readonly swapped?: readonly SwappedModule[];
};

export type SwappedModule = {
  readonly name: string;
  readonly from: Version | undefined;
  readonly to: Version;
  readonly pauseNs: bigint;
  readonly survivesReboot: boolean;
};

type Version = { readonly version: string; readonly digest: string };

export type ModuleSwapsGround = {
  readonly node: Node;
  readonly keeper: ModuleKeeper;
  readonly policy: () => TrustPolicy;
  readonly settings: () => MachineConfig['machine']['modules'];
  /** The file that the image has of a module, if it has one. */
  readonly imageFile: (module: string) => Uint8Array | undefined;
  /** Milliseconds since 1970. */
  readonly wallMs: () => number;
  /** Of the trial, where tests are in a hurry. */
  readonly trial?: Pick<SwapOptions, 'wellMs' | 'limitMs'>;
};

export type SwapCall = {
  readonly identity: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: SwapProgress) => void;
  /** Milliseconds that the new versions must have been well; the node's own measure, if it is not given. */
  readonly wellMs?: number | undefined;
};

export class ModuleSwaps {
  readonly #ground: ModuleSwapsGround;
  #isBusy = false;

  constructor(ground: ModuleSwapsGround) {
    this.#ground = ground;
  }

  /** What has run under a name and what was tried, the newest first; what runs from the image is at the end. */
  history(module: string): readonly HistoryEntry[] {
    const kept = this.#ground.keeper.generation.history
      .filter((entry) => entry.module === module)
      .toReversed();
    const running = this.#running(module);
    if (running === undefined || kept.some(({ outcome }) => outcome === 'running')) return kept;
    const { version, securityVersion } = running.manifest;
    const { digest } = running;
    const plain = { module, atMs: 0, version, digest, securityVersion, identity: '', message: '' };
    return [...kept, { ...plain, how: 'image', outcome: 'running' }];
  }

  /**
   * Replaces modules, all or none. `isDryRun` verifies and compares, and changes nothing.
   * Errors: `admit.*`, `swap.*`, and those of `openModule` and `loadModule`; then all is as before.
   */
  swap(replacements: readonly Replacement[], isDryRun: boolean, call: SwapCall): Promise<void> {
    return this.#alone(async () => {
      const count = replacements.length;
      if (count < 1 || count > replacementsLimit)
        throw EftError.of('admit.replacements', { count, limit: replacementsLimit });
      const verified: VerifiedModule[] = [];
      const tried: HistoryEntry[] = [];
      try {
        for (const { name, read } of replacements) {
          call.onProgress({ step: 'verify', module: name, message: 'signatures, scope, versions' });
          verified.push(verifyCandidate(name, await read(), this.#admitGround(name)));
        }
        for (const [index, one] of verified.entries()) {
          const { opened, changes } = one;
          const { name, version } = opened.manifest;
          tried.push(this.#entry(opened.manifest, opened.digest, call));
          const message =
            changes.length === 0 ? `${version} asks for what the running one has` : `${version}`;
          call.onProgress({ step: 'compare', module: name, message, changes });
          checkAccepted(one, replacements[index]?.accepted ?? [], this.#running(name)?.manifest.version);
        }
        const modules = verified.map(({ opened }) => loadAdmitted(opened, this.#ground.settings()));
        if (isDryRun) {
          call.onProgress({ step: 'done', message: 'nothing was changed: it was a dry run', swapped: [] });
          return;
        }
        await this.#replace(modules, 'swap', call);
      } catch (error) {
        if (!isDryRun) await this.#noteFailure(tried, error);
        throw error;
      }
    });
  }

  /** Has the version before run again. Errors: as `swap`, and `admit.nothing-before`. */
  rollBack(name: string, call: SwapCall): Promise<void> {
    return this.#alone(async () => {
      const running = this.#running(name);
      if (running === undefined) throw EftError.of('api.no-module', { module: name });
      const nothing = (): never => {
        throw EftError.of('admit.nothing-before', { module: name, version: running.manifest.version });
      };
      const before = this.#ground.keeper.generation.previous.get(name) ?? nothing();
      const file = before === 'image' ? (this.#ground.imageFile(name) ?? nothing()) : before;
      call.onProgress({ step: 'verify', module: name, message: 'the version before, as any other' });
      const ground = this.#admitGround(name);
      const policy = before === 'image' ? forImage(ground.policy) : ground.policy;
      const { opened, changes } = verifyCandidate(name, file, { ...ground, policy }, true);
      call.onProgress({ step: 'compare', module: name, message: opened.manifest.version, changes });
      const module = loadAdmitted(opened, this.#ground.settings());
      try {
        await this.#replace([module], 'roll-back', call, before === 'image');
      } catch (error) {
        await this.#noteFailure([this.#entry(opened.manifest, opened.digest, call, 'rollback')], error);
        throw error;
      }
    });
  }

  async #replace(
    modules: readonly CellModule[],
    reason: 'swap' | 'roll-back',
    call: SwapCall,
    isImage = false,
  ): Promise<void> {
    const { node, keeper, trial = {} } = this.#ground;
    const next = this.#generationWith(modules, reason, call, isImage);
    const swapped = await swapModules(node.roster, modules, {
      ...trial,
      ...(call.wellMs === undefined ? {} : { wellMs: call.wellMs, limitMs: call.wellMs + defaultLimitMs }),
      reason,
      journal: keeper.journal(next),
      signal: call.signal,
      onStep: (step, module, message) => {
        if (step !== 'done') call.onProgress({ step, module, message });
      },
    });
    const told = swapped.map((one) => this.#told(one));
    const message = told.map(({ name, to }) => `${name} ${to.version}`).join(', ');
    call.onProgress({ step: 'done', message, swapped: told });
  }

  /** What counts once these run. */
  #generationWith(
    candidates: readonly CellModule[],
    reason: 'swap' | 'roll-back',
    call: SwapCall,
    isImage: boolean,
  ): Generation {
    const { generation } = this.#ground.keeper;
    const modules = new Map(generation.modules);
    const previous = new Map(generation.previous);
    const counters = new Map(generation.counters);
    let { history } = generation;
    for (const { manifest, component, digest } of candidates) {
      const { name } = manifest;
      const running = this.#running(name);
      const installed = modules.get(name);
      if (installed !== undefined) previous.set(name, installed);
      else if (running !== undefined) previous.set(name, 'image');
      if (isImage) modules.delete(name);
      else modules.set(name, component);
      counters.set(
        name,
        raised(counters.get(name), running?.manifest.securityVersion ?? 0, manifest, digest),
      );
      const how = reason === 'swap' ? 'swap' : 'rollback';
      history = noted(history, { ...this.#entry(manifest, digest, call, how), outcome: 'running' });
    }
    return { modules, previous, counters, history, attempts: 0 };
  }

  #entry(
    { name, version, securityVersion }: CellModule['manifest'],
    digest: string,
    { identity }: SwapCall,
    how: HistoryEntry['how'] = 'swap',
  ): HistoryEntry {
    const atMs = this.#ground.wallMs();
    const what = { module: name, version, digest, securityVersion };
    return { ...what, atMs, how, outcome: 'refused', identity, message: '' };
  }

  async #noteFailure(tried: readonly HistoryEntry[], error: unknown): Promise<void> {
    const { keeper } = this.#ground;
    const message = error instanceof Error ? error.message : String(error);
    const outcome = error instanceof EftError && error.code.startsWith('swap.') ? 'went-back' : 'refused';
    if (tried.length === 0) return;
    let { history } = keeper.generation;
    for (const entry of tried) history = noted(history, { ...entry, outcome, message });
    await keeper.keep({ ...keeper.generation, history });
  }

  #admitGround(name: string): AdmitGround {
    const { policy, settings, keeper } = this.#ground;
    const counter = keeper.generation.counters.get(name);
    return { policy: policy(), settings: settings(), running: this.#running(name), counter };
  }

  /** What runs under a name, with the manifest that was signed. */
  #running(name: string): AdmitGround['running'] {
    const module = this.#ground.node.roster.cells.get(name)?.module;
    return module === undefined ? undefined : readModule(module.component, name);
  }

  #told({ name, from, to, pauseNs }: Swapped): SwappedModule {
    const version = ({ manifest, digest }: CellModule): Version => ({ version: manifest.version, digest });
    const survivesReboot = this.#ground.keeper.survives;
    return { name, from: from && version(from), to: version(to), pauseNs, survivesReboot };
  }

  async #alone(work: () => Promise<void>): Promise<void> {
    if (this.#isBusy) throw EftError.of('admit.busy', {});
    this.#isBusy = true;
    try {
      await work();
    } finally {
      this.#isBusy = false;
    }
  }
}

/** The bytes of a replacement, refused if they are too many before they are read. Error: `admit.too-large`. */
export function checkSize(module: string, size: number): void {
  if (size > installedBytesLimit)
    throw EftError.of('admit.too-large', { module, size, limit: installedBytesLimit });
}

/** The counter with a version that is kept: neither of its parts falls. */
function raised(
  before: RollbackCounter | undefined,
  running: number,
  { version, securityVersion }: CellModule['manifest'],
  digest: string,
): RollbackCounter {
  const highest = Math.max(before?.securityVersion ?? 0, running, securityVersion);
  const isNewest = before === undefined || compareVersions(version, before.version) >= 0;
  const newest = isNewest ? { version, digest } : { version: before.version, digest: before.digest };
  return { securityVersion: highest, ...newest };
}
