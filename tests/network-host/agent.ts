/**
 * A process in network and UTS namespaces of its own that carries out calls as a supervisor does, for tests to ask from outside: started
 * by `unshare`, so that all its threads are inside. It speaks `agent-messages.ts` over its channel.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import type { Carrier } from '../../supervisor/cells/cell-world.ts';
import { HandleTable } from '../../supervisor/cells/handle-table.ts';
import { RequestFailure } from '../../supervisor/cells/request-table.ts';
import type { Manifest } from '../../supervisor/manifest/manifest.ts';
import { networkCarriers } from '../../supervisor/network/network-carriers.ts';
import { manifest as scripted } from '../cells/scripted-cell.ts';
import type { FromAgent, ToAgent } from './agent-messages.ts';

const send = (message: FromAgent): void => {
  process.send?.(message);
};
const handles = new HandleTable((name) => send({ type: 'news', name }));
const carriers: ReadonlyMap<string, Carrier> = new Map(networkCarriers());
const aborts = new Map<number, AbortController>();
let manifest: Manifest = { ...scripted, name: 'tester' };

// The other end is the test, and nothing else.
process.on('message', (message: ToAgent) => {
  switch (message.type) {
    case 'grants':
      manifest = { ...manifest, grants: message.grants };
      return;
    case 'call':
      void call(message);
      return;
    case 'cancel':
      aborts.get(message.id)?.abort();
      return;
    case 'take':
      send({ type: 'taken', arrival: handles.take(message.name) });
      return;
    case 'run':
      // Blocks this thread, as a busy supervisor would be blocked.
      execFileSync(message.program, message.parameters, { input: message.input });
      send({ type: 'ran' });
      return;
    case 'close':
      handles.closeAll();
      send({ type: 'ran' });
      return;
    case 'descriptors':
      send({ type: 'descriptors', count: readdirSync('/proc/self/fd').length, names: handles.names() });
  }
});
process.on('disconnect', () => process.exit(0));
send({ type: 'ran' });

async function call({ id, interface: name, call: operation, parameters }: ToAgent & { type: 'call' }) {
  const carrier = carriers.get(name);
  if (carrier === undefined) throw new Error(`nobody carries out ${name}`);
  const abort = new AbortController();
  aborts.set(id, abort);
  const request = { request: BigInt(id), interface: name, call: operation, parameters };
  try {
    const value = await carrier(request, { manifest, handles, signal: abort.signal });
    send({ type: 'answer', id, result: { tag: 'ok', val: value } });
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error;
    send({ type: 'answer', id, result: { tag: 'err', val: error.failure } });
  } finally {
    aborts.delete(id);
  }
}
