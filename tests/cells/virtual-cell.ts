/**
 * A cell with a real module inside, in this thread and on a clock that the test turns: an hour of events passes in a second. The supervisor's
 * side, the inside, the store and the recorder are the real ones; threads, time, chance and the carrier of `eft:host/files` are played.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readModuleFolder } from '../../cli/toolchain/module-folder.ts';
import { type Carrier, Cell, type CellModule } from '../../supervisor/cells/cell.ts';
import type { SentError } from '../../supervisor/cells/cell-messages.ts';
import { cellThread } from '../../supervisor/cells/cell-thread.ts';
import type { FlightRecord } from '../../supervisor/cells/flight-recorder.ts';
import { declarationOf } from '../../supervisor/cells/load-module.ts';
import type { Failure } from '../../supervisor/cells/module-events.ts';
import { RequestFailure } from '../../supervisor/cells/request-table.ts';
import type { OpenTransport } from '../../supervisor/cells/transport.ts';
import { Component } from '../../supervisor/component/component.ts';
import { eftKinds } from '../../supervisor/store/eft-kinds.ts';
import { Store } from '../../supervisor/store/store.ts';
import { attachManifest, readModule } from '../../supervisor/trust/module-file.ts';
import { builtComponent } from '../components/build.ts';

const statusKind = 'eft:resources/module-status';
const outputKind = 'eft:resources/node-status';

/** The module in `tests/components/NAME`, as a module file without signatures. */
export async function testModule(name: string): Promise<CellModule> {
  const { manifest } = readModuleFolder(join(import.meta.dirname, '../components', name));
  const component = attachManifest(await builtComponent(name), manifest);
  const { modules } = Component.compile(component);
  return { manifest, component, modules, digest: readModule(component, name).digest };
}

/** What `eft:host/files` answers to the request of this number: content, or why there is none. */
export type Answering = (count: number) => Uint8Array | Failure;

export type VirtualFailure = { readonly error: SentError; readonly record: FlightRecord | undefined };

/** The content of a file with a lease of so many seconds. */
export const leaseOf = (seconds: number) => new Uint8Array([seconds]);

export class VirtualCell {
  /** Milliseconds on the test's clock. */
  nowMs = 5_000;
  readonly store = new Store({ nowMs: () => this.nowMs });
  readonly failures: VirtualFailure[] = [];
  readonly cell: Cell;
  /** Is called before each reply of the inside reaches the supervisor's side. */
  onReply: () => void = () => undefined;
  readonly #timers = new Set<{ readonly dueMs: number; readonly fire: () => void }>();
  #drawn = 0;
  #asked = 0;

  /** `carriers` are in the place of the one that answers with `answering`, or beside it. */
  constructor(module: CellModule, answering: Answering, carriers: Readonly<Record<string, Carrier>> = {}) {
    for (const kind of eftKinds()) this.store.defineKind(kind);
    this.store.join(module.manifest.name, declarationOf(module));
    for (const actor of ['supervisor', 'other']) {
      const kind = actor === 'other' ? outputKind : statusKind;
      this.store.join(actor, {
        inputs: [],
        outputs: [{ kind, type: this.store.typeOf(kind), mode: actor === 'other' ? 'shared' : 'exclusive' }],
      });
    }
    this.cell = new Cell(module, {
      store: this.store,
      open: this.#open,
      time: () => {
        const now = BigInt(this.nowMs) * 1_000_000n;
        return { now, wall: 1_800_000_000_000_000_000n + now, isSynchronized: true };
      },
      after: (delayMs, fire) => {
        const timer = { dueMs: this.nowMs + delayMs, fire };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
      },
      random: (count) => this.#random(count),
      carriers: new Map([
        [
          'eft:host/files',
          () => {
            this.#asked += 1;
            const answer = answering(this.#asked);
            if (answer instanceof Uint8Array) return Promise.resolve(answer);
            return Promise.reject(new RequestFailure(answer));
          },
        ],
        ...Object.entries(carriers),
      ]),
      events: {
        onState: () => undefined,
        onLog: () => undefined,
        onFailure: (_, error, record) => this.failures.push({ error, record }),
      },
    });
  }

  /** Says what the module `network` is like: an event for whoever reads it. */
  putModuleStatus(message: string): void {
    const value = { state: 'degraded', version: '1.0.0', restarts: 0, message };
    this.#commit('supervisor', { effect: 'put', kind: statusKind, id: 'network', value });
  }

  /** Has another writer be there with a resource and gone again, so that an effect on it conflicts. */
  disturb(id: string): void {
    const value = { stage: 'running', ready: true, unmet: [] };
    this.#commit('other', { effect: 'put', kind: outputKind, id, value });
    this.#commit('other', { effect: 'remove', kind: outputKind, id });
  }

  /** Turns the clock on, and lets everything settle. */
  async pass(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    for (;;) {
      await settle();
      let next: { readonly dueMs: number; readonly fire: () => void } | undefined;
      for (const timer of this.#timers) {
        if (timer.dueMs <= endMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
      }
      if (next === undefined) break;
      this.#timers.delete(next);
      this.nowMs = Math.max(this.nowMs, next.dueMs);
      next.fire();
    }
    this.nowMs = endMs;
  }

  #commit(actor: string, effect: Parameters<Store['commit']>[2][number]): void {
    const result = this.store.commit(actor, this.store.revision, [effect]);
    if (result.outcome !== 'committed') throw new Error(`the store says ${result.outcome}`);
  }

  /** Bytes that look like chance and are the same in every run. */
  #random(count: number): Uint8Array {
    this.#drawn += 1;
    return new Uint8Array(createHash('sha512').update(String(this.#drawn)).digest().subarray(0, count));
  }

  /** The inside of a cell in this thread. What passes is cloned, as between threads. */
  #open: OpenTransport = (_, { onMessage }) => {
    const receive = cellThread((message) => {
      const sent = structuredClone(message);
      queueMicrotask(() => {
        this.onReply();
        onMessage(sent);
      });
    });
    return {
      send: (message) => {
        const { modules, ...rest } = message.type === 'load' ? message : { ...message, modules: undefined };
        const sent = structuredClone(rest);
        if (sent.type === 'load') receive({ ...sent, modules });
        else receive(sent);
      },
      terminate: () => Promise.resolve(),
    };
  };
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
