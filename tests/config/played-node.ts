/** A node for tests of the life cycle of its configuration: with timers that the test fires, a STATE in memory, and a kernel that may refuse. */
import {
  type ApplyMode,
  type ApplyOutcome,
  ConfigLifeCycle,
  type NodeConfig,
} from '../../supervisor/config/life-cycle/life-cycle.ts';
import type { StateChange } from '../../supervisor/config/life-cycle/state-changes.ts';
import type { MachineConfig } from '../../supervisor/config/machine-schema.ts';
import { readMachineConfig } from '../../supervisor/config/read-config.ts';
import { SecretVault } from '../../supervisor/config/secret-vault.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';

/** The smallest configuration, without a name. */
export const configHead = 'apiVersion: eft/v1alpha1\nkind: MachineConfig\nmachine:\n  type: worker\n';
/** One that names its machine, with more lines below `machine:`. */
export const namedConfig = (hostname: string, more = ''): string =>
  `${configHead}  network: { hostname: ${hostname} }\n${more}`;
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text));

/** A node, and what happened to it. */
export class PlayedNode {
  readonly vault = new SecretVault();
  readonly lifeCycle: ConfigLifeCycle;
  /** The host names that were followed and settled, in order; `-` for no configuration. */
  readonly deeds: string[] = [];
  readonly told: string[] = [];
  readonly state: StateChange[] = [];
  /** Host names that cannot be followed. */
  readonly unfit = new Set<string>();
  stateFault: string | undefined;
  imageFault: EftError | undefined;
  #timers: { readonly atMs: number; readonly fire: () => void }[] = [];
  #nowMs = 0;
  #count = 0;

  constructor(text: string | undefined, hasState = true) {
    let kept: NodeConfig | undefined;
    if (text !== undefined) {
      const { config, secrets } = readMachineConfig(bytesOf(text), 'kept.yaml');
      if (config === undefined) throw new Error('the test begins with a wrong configuration');
      this.vault.fill(secrets);
      kept = { bytes: bytesOf(text), machine: config, secrets: this.vault.copy() };
    }
    const nameOf = (machine: MachineConfig | undefined) => machine?.machine.network?.hostname ?? '-';
    const changeState = async (change: StateChange): Promise<string | undefined> => {
      if (this.stateFault === undefined) this.state.push(change);
      return this.stateFault;
    };
    this.lifeCycle = new ConfigLifeCycle(
      {
        program: new URL('../../supervisor/config/config-worker.ts', import.meta.url),
        vault: this.vault,
        changeState: hasState ? changeState : undefined,
        faultsOf: () => (this.imageFault === undefined ? [] : [this.imageFault]),
        restartsOf: () => ['network'],
        follow: async (machine) => {
          const name = nameOf(machine);
          this.deeds.push(`follow ${name}`);
          if (this.unfit.has(name)) throw new Error(`${name} is refused`);
          return ['network'];
        },
        settle: (machine) => this.deeds.push(`settle ${nameOf(machine)}`),
        restart: () => this.deeds.push('restart'),
        after: (delayMs, fire) => {
          const timer = { atMs: this.#nowMs + delayMs, fire };
          this.#timers.push(timer);
          return () => {
            this.#timers = this.#timers.filter((other) => other !== timer);
          };
        },
        nowMs: () => this.#nowMs,
        random: (count) => {
          this.#count += 1;
          return new Uint8Array(count).fill(this.#count);
        },
        tell: (message) => this.told.push(message),
      },
      kept,
    );
  }

  apply(
    text: string,
    mode: ApplyMode = 'auto',
    more: { isDryRun?: boolean; tryMs?: number } = {},
  ): Promise<ApplyOutcome> {
    const { isDryRun = false, tryMs = 60_000 } = more;
    return this.lifeCycle.apply({ bytes: bytesOf(text), mode, isDryRun, tryMs });
  }

  /** The code of the error that it is refused with. */
  async refusal(outcome: Promise<unknown>): Promise<string> {
    try {
      await outcome;
    } catch (error) {
      if (error instanceof EftError) return error.code;
      throw error;
    }
    return 'accepted';
  }

  /** Lets time go by, and whoever waits for it come to an end. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      await this.#calm();
      const due = this.#timers
        .filter(({ atMs }) => atMs <= endMs)
        .sort((left, right) => left.atMs - right.atMs)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.fire();
    }
    this.#nowMs = endMs;
  }

  async #calm(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  }

  /** What STATE was last told to keep. */
  get kept(): string {
    const last = this.state.findLast(({ type }) => type === 'accept');
    return last !== undefined && 'content' in last ? Buffer.from(last.content).toString() : '';
  }
}
