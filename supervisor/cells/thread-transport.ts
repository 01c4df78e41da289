/**
 * A cell in a worker thread.
 *
 * Terminating a worker stops any WebAssembly that polls for it. V8's baseline code polls in loops only when its tiering budget runs
 * out, so a loop around a large `memory.fill` would not stop for minutes; without dynamic tiering all code is compiled to poll. The
 * flag must be set before anything is compiled, which is why `prepareEngine` is called first thing by whoever runs cells.
 */
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { FromCell } from './cell-messages.ts';
import type { OpenTransport } from './transport.ts';

/** Megabytes of JavaScript heap of a cell: what its mirror and its messages may take. */
const heapLimitMb = 96;
const youngHeapLimitMb = 8;
/** Megabytes of stack; deeper recursion is the module's stack overflow. */
export const stackLimitMb = 2;

/** Sets the engine up for cells. Before the first module is compiled. */
export function prepareEngine(): void {
  setFlagsFromString('--no-wasm-dynamic-tiering');
}

/** Opens cells whose threads run `entry`. */
export function threadTransport(entry: URL = new URL('./cell-worker.ts', import.meta.url)): OpenTransport {
  return ({ name }, { onMessage, onEnd }) => {
    const worker = new Worker(entry, {
      name: `cell ${name}`,
      env: {},
      argv: [],
      stdin: false,
      resourceLimits: {
        maxOldGenerationSizeMb: heapLimitMb,
        maxYoungGenerationSizeMb: youngHeapLimitMb,
        stackSizeMb: stackLimitMb,
      },
    });
    let reason = 'it exited';
    let isHeapFull = false;
    worker.on('message', (message: FromCell) => onMessage(message));
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
      send: (message) => worker.postMessage(message),
      terminate: async () => {
        await worker.terminate();
      },
    };
  };
}
