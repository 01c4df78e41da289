/**
 * A cell whose inside is played by the test, on a clock that the test turns: for the rules of the supervisor's side, without threads and
 * without waiting.
 */
import { Cell, type CellModule, type CellWorld } from '../../supervisor/cells/cell.ts';
import type { FromCell, SentError, ToCell } from '../../supervisor/cells/cell-messages.ts';
import type { CallOutput, Effects, EventInput, LogLine } from '../../supervisor/cells/module-events.ts';
import type { TransportEvents } from '../../supervisor/cells/transport.ts';
import type { RecordType } from '../../supervisor/component/types.ts';
import type { Manifest } from '../../supervisor/manifest/manifest.ts';
import { Store } from '../../supervisor/store/store.ts';

export const inputKind = 'eft:test/input';
export const outputKind = 'eft:test/output';
const type: RecordType = {
  kind: 'record',
  fields: [{ name: 'text', type: { kind: 'string', name: undefined } }],
  name: undefined,
};

export const manifest: Manifest = {
  name: 'scripted',
  version: '1.0.0',
  securityVersion: 1,
  description: 'A module that a test plays.',
  world: 'eft:test/scripted@0.1.0',
  inputs: [{ kind: inputKind, reason: 'for the test' }],
  outputs: [{ kind: outputKind, mode: 'shared', reason: 'for the test' }],
  grants: [{ interface: 'eft:host/entropy', reason: 'for the test' }],
  limits: { memoryPages: 1, eventMilliseconds: 100, queuedEvents: 4 },
  restart: { initialMilliseconds: 100, maximumMilliseconds: 1_000, quarantineAfter: 3 },
  savedState: { writes: 1, reads: [1] },
  isolation: 'thread',
};

type Line = { readonly messages: ToCell[]; readonly events: TransportEvents; isOpen: boolean };

const nothing: Effects = { store: [], timers: [], requests: [], cancels: [], health: undefined };

export class ScriptedCell {
  /** Milliseconds on the test's clock. */
  nowMs = 0;
  readonly store = new Store({ nowMs: () => this.nowMs });
  readonly lines: Line[] = [];
  readonly failures: SentError[] = [];
  readonly logs: LogLine[] = [];
  readonly cell: Cell;
  readonly #timers = new Set<{ readonly dueMs: number; readonly fire: () => void }>();

  constructor(overrides: Partial<CellWorld> = {}) {
    const module: CellModule = { manifest, component: new Uint8Array(), modules: [], digest: '' };
    this.store.join('scripted', {
      inputs: [{ kind: inputKind, type }],
      outputs: [{ kind: outputKind, type, mode: 'shared' }],
    });
    this.store.join('other', {
      inputs: [],
      outputs: [
        { kind: inputKind, type, mode: 'shared' },
        { kind: outputKind, type, mode: 'shared' },
      ],
    });
    this.cell = new Cell(module, {
      store: this.store,
      open: (_, events) => {
        const line: Line = { messages: [], events, isOpen: true };
        this.lines.push(line);
        return {
          send: (message) => line.messages.push(message),
          terminate: () => {
            line.isOpen = false;
            return Promise.resolve();
          },
        };
      },
      time: () => ({ now: BigInt(this.nowMs) * 1_000_000n, wall: 0n, isSynchronized: false }),
      after: (delayMs, fire) => {
        const timer = { dueMs: this.nowMs + delayMs, fire };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
      },
      random: (count) => new Uint8Array(count),
      carriers: new Map(),
      events: {
        onState: () => undefined,
        onLog: (_, line) => this.logs.push(line),
        onFailure: (_, error) => this.failures.push(error),
      },
      ...overrides,
    });
  }

  /** Timers that are armed in the cell's world. */
  get timers(): number {
    return this.#timers.size;
  }

  get #line(): Line {
    const line = this.lines.at(-1);
    if (line === undefined) throw new Error('the cell was not started');
    return line;
  }

  /** The last message that the cell's inside was sent. */
  get last(): ToCell | undefined {
    return this.#line.messages.at(-1);
  }

  /** The event that the inside is to handle now. */
  get event(): EventInput['event'] | undefined {
    return this.last?.type === 'handle' ? this.last.input.event : undefined;
  }

  send(message: FromCell, line = this.#line): void {
    line.events.onMessage(message);
  }

  /** Starts the cell, with a module that is content. */
  start(): void {
    this.cell.start();
    this.send({ type: 'started', output: { ...this.output(), refusal: undefined } });
  }

  /** The module has handled its event, and wants this done. */
  handled(effects: Partial<Effects> = {}): void {
    this.send({ type: 'handled', output: this.output(effects) });
  }

  output(effects: Partial<Effects> = {}): CallOutput {
    return { effects: { ...nothing, ...effects }, revision: this.#revision(), nextRequest: 1n };
  }

  /** Somebody else writes a resource. */
  write(kind: string, id: string, text: string): void {
    const result = this.store.commit('other', this.store.revision, [
      { effect: 'put', kind, id, value: { text } },
    ]);
    if (result.outcome !== 'committed') throw new Error(result.outcome);
  }

  /** Turns the clock on, and lets promises settle. */
  async pass(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const due = [...this.#timers]
        .filter(({ dueMs }) => dueMs <= endMs)
        .sort((a, b) => a.dueMs - b.dueMs)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.nowMs = Math.max(this.nowMs, due.dueMs);
      due.fire();
    }
    this.nowMs = endMs;
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** The revision of the mirror that the inside has. */
  #revision(): number {
    let revision = 0;
    for (const message of this.#line.messages) {
      if (message.type !== 'start' && message.type !== 'handle') continue;
      for (const batch of message.input.batches) revision = batch.revision;
    }
    return revision;
  }
}
