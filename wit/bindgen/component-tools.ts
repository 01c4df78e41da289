/**
 * The two steps of jco's componentizer, and its reader of components, run in a worker: a panic inside poisons the WebAssembly instance that the tools
 * are, so after any failure that is not an ordinary message the worker is thrown away.
 */
import { Worker } from 'node:worker_threads';

/** Puts the resolved type of a world into a core module. */
export type EmbedRequest = {
  readonly operation: 'embed';
  readonly core: Uint8Array;
  readonly wit: string;
  readonly world: string;
  /** Make a module with all imports and exports of the world instead; `core` must be empty then. */
  readonly dummy?: boolean;
};

/** Makes a component of a core module with an embedded world. */
export type NewRequest = { readonly operation: 'new'; readonly core: Uint8Array };

/** Reads a component, and gives the text of its world. What is no component, or no valid one, is refused. */
export type WitRequest = { readonly operation: 'wit'; readonly component: Uint8Array };

export type ToolRequest = EmbedRequest | NewRequest | WitRequest;
export type ToolReply =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly message: string; readonly isOrdinary: boolean };

/** What a tool says when it refuses its input. */
export class ComponentToolError extends Error {}

/** The smallest core module: magic number and version. */
export const emptyCoreModule: Uint8Array = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

let worker: Worker | undefined;
let last: Promise<unknown> = Promise.resolve();

/** Runs one step. Throws `ComponentToolError` with the tool's own words. Steps run one after the other. */
export function runComponentTool(request: ToolRequest): Promise<Uint8Array> {
  const run = last.then(() => runNow(request));
  last = run.catch(() => undefined);
  return run;
}

function runNow(request: ToolRequest): Promise<Uint8Array> {
  worker ??= new Worker(new URL('./component-tools-worker.ts', import.meta.url), { execArgv: [] });
  const current = worker;
  current.ref();
  return new Promise((resolve, reject) => {
    const abandon = (error: Error) => {
      worker = undefined;
      void current.terminate();
      reject(error);
    };
    const finish = () => {
      current.off('message', onMessage);
      current.off('error', abandon);
      current.unref();
    };
    const onMessage = (reply: ToolReply) => {
      finish();
      if (reply.ok) resolve(reply.bytes);
      else if (reply.isOrdinary) reject(new ComponentToolError(reply.message));
      else abandon(new ComponentToolError(reply.message));
    };
    current.once('message', onMessage);
    current.once('error', abandon);
    current.postMessage(request);
  });
}
