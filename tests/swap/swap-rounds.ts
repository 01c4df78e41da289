/**
 * Swaps back and forth under load, with real threads: two versions of tally whose saved states have different formats, numbers by two sockets
 * all the time and at every step of each swap, timers and reads under way. For the bench and the soak.
 */

import type { CellModule } from '../../supervisor/cells/cell.ts';
import { CellProgram } from '../../supervisor/cells/cell-program.ts';
import { prepareEngine, threadTransport } from '../../supervisor/cells/thread-transport.ts';
import { threadRanMs } from '../../supervisor/native/thread-clock.ts';
import { Node } from '../../supervisor/node.ts';
import type { SwapJournal } from '../../supervisor/swap/swap-journal.ts';
import { swapModules } from '../../supervisor/swap/swap-modules.ts';
import { countHoldings, type Holdings, weighHoldings } from '../soak/holdings.ts';
import { tallyModule } from './tally-module.ts';
import { type Tally, TallyWorld, tallyOn } from './tally-world.ts';

/** Milliseconds between two words of the world. */
const talkMs = 1;
/** Numbers by each socket that come at a time. */
const wordsAtOnce = 2;
/** Numbers by one socket that may wait to be counted; an inbox has room for 256. */
const waitingLimit = 128;
/** Reads that the module always has under way. */
const readChains = 3;
/** The longest that what was sent may take to be counted, in milliseconds. */
const patienceMs = 20_000;

const nowhere: SwapJournal = {
  prepare: () => Promise.resolve(),
  commit: () => Promise.resolve(),
  abandon: () => Promise.resolve(),
};

/** What was sent and never counted, or counted twice, in all. */
export type Lost = { readonly events: number; readonly tally: Tally };

export class SwapRounds {
  /** Milliseconds of the pause of each swap so far. */
  readonly pausesMs: number[] = [];
  /** Failures of cells. There should be none. */
  readonly failures: string[] = [];
  readonly #versions: readonly [CellModule, CellModule];
  readonly #armed = new Set<NodeJS.Timeout>();
  readonly #world: TallyWorld;
  readonly #node: Node;
  #talking: NodeJS.Timeout | undefined;
  #swaps = 0;

  private constructor(versions: readonly [CellModule, CellModule], source: string) {
    this.#versions = versions;
    const after = (delayMs: number, fire: () => void): (() => void) => {
      const timer = setTimeout(() => {
        this.#armed.delete(timer);
        fire();
      }, delayMs);
      this.#armed.add(timer);
      return () => {
        clearTimeout(timer);
        this.#armed.delete(timer);
      };
    };
    this.#world = new TallyWorld(after);
    const program = new CellProgram(source);
    this.#node = new Node({
      open: threadTransport(program),
      time: () => ({
        now: process.hrtime.bigint(),
        wall: BigInt(Date.now()) * 1_000_000n,
        isSynchronized: true,
      }),
      ranMs: threadRanMs,
      after,
      random: (count) => new Uint8Array(count),
      carriers: this.#world.carriers,
      events: {
        onState: () => undefined,
        onLog: () => undefined,
        onFailure: (_, { message }) => this.failures.push(message),
      },
      // The world says more than a cell may cost the supervisor in the long run; how that is spread is not what is looked at here.
      isBooting: () => true,
    });
  }

  /** `source` is the cell's program in one piece. The module runs, and the world talks. */
  static async begin(source: string): Promise<SwapRounds> {
    prepareEngine();
    const versions = [
      await tallyModule({ version: '1.1.0', format: 2 }),
      await tallyModule({ version: '1.0.0', format: 1 }),
    ] as const;
    const rounds = new SwapRounds(versions, source);
    rounds.#node.start(versions[1]);
    rounds.talk();
    await rounds.#until(() => Number(rounds.tally.heard) > 10);
    return rounds;
  }

  get tally(): Tally {
    return tallyOn(this.#node);
  }

  /** The version that runs. */
  get version(): string {
    return this.#node.roster.cells.get('tally')?.module.manifest.version ?? 'none';
  }

  /** One swap to the other version, with news at every step of it. */
  async swap(): Promise<void> {
    const to = this.#versions[this.#swaps % 2 === 0 ? 0 : 1];
    this.#swaps += 1;
    const [swapped] = await swapModules(this.#node.roster, [to], {
      journal: nowhere,
      wellMs: 1,
      onStep: () => this.#say(1),
    });
    this.pausesMs.push(Number(swapped?.pauseNs ?? 0n) / 1e6);
  }

  /** Stops talking until all that was sent has been counted, and says what was not. */
  async settle(): Promise<Lost> {
    this.hush();
    await this.#until(() => this.#isCounted()).catch(() => undefined);
    const { sent } = this.#world;
    const { tally } = this;
    const wrong = tally.wrong.split(' ').reduce((sum, count) => sum + Number(count), 0);
    const missing = [sent.numbers - Number(tally.heard), sent.letters - Number(tally.letters)];
    // Reads go on by themselves, in three chains: one that is lost is never asked again.
    missing.push(readChains - this.#world.reading, sent.reads - Number(tally.answers));
    return { events: missing.reduce((sum, count) => sum + Math.abs(count), wrong), tally };
  }

  #isCounted(): boolean {
    const { sent, reading } = this.#world;
    const { heard, letters, answers } = this.tally;
    return (
      heard === String(sent.numbers) &&
      letters === String(sent.letters) &&
      answers === String(sent.reads) &&
      reading === readChains
    );
  }

  /** The world is silent until `talk`. */
  hush(): void {
    clearInterval(this.#talking);
    this.#talking = undefined;
  }

  /** The world says something, unless so much of what it said waits that a socket's inbox could overflow: a loss by that is the machine's fault. */
  #say(times: number): void {
    const { sent } = this.#world;
    const { heard, letters } = this.tally;
    const waiting = Math.max(sent.numbers - (Number(heard) || 0), sent.letters - (Number(letters) || 0));
    if (waiting < waitingLimit) this.#world.talk(times);
  }

  /** The world goes on talking. */
  talk(): void {
    this.#talking ??= setInterval(() => this.#say(wordsAtOnce), talkMs);
  }

  /** What the process holds while the world is silent, and nothing is under way but what always is. */
  async holdings(collect: () => void): Promise<Holdings> {
    await this.settle();
    const bytes = weighHoldings(collect);
    const cell = this.#node.roster.cells.get('tally');
    await this.#until(() => this.#isCounted() && cell?.phase === 'idle');
    const counts = countHoldings(this.#node.store, { armedTimers: 0, carried: this.#world.reading });
    return { counts, bytes };
  }

  async stop(): Promise<void> {
    this.hush();
    await this.#node.roster.stopAll();
    for (const timer of this.#armed) clearTimeout(timer);
  }

  async #until(holds: () => boolean): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while (!holds()) {
      if (performance.now() > deadline) throw new Error(`not so after ${patienceMs} ms: ${holds.toString()}`);
      await pause(2);
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
