/** A node whose cells are played by the test, and calls of API methods on it as the dispatcher makes them. */
import type { Identity } from '../../supervisor/api/identity.ts';
import type { CallContext, Method } from '../../supervisor/api/method.ts';
import { RecordItem } from '../../supervisor/cells/record-fields.ts';
import { Node } from '../../supervisor/node.ts';
import type { Effect, RecordValue } from '../../supervisor/store/resource.ts';
import { moduleIn } from '../cells/cell-bench.ts';

export const ada: Identity = {
  type: 'client',
  name: 'ada',
  roles: ['os:admin'],
  fingerprint: 'ad'.repeat(32),
  peer: '10.0.0.9',
};

/** Nobody gives it up. */
export const noSignal = new AbortController().signal;

export type CallOptions = {
  readonly identity?: Identity;
  readonly signal?: AbortSignal;
  readonly inputs?: AsyncIterable<RecordValue>;
};

/** The answers to one call, each given when it is asked for. */
export function begin<Request>(
  method: Method<Request>,
  argument: RecordValue,
  { identity = ada, signal = noSignal, inputs = none() }: CallOptions = {},
): AsyncIterator<RecordValue> {
  const request = method.read(new RecordItem(argument, 'request', method.name));
  const context: CallContext = { identity, signal };
  return method.run(request, context, items(inputs))[Symbol.asyncIterator]();
}

/** All answers to one call. */
export async function call<Request>(
  method: Method<Request>,
  argument: RecordValue,
  options: CallOptions = {},
): Promise<RecordValue[]> {
  const answers: RecordValue[] = [];
  const answering = begin(method, argument, options);
  for (let next = await answering.next(); next.done !== true; next = await answering.next()) {
    answers.push(next.value);
  }
  return answers;
}

async function* none(): AsyncGenerator<RecordValue> {
  // A call without inputs.
}

async function* items(inputs: AsyncIterable<RecordValue>): AsyncGenerator<RecordItem> {
  for await (const input of inputs) yield new RecordItem(input, 'input', 'test');
}

/** A node on a clock that stands still, whose modules never answer. */
export function playedNode(): Node {
  return new Node({
    open: () => ({ send: () => undefined, terminate: () => Promise.resolve() }),
    carriers: new Map(),
    time: () => ({ now: 0n, wall: 0n, isSynchronized: false }),
    after: () => () => undefined,
    random: (count) => new Uint8Array(count),
    events: { onState: () => undefined, onLog: () => undefined, onFailure: () => undefined },
  });
}

/** The same with the module `health`. */
export async function playedNodeWithHealth(): Promise<Node> {
  const node = playedNode();
  node.start(await moduleIn('modules/health'));
  return node;
}

/** Commits as an actor; throws what is refused. */
export function commit(node: Node, actor: string, ...effects: Effect[]): void {
  const result = node.store.commit(actor, node.store.revision, effects);
  if (result.outcome === 'refused') throw result.error;
  if (result.outcome === 'conflicted') throw new Error('it conflicted');
}

export const phaseKind = 'eft:resources/boot-phase';

/** A phase of the boot as a resource: one that is quickly made. */
export function putPhase(node: Node, id: string, message = ''): void {
  const value = { order: 1, state: 'done', began: 0n, took: 1_500_000n, message };
  commit(node, 'supervisor', { effect: 'put', kind: phaseKind, id, value });
}
