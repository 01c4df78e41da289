/**
 * Services of the API as handlers of Connect, which speak gRPC, gRPC-Web and Connect with protobuf or JSON: whatever the service, a call becomes messages to PID 1,
 * and its answers come back. Nothing here knows what a method means.
 */
import type {
  DescMessage,
  DescMethod,
  DescMethodClientStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  Message,
} from '@bufbuild/protobuf';
import { type ConnectRouter, createContextKey, type HandlerContext } from '@connectrpc/connect';
import type { RecordValue } from '../store/resource.ts';
import { type Call, type Calls, unsendable } from './calls.ts';
import type { Client } from './clients.ts';
import { fieldsOf, initOf } from './message-fields.ts';
import type { Receiving } from './receiving.ts';

/** Where a call comes from: part of the context of each. */
export type Origin = { readonly client: Client; readonly receiving: Receiving };

export const originKey = createContextKey<Origin | undefined>(undefined, { description: 'origin' });

/** Adds the methods of `service`, each of which is a call to PID 1. */
export function bridgeService(router: ConnectRouter, service: DescService, calls: Calls): void {
  for (const method of service.methods) bridgeMethod(router, method, calls);
}

function bridgeMethod(router: ConnectRouter, method: DescMethod, calls: Calls): void {
  const { input, output } = method;
  if (isKind(method, 'unary')) {
    router.rpc<DescMethodUnary>(method, async (request, context) => {
      const argument = argumentOf(input, request);
      return initOf(output, await begin(calls, method, context, argument).answer());
    });
  } else if (isKind(method, 'server_streaming')) {
    router.rpc<DescMethodServerStreaming>(method, async function* (request, context) {
      const argument = argumentOf(input, request);
      const call = begin(calls, method, context, argument);
      for await (const answer of call.answers()) yield initOf(output, answer);
    });
  } else if (isKind(method, 'client_streaming')) {
    router.rpc<DescMethodClientStreaming>(method, async (requests, context) => {
      const call = begin(calls, method, context, {});
      void call.sendInputs(inputs(method, requests, context));
      return initOf(output, await call.answer());
    });
  } else {
    // The API has none of both directions at once.
    throw new TypeError(`${method} has streams in both directions`);
  }
}

function isKind<Kind extends DescMethod['methodKind']>(
  method: DescMethod,
  kind: Kind,
): method is DescMethod & { readonly methodKind: Kind } {
  return method.methodKind === kind;
}

/** Error: a `ConnectError`, if there is more in the message than PID 1 takes. */
function argumentOf(schema: DescMessage, request: Message): RecordValue {
  try {
    return fieldsOf(schema, request);
  } catch (error) {
    throw unsendable(error);
  }
}

function begin(calls: Calls, method: DescMethod, context: HandlerContext, argument: RecordValue): Call {
  const { client, receiving } = originOf(context);
  const isInput = method.methodKind === 'client_streaming';
  if (!isInput) receiving.delivered();
  return calls.begin({
    connection: client.number(),
    method: `${method.parent.typeName}/${method.name}`,
    argument,
    isSingle: method.methodKind !== 'server_streaming',
    signal: context.signal,
  });
}

async function* inputs(
  { input }: DescMethod,
  requests: AsyncIterable<Message>,
  context: HandlerContext,
): AsyncGenerator<RecordValue, void> {
  const { receiving } = originOf(context);
  for await (const request of requests) {
    receiving.delivered();
    yield fieldsOf(input, request);
  }
}

function originOf(context: HandlerContext): Origin {
  const origin = context.values.get(originKey);
  if (origin === undefined) throw new Error('the call has no origin');
  return origin;
}
