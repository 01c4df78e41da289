/**
 * A node with the module tally on it, and a world that talks to it without a pause: numbers by a netlink socket and a UDP socket, answers to
 * reads, changes in the store. In this thread and on a clock that the test turns, so that two nodes with the same world end in the same state,
 * whatever was swapped on one of them.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Cell, CellModule } from '../../supervisor/cells/cell.ts';
import type { SentError } from '../../supervisor/cells/cell-messages.ts';
import { cellThread } from '../../supervisor/cells/cell-thread.ts';
import type { FlightRecord } from '../../supervisor/cells/flight-recorder.ts';
import type { OpenTransport, TransportEvents } from '../../supervisor/cells/transport.ts';
import { Node } from '../../supervisor/node.ts';
import { type Tally, TallyWorld, tallyOn } from './tally-world.ts';

export type TallyFailure = { readonly error: SentError; readonly record: FlightRecord | undefined };

export class TallyNode {
  /** Milliseconds on the test's clock. */
  nowMs = 1_000;
  readonly failures: TallyFailure[] = [];
  /** The cells' insides that there are, the newest last. */
  readonly threads: { readonly events: TransportEvents; isOpen: boolean }[] = [];
  readonly node: Node;
  readonly #timers = new Set<{ readonly dueMs: number; readonly fire: () => void }>();
  readonly #world = new TallyWorld((delayMs, fire) => {
    this.#timers.add({ dueMs: this.nowMs + delayMs, fire });
  });

  constructor(module: CellModule | undefined) {
    this.node = new Node({
      open: this.#open,
      time: () => {
        const now = BigInt(this.nowMs) * 1_000_000n;
        return { now, wall: 1_800_000_000_000_000_000n + now, isSynchronized: true };
      },
      // Nothing waits for having had its share: how long this thread takes is chance.
      ranMs: () => 0,
      after: (delayMs, fire) => {
        const timer = { dueMs: this.nowMs + delayMs, fire };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
      },
      random: (count) => new Uint8Array(count),
      carriers: this.#world.carriers,
      events: {
        onState: () => undefined,
        onLog: () => undefined,
        onFailure: (_, error, record) => this.failures.push({ error, record }),
      },
    });
    if (module !== undefined) this.node.start(module);
  }

  get sent(): TallyWorld['sent'] {
    return this.#world.sent;
  }

  /** Handles that were closed. */
  get closed(): readonly string[] {
    return this.#world.closed;
  }

  get cell(): Cell {
    const cell = this.node.roster.cells.get('tally');
    if (cell === undefined) throw new Error('tally does not run');
    return cell;
  }

  /** What the module has counted. */
  get tally(): Tally {
    return tallyOn(this.node);
  }

  /** All resources that there are, but how often modules were started and which version they have. */
  get resources(): unknown {
    return this.node.store.report().kinds.map(({ name: kind }) => [
      kind,
      this.node.store.list(kind).map(({ metadata: { id, owner, phase, finalizers }, value }) => ({
        id,
        owner,
        phase,
        finalizers,
        value,
      })),
    ]);
  }

  /** The kernel and the network say the next number, so many times. */
  talk(times = 1): void {
    this.#world.talk(times);
  }

  /** Turns the clock on, talks each millisecond if `isTalking`, and lets everything settle. */
  async pass(ms: number, isTalking = true): Promise<void> {
    for (let passed = 0; passed < ms; passed += 1) {
      if (isTalking) this.talk();
      await settle();
      this.nowMs += 1;
      this.#fire();
      await settle();
    }
  }

  /** Turns the clock on until `work` is settled, a minute at most, and gives what came of it. */
  async passUntil<Value>(work: Promise<Value>, isTalking = true): Promise<Value> {
    let isOver = false;
    const watch = (): void => {
      isOver = true;
    };
    work.then(watch, watch);
    for (let passed = 0; !isOver; passed += 1) {
      if (passed > 60_000) throw new Error('it is still not over after a minute');
      await this.pass(1, isTalking);
    }
    return work;
  }

  #fire(): void {
    for (;;) {
      let next: { readonly dueMs: number; readonly fire: () => void } | undefined;
      for (const timer of this.#timers) {
        if (timer.dueMs <= this.nowMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
      }
      if (next === undefined) return;
      this.#timers.delete(next);
      next.fire();
    }
  }

  /** The inside of a cell in this thread. What passes is cloned, as between threads. A thread that is gone says nothing more. */
  readonly #open: OpenTransport = (_, events) => {
    const thread = { events, isOpen: true };
    this.threads.push(thread);
    const receive = cellThread((message) => {
      const sent = structuredClone(message);
      queueMicrotask(() => {
        if (thread.isOpen) events.onMessage(sent);
      });
    });
    return {
      send: (message) => {
        const { modules, ...rest } = message.type === 'load' ? message : { ...message, modules: undefined };
        const sent = structuredClone(rest);
        queueMicrotask(() => {
          if (!thread.isOpen) return;
          if (sent.type === 'load') receive({ ...sent, modules });
          else receive(sent);
        });
      },
      terminate: () => {
        thread.isOpen = false;
        return Promise.resolve();
      },
    };
  };
}

/** Lets all that is under way in promises come to its end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await nextTurn();
}
