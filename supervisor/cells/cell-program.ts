/**
 * The program of a cell's thread in one piece, with the engine's code for it. A thread that runs it reads no files, and compiles
 * nothing that a thread before it has compiled: the first one that has started its module hands its code over, and the others
 * begin with it. That makes a cell's start about as cheap as that of an empty thread (`npm run bench:cells`).
 *
 * Where the program is not there in one piece, as in tests, threads run its sources (thread-transport.ts).
 */

/** What a thread of this program is given as `workerData`. */
type Given = { readonly source: string; readonly codeCache: Uint8Array | undefined };

/** How the thread hands over its code; `type` is none of a `FromCell`. */
export type CodeCacheMessage = { readonly type: 'code-cache'; readonly bytes: Uint8Array };

/**
 * Runs in the thread: compiles the source with the code cache, if there is one, and else gives the cache as soon as the module has
 * been started, so that what a start needs is in it. The program's own listener comes first, so the start is over then.
 */
const loader = `
const { parentPort, workerData } = require('node:worker_threads');
const { Script } = require('node:vm');
const { source, codeCache } = workerData;
const script = new Script(source, { filename: 'eft-cell.js', cachedData: codeCache });
script.runInThisContext()(require);
if (codeCache === undefined) {
  const onMessage = (message) => {
    if (message.type !== 'start') return;
    parentPort.off('message', onMessage);
    const bytes = new Uint8Array(script.createCachedData());
    parentPort.postMessage({ type: 'code-cache', bytes }, [bytes.buffer]);
  };
  parentPort.on('message', onMessage);
}`;

export class CellProgram {
  readonly #source: string;
  #codeCache: Uint8Array | undefined;

  /** `source`: an expression that is a function; it is called with `require`, and does what cell-worker.ts does. */
  constructor(source: string) {
    this.#source = source;
  }

  /** What a worker evaluates. */
  get code(): string {
    return loader;
  }

  /** What the worker is given. */
  get data(): Given {
    return { source: this.#source, codeCache: this.#codeCache };
  }

  /** Whether threads begin with the engine's code. */
  get isWarm(): boolean {
    return this.#codeCache !== undefined;
  }

  /** Takes over the code of a thread. */
  keep({ bytes }: CodeCacheMessage): void {
    this.#codeCache ??= bytes;
  }
}
