/** The worker of component-tools.ts: one reply for each request, in order. */
import { parentPort } from 'node:worker_threads';
import { componentEmbed, componentNew, componentWit } from '@bytecodealliance/jco';
import type { ToolReply, ToolRequest } from './component-tools.ts';

const port = parentPort;
port?.on('message', (request: ToolRequest) => {
  void run(request).then((reply) => port.postMessage(reply));
});

async function run(request: ToolRequest): Promise<ToolReply> {
  try {
    return { ok: true, bytes: new Uint8Array(await perform(request)) };
  } catch (error) {
    const isOrdinary = !(error instanceof WebAssembly.RuntimeError);
    return { ok: false, message: error instanceof Error ? error.message : String(error), isOrdinary };
  }
}

async function perform(request: ToolRequest): Promise<Uint8Array> {
  if (request.operation === 'wit') return Buffer.from(await componentWit(request.component));
  if (request.operation === 'new') return componentNew(request.core, []);
  return componentEmbed({
    binary: request.core,
    witSource: request.wit,
    world: request.world,
    stringEncoding: 'utf16',
    ...(request.dummy === true ? { dummy: true } : {}),
  });
}
