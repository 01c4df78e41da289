import { expect, it } from 'vitest';
import type { OpenRequest } from './module-events.ts';
import { answerBytesLimit, answersLimit, PendingRequests } from './pending-requests.ts';

const name = 'eft:host/files';
const open = (request: bigint, call = 'read'): OpenRequest => ({
  request,
  interface: name,
  call,
  parameters: [new Uint8Array(1024)],
});
const ok = (val: unknown) => ({ tag: 'ok', val });

function taken(pending: PendingRequests, request: bigint): unknown {
  return pending.take(request, name, ['read']);
}

it('an answer is taken once, by the call that it belongs to', () => {
  const pending = new PendingRequests();
  pending.add([open(1n), open(2n, 'write')]);
  expect(taken(pending, 1n)).toBeUndefined();
  pending.answer({ request: 1n, result: ok(1) });
  pending.answer({ request: 2n, result: ok(2) });
  expect(pending.take(1n, 'eft:host/other', ['read'])).toBeUndefined();
  expect(taken(pending, 2n)).toBeUndefined();
  expect(taken(pending, 1n)).toEqual(ok(1));
  expect(taken(pending, 1n)).toBeUndefined();
  expect(pending.list()).toHaveLength(1);
});

it('answers that nobody takes are forgotten, the oldest first', () => {
  const pending = new PendingRequests();
  for (let request = 1n; request <= BigInt(answersLimit) + 1n; request += 1n) {
    pending.add([open(request)]);
    pending.answer({ request, result: ok(request) });
  }
  expect(pending.list()).toHaveLength(answersLimit);
  expect(taken(pending, 1n)).toBeUndefined();
  expect(taken(pending, 2n)).toEqual(ok(2n));
});

it('large answers that nobody takes are forgotten sooner, but never the last', () => {
  const pending = new PendingRequests();
  for (let request = 1n; request <= 20n; request += 1n) {
    pending.add([open(request)]);
    pending.answer({ request, result: ok(new Uint8Array(answerBytesLimit / 4)) });
  }
  expect(pending.list()).toHaveLength(3);
  pending.add([open(21n)]);
  pending.answer({ request: 21n, result: ok(new Uint8Array(2 * answerBytesLimit)) });
  expect(pending.list()).toHaveLength(1);
  expect(taken(pending, 21n)).toBeDefined();
});

it('requests of effects that conflicted are not waited for', () => {
  const pending = new PendingRequests();
  pending.add([open(1n)]);
  pending.add([open(2n), open(3n)]);
  pending.discardLatest();
  expect(pending.list().map((item) => item.open.request)).toEqual([1n]);
});

it('a restored one goes on, without what requests were made with', () => {
  const pending = new PendingRequests();
  pending.add([open(1n), open(2n)]);
  pending.answer({ request: 2n, result: ok('two') });
  const restored = new PendingRequests();
  restored.restore(pending.list());
  expect(restored.list()).toEqual(pending.list());
  expect(restored.list().every((item) => item.open.parameters.length === 0)).toBe(true);
  restored.answer({ request: 1n, result: ok('one') });
  expect([taken(restored, 1n), taken(restored, 2n)]).toEqual([ok('one'), ok('two')]);
});

it('what the last call made is undone by a conflict, even if a checkpoint was taken in between', () => {
  const pending = new PendingRequests();
  pending.add([open(1n)]);
  pending.add([open(2n)]);
  const restored = new PendingRequests();
  restored.restore(pending.list());
  for (const each of [pending, restored]) {
    each.discardLatest();
    expect(each.list().map((kept) => kept.open.request)).toEqual([1n]);
  }
});
