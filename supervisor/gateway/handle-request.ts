/**
 * One request of HTTP, of either version, from its head to the end of its answer: the way from Node's servers to the handlers of Connect.
 *
 * Why not Connect's own adapter for Node: it throws where no one catches when a client's `:authority` makes no URL, waits for events that do not come when a client
 * goes away, counts nothing, and leaves a stream open whose client never finishes a request that is answered already.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { createContextValues } from '@connectrpc/connect';
import type { UniversalHandlerFn, UniversalServerResponse } from '@connectrpc/connect/protocol';
import { universalRequestFromNodeRequest } from '@connectrpc/connect-node';
import { originKey } from './bridge.ts';
import type { Client } from './clients.ts';
import { lingerTimeoutMs } from './limits.ts';
import { Receiving, type ReceivingWorld } from './receiving.ts';

export type AnyRequest = IncomingMessage | Http2ServerRequest;
export type AnyResponse = ServerResponse | Http2ServerResponse;

/** What answers requests to one path: a method of a service, or a page. */
export type PathHandler = UniversalHandlerFn & { readonly requestPath: string };

/** What handles requests of a client. It never throws, and ends every request that it is given. */
export type RequestHandler = (client: Client, request: AnyRequest, response: AnyResponse) => void;

export function requestHandler(handlers: readonly PathHandler[], world: ReceivingWorld): RequestHandler {
  const byPath = new Map(handlers.map((handler) => [handler.requestPath, handler]));
  return (client, request, response) => {
    // Of a client that is gone, or sends what is no HTTP; its end is told by the connection.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    const handler = byPath.get(pathOf(request));
    if (handler === undefined) return endWith(request, response, 404);
    const receiving = new Receiving(world);
    if (!client.beginCall()) return endWith(request, response, 429);
    handle(handler, client, receiving, request, response)
      // What is to be said about a call is said to its caller; here a client is gone, or its request makes no sense.
      .catch(() => undefined)
      .finally(() => {
        receiving.delivered();
        client.endCall();
        finish(request, response);
      });
  };
}

async function handle(
  handler: PathHandler,
  client: Client,
  receiving: Receiving,
  request: AnyRequest,
  response: AnyResponse,
): Promise<void> {
  const contextValues = createContextValues().set(originKey, { client, receiving });
  const universal = universalRequestFromNodeRequest(request, response, undefined, contextValues);
  const { body } = universal;
  const counted = isStream(body) ? receiving.bytes(body) : body;
  await respond(await handler({ ...universal, body: counted }), response);
}

/** Writes the answer, each piece of it when the client has taken those before. */
async function respond(
  { status, header, body, trailer }: UniversalServerResponse,
  response: AnyResponse,
): Promise<void> {
  for (const [name, value] of header ?? []) response.setHeader(name, value);
  writeHead(response, status);
  const pieces = body?.[Symbol.asyncIterator]();
  if (pieces !== undefined) {
    for (let piece = await pieces.next(); piece.done !== true; piece = await pieces.next()) {
      if (response.destroyed) {
        // Not waited for: what makes the pieces waits for PID 1, and hears by itself that the client is gone.
        void pieces.return?.().catch(() => undefined);
        return;
      }
      if (!write(response, piece.value)) await eventOf(response, 'drain');
    }
  }
  if (trailer !== undefined) response.addTrailers(Object.fromEntries(trailer));
  const isSent = eventOf(response, 'finish');
  response.end();
  await isSent;
}

/** Not left to Node: with an answer without a body it would end the stream of HTTP/2 by the head, and there would be no trailers. */
function writeHead(response: AnyResponse, status: number): void {
  // The types of the two classes have no call in common.
  if (response instanceof Http2ServerResponse) response.writeHead(status);
  else response.writeHead(status);
}

/** Writes bytes; false if there is no room for more. */
function write(response: AnyResponse, bytes: Uint8Array): boolean {
  return response instanceof Http2ServerResponse ? response.write(bytes) : response.write(bytes);
}

/** Waits for the event, or for the end of the response, whichever is first. */
function eventOf(response: AnyResponse, name: 'drain' | 'finish'): Promise<void> {
  if (response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      response.off(name, done);
      response.off('close', done);
      resolve();
    };
    response.on(name, done);
    response.on('close', done);
  });
}

function isStream(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

function pathOf({ url = '' }: AnyRequest): string {
  const [path = ''] = url.split('?', 1);
  return path;
}

/** Answers without a body. */
function endWith(request: AnyRequest, response: AnyResponse, status: 404 | 429): void {
  response.statusCode = status;
  response.end(() => finish(request, response));
}

/**
 * After the answer: what the client still sends of its request nobody reads. It has a moment to end it, for to break it off at once would take the answer along. An answer that is not
 * whole is broken off, so that nobody takes it for one.
 */
function finish(request: AnyRequest, response: AnyResponse): void {
  if (!response.writableEnded) {
    breakOff(request, constants.NGHTTP2_INTERNAL_ERROR);
  } else if (!request.complete) {
    request.resume();
    const timer = setTimeout(() => breakOff(request, constants.NGHTTP2_NO_ERROR), lingerTimeoutMs);
    request.once('close', () => clearTimeout(timer));
  }
}

/** Ends the stream of HTTP/2, or the connection of HTTP/1.1. */
function breakOff(request: AnyRequest, code: number): void {
  if (request instanceof Http2ServerRequest) request.stream.close(code);
  else request.socket.destroy();
}
