/**
 * The life of the node's configuration: how another one takes its place, at once, at the next boot, or on trial.
 *
 * There is one that is kept, which STATE has too, and there may be one on trial, which only runs. A trial is not written anywhere: a crash or a power cut ends it
 * as the time does, with the kept one. Whatever goes wrong while one is applied, the node goes back to the kept one and says why.
 *
 * The danger: an answer that does not reach the operator, because the configuration takes the address away that it should leave by. So the network is
 * changed last, a moment after the answer, by which time nothing can fail any more.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { EftError } from '../../errors/eft-error.ts';
import type { ChangeState } from '../../phases/keep-configuration.ts';
import type { MachineConfig } from '../machine-schema.ts';
import type { ParseOptions } from '../parse-config.ts';
import { SecretVault } from '../secret-vault.ts';
import { stateFile } from '../sources/state.ts';
import type { ConfigChange } from './diff-config.ts';
import { type PreparedConfig, prepareConfig, shownConfig } from './prepare-config.ts';

export type ApplyMode = 'auto' | 'no-reboot' | 'staged' | 'try';

export type ApplyRequest = {
  /** The file; the placeholder stands for secrets that the node has. */
  readonly bytes: Uint8Array;
  readonly mode: ApplyMode;
  readonly isDryRun: boolean;
  /** Of mode `try`: milliseconds until it goes back. */
  readonly tryMs: number;
};

export type ApplyOutcome = {
  readonly changes: readonly ConfigChange[];
  readonly needsReboot: boolean;
  /** What was done, in a sentence. */
  readonly message: string;
  /** Of mode `try`: what to confirm with. */
  readonly confirmation?: string;
  /** The modules that were, or would be, started again or stopped; none that a reboot starts. */
  readonly restarted: readonly string[];
};

/** A configuration that counts: the file with its secrets, and what was read from it. */
export type NodeConfig = {
  readonly bytes: Uint8Array;
  readonly machine: MachineConfig;
  /** Its secrets alone. */
  readonly secrets: SecretVault;
};

/** What the life cycle acts on. */
export type LifeCycleWorld = {
  readonly program: NonNullable<ParseOptions['program']>;
  readonly vault: SecretVault;
  /** Changes what STATE says; undefined on a node that has none. */
  readonly changeState: ChangeState | undefined;
  /** What the image says against it, such as more authority for a module than it can have. */
  readonly faultsOf: (machine: MachineConfig) => readonly EftError[];
  /** The modules that would be started again. */
  readonly restartsOf: (machine: MachineConfig) => readonly string[];
  /** Has everything but the network follow, and gives the modules that were started again. Rejects if it cannot, and then some of it may have followed. */
  readonly follow: (machine: MachineConfig | undefined) => Promise<readonly string[]>;
  /** Has the network follow, and whoever listens. */
  readonly settle: (machine: MachineConfig | undefined) => void;
  /** Takes the node down, to start again with what STATE has. */
  readonly restart: () => void;
  /** Calls `fire` after `delayMs`; gives what takes that back. */
  readonly after: (delayMs: number, fire: () => void) => () => void;
  /** A clock that never goes back, in milliseconds. */
  readonly nowMs: () => number;
  readonly random: (count: number) => Uint8Array;
  /** Tells a person what happens. */
  readonly tell: (message: string, level: 'info' | 'warn' | 'error') => void;
};

/** Milliseconds for an answer to leave before what it leaves by may change. */
const answerMs = 300;
/** Callers who wait for another's configuration to be applied. */
const waitingLimit = 4;
const tokenBytes = 16;

type Trial = {
  readonly token: string;
  readonly config: PreparedConfig;
  readonly endsAtMs: number;
  readonly cancel: () => void;
};

export class ConfigLifeCycle {
  readonly #world: LifeCycleWorld;
  #kept: NodeConfig | undefined;
  #trial: Trial | undefined;
  #isStaged = false;
  #isLeaving = false;
  #turn: Promise<void> = Promise.resolve();
  #waiting = 0;

  /** `kept` is what the node has booted with. */
  constructor(world: LifeCycleWorld, kept: NodeConfig | undefined) {
    this.#world = world;
    this.#kept = kept;
  }

  /** What runs: the one on trial, or the one that is kept. */
  get running(): MachineConfig | undefined {
    return (this.#trial?.config ?? this.#kept)?.machine;
  }

  /**
   * Applies a configuration, or says what it would do. Errors: those of reading it, `config.several-faults`, those of the image (`config.grant-wider`, …),
   * `config.needs-reboot`, `config.no-state`, `config.not-kept`, `config.not-applied`, `config.maintenance-mode`, `config.busy`.
   */
  apply(request: ApplyRequest): Promise<ApplyOutcome> {
    return this.#inTurn((answer) => this.#apply(request, answer));
  }

  /** Keeps what is on trial. Errors: `config.no-trial`, `config.wrong-token`, `config.not-kept`, `config.busy`. */
  confirm(token: string): Promise<string> {
    return this.#inTurn(async (answer) => {
      const trial = this.#trial;
      if (trial === undefined) throw EftError.of('config.no-trial', {});
      if (!isSame(token, trial.token)) throw EftError.of('config.wrong-token', {});
      await this.#keep(trial.config);
      trial.cancel();
      this.#trial = undefined;
      const message = `the configuration is kept${this.#unkeptNote()}`;
      this.#world.tell(message, 'info');
      answer(message);
    });
  }

  /** The configuration that is kept, without its secrets. Errors: `config.none`; those of reading it. */
  async get(): Promise<{
    readonly text: string;
    /** SHA-256 of the file with its secrets, in hexadecimal. */
    readonly digest: string;
    readonly isStaged: boolean;
    /** Milliseconds until the one on trial goes back; 0 if none is. */
    readonly tryLeftMs: number;
  }> {
    const kept = this.#kept;
    if (kept === undefined) throw EftError.of('config.none', {});
    const text = await shownConfig(kept.bytes, stateFile, { program: this.#world.program });
    const trial = this.#trial;
    return {
      text,
      digest: createHash('sha256').update(kept.bytes).digest('hex'),
      isStaged: this.#isStaged,
      tryLeftMs: trial === undefined ? 0 : Math.max(0, trial.endsAtMs - this.#world.nowMs()),
    };
  }

  /** Forgets everything on STATE and starts again. Errors: `config.not-kept`, `config.busy`. */
  reset(): Promise<void> {
    return this.#inTurn(async (answer) => {
      await this.#change({ type: 'wipe' });
      this.#leave('everything on STATE is gone; the node starts again');
      answer();
    });
  }

  async #apply(request: ApplyRequest, answer: (outcome: ApplyOutcome) => void): Promise<void> {
    const { mode, isDryRun } = request;
    const { program, faultsOf } = this.#world;
    if (this.#kept === undefined && mode !== 'auto' && !isDryRun) {
      throw EftError.of('config.maintenance-mode', { mode });
    }
    const candidate = await prepareConfig(request.bytes, 'the configuration', this.#kept?.bytes, { program });
    const [fault] = faultsOf(candidate.machine);
    if (fault !== undefined) throw fault;
    const { changes } = candidate;
    // A running node cannot get from what is on trial to anything that it cannot go back to.
    const isStuck = this.#trial?.config.undoNeedsReboot ?? false;
    const needsReboot = isStuck || changes.some((change) => change.needsReboot);
    const isLater = needsReboot || mode === 'staged';
    const restarted = isLater ? [] : this.#world.restartsOf(candidate.machine);
    const outcome = { changes, needsReboot, restarted };
    if (isDryRun) {
      answer({ ...outcome, message: `nothing was changed; ${plan(mode, needsReboot)}` });
    } else if (mode === 'staged') {
      this.#needState('a staged configuration');
      await this.#change({ type: 'stage', content: candidate.bytes });
      this.#isStaged = true;
      this.#world.tell('a configuration waits for the next boot', 'info');
      answer({ ...outcome, message: 'staged for the next boot' });
    } else if (needsReboot) {
      if (mode !== 'auto') {
        const fields = changes.filter((change) => change.needsReboot).map(({ path }) => path);
        throw EftError.of('config.needs-reboot', {
          fields: isStuck ? 'to end what is on trial' : listed(fields),
        });
      }
      this.#needState('a configuration that takes a reboot');
      await this.#keep(candidate);
      this.#leave('a configuration is kept that takes a reboot; the node starts again');
      answer({ ...outcome, message: 'kept; the node starts again with it' });
    } else await this.#applyNow(candidate, request, (done) => answer({ ...outcome, ...done }));
  }

  async #applyNow(
    candidate: PreparedConfig,
    { mode, tryMs }: ApplyRequest,
    answer: (done: Pick<ApplyOutcome, 'message' | 'restarted' | 'confirmation'>) => void,
  ): Promise<void> {
    const isTrial = mode === 'try';
    if (isTrial && candidate.undoNeedsReboot) this.#needState('a trial that ends with a reboot');
    this.#trial?.cancel();
    const restarted = await this.#follow(candidate);
    if (!isTrial) {
      try {
        await this.#keep(candidate);
      } catch (error) {
        await this.#goBack('the configuration cannot be kept');
        throw error;
      }
    }
    const seconds = Math.round(tryMs / 1000);
    const applied = isTrial
      ? `applied on trial: it goes back in ${seconds} s unless it is confirmed`
      : `applied${this.#unkeptNote()}`;
    const hadTrial = this.#trial !== undefined;
    this.#trial = isTrial ? this.#begin(candidate, tryMs) : undefined;
    const message = `${applied}${hadTrial ? '; the one that was on trial before is given up' : ''}`;
    this.#world.tell(`a configuration is ${message}`, 'info');
    const confirmation = this.#trial === undefined ? {} : { confirmation: this.#trial.token };
    answer({ message, restarted, ...confirmation });
    await this.#pause(answerMs);
    this.#world.settle(candidate.machine);
  }

  /** Has the node follow, or go back to the kept configuration. Errors: `config.not-applied`. */
  async #follow(candidate: PreparedConfig): Promise<readonly string[]> {
    this.#world.vault.fill(candidate.secrets);
    try {
      return await this.#world.follow(candidate.machine);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      await this.#goBack(`it could not be applied: ${reason}`);
      throw EftError.of('config.not-applied', { reason }, { cause: error });
    }
  }

  #begin(config: PreparedConfig, tryMs: number): Trial {
    const token = Buffer.from(this.#world.random(tokenBytes)).toString('base64url');
    const cancel = this.#world.after(tryMs, () => {
      // Behind whoever is at it: it may be the one who confirms.
      this.#turn = this.#turn.then(async () => {
        if (this.#trial?.token === token) await this.#goBack('nobody has confirmed it in time');
      });
    });
    return { token, config, endsAtMs: this.#world.nowMs() + tryMs, cancel };
  }

  /** Brings the node back to the kept configuration. Never rejects: if it cannot be brought back as it runs, it starts again. */
  async #goBack(why: string): Promise<void> {
    const { vault, follow, settle, tell } = this.#world;
    const trial = this.#trial;
    this.#trial = undefined;
    trial?.cancel();
    if (trial?.config.undoNeedsReboot) {
      this.#leave(`the configuration on trial goes back, which takes a reboot: ${why}`);
      return;
    }
    if (this.#kept !== undefined) vault.take(this.#kept.secrets);
    const machine = this.#kept?.machine;
    try {
      await follow(machine);
      settle(machine);
      tell(`the node has gone back to the configuration that it keeps: ${why}`, 'warn');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#leave(`the node cannot go back as it runs (${reason}), and starts again: ${why}`);
    }
  }

  #leave(message: string): void {
    this.#isLeaving = true;
    this.#world.tell(message, 'warn');
    this.#world.after(answerMs, () => this.#world.restart());
  }

  async #keep({ bytes, machine, secrets: texts }: PreparedConfig): Promise<void> {
    await this.#change({ type: 'accept', content: bytes });
    this.#isStaged = false;
    const secrets = new SecretVault();
    secrets.fill(texts);
    this.#kept = { bytes, machine, secrets };
  }

  /** Errors: `config.not-kept`. */
  async #change(change: Parameters<ChangeState>[0]): Promise<void> {
    const reason = await this.#world.changeState?.(change);
    if (reason !== undefined) throw EftError.of('config.not-kept', { reason });
  }

  #needState(what: string): void {
    if (this.#world.changeState === undefined) throw EftError.of('config.no-state', { what });
  }

  #unkeptNote(): string {
    return this.#world.changeState === undefined ? ', until the node starts again: it has no STATE' : '';
  }

  /** Does one thing after the other. What is given is what `work` has answered, which may go on after that. */
  #inTurn<Value>(work: (answer: (value: Value) => void) => Promise<void>): Promise<Value> {
    if (this.#waiting >= waitingLimit) return Promise.reject(EftError.of('config.busy', {}));
    this.#waiting += 1;
    return new Promise((resolve, reject) => {
      this.#turn = this.#turn.then(async () => {
        this.#waiting -= 1;
        try {
          if (this.#isLeaving) throw EftError.of('config.busy', {});
          await work(resolve);
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#world.after(delayMs, resolve);
    });
  }
}

function plan(mode: ApplyMode, needsReboot: boolean): string {
  if (mode === 'staged') return 'the next boot would take it over';
  if (!needsReboot) return 'it would be applied at once';
  return mode === 'auto' ? 'it would be kept, and the node would start again' : 'it takes a reboot';
}

/** The first few, for a sentence. */
function listed(fields: readonly string[]): string {
  const shown = fields.slice(0, 3).join(', ');
  return fields.length > 3 ? `${shown} and ${fields.length - 3} more` : shown;
}

/** Compares without telling by the time how much is right. */
function isSame(given: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
