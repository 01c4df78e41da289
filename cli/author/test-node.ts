/**
 * A node for the tests of one module: what tests import as `eft/test`. The cell, the store and the swap are those of a real node; threads, time, chance and the
 * kernel are played, so a test sees the same in every run, and an hour passes at once.
 *
 * Of what takes a kernel only `eft:host/files` is there, with the files that the test puts; requests of other interfaces are answered `invalid`.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CellModule } from '../../supervisor/cells/cell.ts';
import { moduleStatusKind } from '../../supervisor/cells/cell-roster.ts';
import { cellThread } from '../../supervisor/cells/cell-thread.ts';
import { declarationOf, loadModule } from '../../supervisor/cells/load-module.ts';
import type { OpenTransport } from '../../supervisor/cells/transport.ts';
import { Component } from '../../supervisor/component/component.ts';
import { Node, ownDeclarations } from '../../supervisor/node.ts';
import { eftKinds } from '../../supervisor/store/eft-kinds.ts';
import type { RecordValue } from '../../supervisor/store/resource.ts';
import { swapModules } from '../../supervisor/swap/swap-modules.ts';
import { readModule } from '../../supervisor/trust/module-file.ts';
import { maximumModuleBytes } from '../../supervisor/trust/module-sections.ts';
import { readInput } from '../files.ts';
import { moduleFileVariable } from './module-file-variable.ts';
import { PlayedFiles } from './played-files.ts';

/** Tests are those of Node.js, or those of vitest where vitest runs them. */
export const test: (name: string, run: () => Promise<void>) => unknown = await testOfRunner();

/** Who puts what no supervisor puts. */
const others = 'others';
/** How the kinds end that are a machine's configuration: the node lets nobody else put them. */
const configurationSuffix = '-config';
/** The longest that a swap may take, in milliseconds of the test's clock. */
const swapLimitMs = 60_000;

const built = new Map<string, Promise<CellModule>>();

export class TestNode {
  /** What the module has logged, such as `info: ready`. */
  readonly log: string[] = [];
  /** What the module has failed of. */
  readonly failures: string[] = [];
  readonly #module: CellModule;
  readonly #files = new PlayedFiles();
  readonly #timers = new Set<{ readonly dueMs: number; readonly fire: () => void }>();
  readonly #node: Node;
  #nowMs = 1_000;

  private constructor(module: CellModule) {
    this.#module = module;
    this.#node = new Node({
      open: openHere,
      time: () => {
        const now = BigInt(this.#nowMs) * 1_000_000n;
        return { now, wall: 1_800_000_000_000_000_000n + now, isSynchronized: true };
      },
      ranMs: () => 0,
      after: (delayMs, fire) => {
        const timer = { dueMs: this.#nowMs + delayMs, fire };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
      },
      random: (count) => new Uint8Array(count),
      carriers: new Map([['eft:host/files', this.#files.carrier]]),
      events: {
        onState: () => undefined,
        onLog: (_, { level, message }) => this.log.push(`${level}: ${message}`),
        onFailure: (_, { message }) => this.failures.push(message),
      },
    });
    const kinds = eftKinds();
    const own = ownDeclarations(kinds);
    const taken = new Set(
      ['supervisor', 'config'].flatMap((actor) => own.get(actor)?.outputs ?? []).map(({ kind }) => kind),
    );
    const { inputs, outputs } = declarationOf(module);
    const written = new Set(outputs.map(({ kind }) => kind));
    this.#node.store.join(others, {
      inputs: [],
      outputs: inputs
        .filter(({ kind }) => !taken.has(kind) && !written.has(kind))
        .map((input) => ({ ...input, mode: 'shared' as const })),
    });
  }

  /** A node for the module in `folder`, which is built first. Nothing runs yet. Errors: as `eft module build`. */
  static async of(folder: string): Promise<TestNode> {
    const module = built.get(folder) ?? moduleIn(folder);
    built.set(folder, module);
    return new TestNode(await module);
  }

  /** Starts the module, and lets it come to rest. */
  async start(): Promise<void> {
    this.#node.start(this.#module);
    await this.settle();
  }

  /** Puts a resource that the module reads, as whoever writes the kind on a real node. */
  put(kind: string, id: string, value: RecordValue): void {
    const author = authorOf(kind);
    if (author === others) this.#commit({ effect: 'put', kind, id, value });
    else this.#node.put(author, kind, id, value);
  }

  /** Takes such a resource away. */
  remove(kind: string, id: string): void {
    const author = authorOf(kind);
    if (author === others) this.#commit({ effect: 'remove', kind, id });
    else this.#node.remove(author, kind, id);
  }

  /** Makes a file that the module may read, by the name that its grant gives the directory: `pressure/memory`. Without content it is taken away. */
  file(path: string, content: string | undefined): void {
    this.#files.set(path, content);
  }

  /** The value of a resource, or undefined. */
  get(kind: string, id: string): RecordValue | undefined {
    return this.#node.get(kind, id)?.value;
  }

  /** The ids of the resources of a kind, sorted. */
  ids(kind: string): readonly string[] {
    return this.#node.store
      .list(kind)
      .map(({ metadata }) => metadata.id)
      .sort();
  }

  /** What the node says of the module: `healthy`, `degraded`, `backing-off`, …; undefined before it is started. */
  get state(): string | undefined {
    const state = this.get(moduleStatusKind, this.#module.manifest.name)?.['state'];
    return typeof state === 'string' ? state : undefined;
  }

  /** Lets the module handle all that there is; timers wait. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < settlingTurns; turn += 1) await nextTurn();
  }

  /** Lets `ms` milliseconds pass, timer by timer. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      await this.settle();
      let next: { readonly dueMs: number; readonly fire: () => void } | undefined;
      for (const timer of this.#timers) {
        if (timer.dueMs <= endMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
      }
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.fire();
    }
    this.#nowMs = endMs;
  }

  /** Replaces the module by itself while it runs: it saves, and starts with what it has saved. Errors: `swap.*`. */
  async swap(): Promise<void> {
    const nothing = (): Promise<void> => Promise.resolve();
    const journal = { prepare: nothing, commit: nothing, abandon: nothing };
    let isOver = false;
    const swap = swapModules(this.#node.roster, [this.#module], { journal }).finally(() => {
      isOver = true;
    });
    swap.catch(() => undefined);
    for (let passedMs = 0; !isOver && passedMs < swapLimitMs; passedMs += swapStepMs)
      await this.pass(swapStepMs);
    await swap;
  }

  #commit(effect: Parameters<Node['store']['commit']>[2][number]): void {
    const { store } = this.#node;
    const result = store.commit(others, store.revision, [effect]);
    if (result.outcome !== 'committed') {
      throw new Error(`${effect.kind} "${effect.id}" cannot be put: ${JSON.stringify(result)}`);
    }
  }
}

/** Turns of the event loop in which all that is under way comes to its end, the promises of carriers among it. */
const settlingTurns = 12;
/** Milliseconds of the test's clock between two looks at a swap. */
const swapStepMs = 100;

async function testOfRunner(): Promise<(name: string, run: () => Promise<void>) => unknown> {
  if (process.env['VITEST'] !== undefined) return (await import('vitest')).test;
  return (await import('node:test')).test;
}

function authorOf(kind: string): 'supervisor' | 'config' | typeof others {
  if (kind === moduleStatusKind || kind === 'eft:resources/boot-phase') return 'supervisor';
  return kind.endsWith(configurationSuffix) ? 'config' : others;
}

/** The module, loaded as a node loads it, but for the signatures. */
async function moduleIn(folder: string): Promise<CellModule> {
  const file = process.env[moduleFileVariable];
  const bytes = file === undefined ? await buildIn(folder) : readInput(file, maximumModuleBytes);
  const { manifest, digest } = readModule(bytes, file ?? folder);
  const { definition } = Component.compile(bytes, []);
  return loadModule({ manifest, component: bytes, definition, digest });
}

async function buildIn(folder: string): Promise<Uint8Array<ArrayBuffer>> {
  const { buildModule } = await import('../toolchain/build-module.ts');
  return (await buildModule(folder)).module;
}

/** The inside of a cell in this thread. What passes is cloned, as between threads; a thread that is gone says nothing more. */
const openHere: OpenTransport = (_, events) => {
  let isOpen = true;
  const receive = cellThread((message) => {
    const sent = structuredClone(message);
    queueMicrotask(() => {
      if (isOpen) events.onMessage(sent);
    });
  });
  return {
    send: (message) => {
      const { modules, ...rest } = message.type === 'load' ? message : { ...message, modules: undefined };
      const sent = structuredClone(rest);
      queueMicrotask(() => {
        if (!isOpen) return;
        if (sent.type === 'load') receive({ ...sent, modules });
        else receive(sent);
      });
    },
    terminate: () => {
      isOpen = false;
      return Promise.resolve();
    },
  };
};
