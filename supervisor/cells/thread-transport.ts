/**
 * A cell in a worker thread.
 *
 * Terminating a worker stops any WebAssembly that polls for it; engine-flags.ts sees to it that all does. The flags must be set before anything is
 * compiled, which is why `prepareEngine` is called first thing by whoever runs cells.
 */
import { setFlagsFromString } from 'node:v8';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { decodeComponent } from '../component/decode.ts';
import type { ComponentDefinition } from '../component/definition.ts';
import type { FromCell, LoadMessage } from './cell-messages.ts';
import { CellProgram, type CodeCacheMessage } from './cell-program.ts';
import { Doorbell } from './doorbell.ts';
import { engineFlags } from './engine-flags.ts';
import { decodeFromCell, encodeToCell } from './message-text.ts';
import type { OpenTransport } from './transport.ts';

/** Megabytes of JavaScript heap of a cell: what its mirror and its messages may take. */
const heapLimitMb = 96;
const youngHeapLimitMb = 8;
/** Megabytes of stack; deeper recursion is the module's stack overflow. */
export const stackLimitMb = 2;

/** Sets the engine up for cells. Before the first module is compiled. */
export function prepareEngine(): void {
  for (const flag of engineFlags) setFlagsFromString(flag);
}

/** What threads run: the program in one piece, or the sources from an entry. */
type Program = CellProgram | URL;

/** What the thread finds as `workerData`, whichever program it runs. */
export type CellGiven = { readonly bell: SharedArrayBuffer };

/** Opens cells in threads. */
export function threadTransport(
  program: Program = new URL('./cell-worker.ts', import.meta.url),
): OpenTransport {
  const definitions = new WeakMap<Uint8Array, ComponentDefinition>();
  /** The component, decoded here once, so that no thread has to. */
  const decoded = (message: LoadMessage): LoadMessage => {
    const { component } = message;
    const definition = definitions.get(component) ?? decodeComponent(component);
    definitions.set(component, definition);
    return { ...message, component: new Uint8Array(), definition };
  };
  return ({ name }, { onMessage, onEnd }) => {
    const bell = new Doorbell();
    const worker = openWorker(program, name, bell);
    let reason = 'it exited';
    let isHeapFull = false;
    // The other end runs our own program, and no WebAssembly can post a message: what comes is what that program sends. Who breaks out of
    // the engine is in this very process, and has no need of messages. A cell's process is another matter (cell-replies.ts).
    worker.on('message', (message: FromCell | CodeCacheMessage | string) => {
      if (typeof message === 'string' || message.type !== 'code-cache') onMessage(decodeFromCell(message));
      else if (program instanceof CellProgram) program.keep(message);
    });
    worker.on('messageerror', (error) => {
      reason = `a message could not be read: ${error.message}`;
    });
    worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error);
      isHeapFull = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    });
    worker.on('exit', () => {
      if (isHeapFull) onEnd(reason, heapLimitMb);
      else onEnd(reason);
    });
    return {
      send: (message) => {
        worker.postMessage(message.type === 'load' ? decoded(message) : encodeToCell(message));
        bell.ring();
      },
      terminate: async () => {
        await worker.terminate();
      },
    };
  };
}

function openWorker(program: Program, name: string, { shared }: Doorbell): Worker {
  const options: WorkerOptions = {
    name: `cell ${name}`,
    env: {},
    argv: [],
    stdin: false,
    resourceLimits: {
      maxOldGenerationSizeMb: heapLimitMb,
      maxYoungGenerationSizeMb: youngHeapLimitMb,
      stackSizeMb: stackLimitMb,
    },
  };
  const given: CellGiven = { bell: shared };
  if (program instanceof URL) return new Worker(program, { ...options, workerData: given });
  return new Worker(program.code, { ...options, eval: true, workerData: { ...program.data, ...given } });
}
