/**
 * `GET /metrics`: the figures of the node as Prometheus asks for them, which knows no RPC (prometheus.io/docs/instrumenting/exposition_formats). It is the call
 * `MachineService/Metrics` in another dress: PID 1 answers it, or refuses it, like any other.
 */
import { Code, ConnectError } from '@connectrpc/connect';
import type { UniversalServerRequest, UniversalServerResponse } from '@connectrpc/connect/protocol';
import { originKey } from './bridge.ts';
import type { Calls } from './calls.ts';
import type { PathHandler } from './handle-request.ts';

const method = 'eft.v1.MachineService/Metrics';

/** What HTTP says of a refusal; anything else is no fault of the caller's. */
const statuses: ReadonlyMap<Code, number> = new Map([
  [Code.Unauthenticated, 401],
  [Code.PermissionDenied, 403],
  [Code.ResourceExhausted, 429],
]);
const otherStatus = 503;

export function metricsPage(calls: Calls): PathHandler {
  return Object.assign((request: UniversalServerRequest) => answer(calls, request), {
    requestPath: '/metrics',
  });
}

async function answer(
  calls: Calls,
  { method: verb, contextValues, signal }: UniversalServerRequest,
): Promise<UniversalServerResponse> {
  const origin = contextValues?.get(originKey);
  if (origin === undefined) throw new Error('the request has no origin');
  origin.receiving.delivered();
  if (verb !== 'GET') return plain(405, 'there is GET alone\n', [['allow', 'GET']]);
  try {
    const call = calls.begin({
      connection: origin.client.number(),
      method,
      argument: {},
      isSingle: true,
      signal,
    });
    const { text } = await call.answer();
    if (typeof text !== 'string') throw new TypeError('the figures are no text');
    return plain(200, text, [], 'text/plain; version=0.0.4; charset=utf-8');
  } catch (thrown) {
    const error = ConnectError.from(thrown);
    return plain(statuses.get(error.code) ?? otherStatus, `${error.rawMessage}\n`, [...error.metadata]);
  }
}

function plain(
  status: number,
  text: string,
  header: readonly (readonly [name: string, value: string])[],
  type = 'text/plain; charset=utf-8',
): UniversalServerResponse {
  const headers = new Headers({ 'content-type': type, 'cache-control': 'no-store' });
  for (const [name, value] of header) headers.set(name, value);
  return { status, header: headers, body: once(Buffer.from(text)) };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
