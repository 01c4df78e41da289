import { ConnectError } from '@connectrpc/connect';
import { ByteBudget } from '../../supervisor/gateway/byte-budget.ts';
import { Calls, unsendable } from '../../supervisor/gateway/calls.ts';
import { Receiving } from '../../supervisor/gateway/receiving.ts';
import type { Fixture } from './fixture.ts';

export const fixtures: readonly Fixture[] = [
  {
    code: 'gateway.message',
    title: 'a message with more items than PID 1 takes',
    provoke: () =>
      causeOf(async () => Promise.reject(unsendable(new RangeError('it has more than 16384 items')))),
    text: 'error[gateway.message]: the message is not one that the node takes: it has more than 16384 items\n  send less in one message, and names of fields in ASCII only; docs/reference/api.md has the limits',
  },
  {
    code: 'gateway.message-time',
    title: 'a message that is begun and never ended',
    provoke: () =>
      causeOf(async () => {
        const receiving = new Receiving({
          received: new ByteBudget(100),
          messageTimeoutMs: 30_000,
          after: (_, fire) => {
            fire();
            return () => undefined;
          },
        });
        for await (const _ of receiving.bytes(neverEnding()));
      }),
    text: 'error[gateway.message-time]: the message was not whole 30 seconds after it was waited for\n  look whether the connection is too slow for it; a blob goes on where it was cut off',
  },
  {
    code: 'gateway.slow-reader',
    title: 'an answer that there is no room for, because others are not taken',
    provoke: () =>
      causeOf(async () => {
        const calls = new Calls({
          send: () => undefined,
          isBusy: () => false,
          untaken: new ByteBudget(10),
          callsLimit: 1,
        });
        const { signal } = new AbortController();
        const call = calls.begin({ connection: 1, method: 'a/B', argument: {}, isSingle: false, signal });
        calls.receive({ type: 'output', call: 1, value: {} }, 11);
        await call.answers().next();
      }),
    text: 'error[gateway.slow-reader]: clients leave more answers of the node untaken than it keeps for them\n  read what was asked for as it comes, and ask for less at once',
  },
];

/** Throws what the caller's error was made from. */
async function causeOf(provoke: () => Promise<unknown>): Promise<void> {
  try {
    await provoke();
  } catch (error) {
    throw error instanceof ConnectError ? error.cause : error;
  }
}

async function* neverEnding(): AsyncGenerator<Uint8Array, void> {
  yield Uint8Array.of(1);
  await new Promise(() => undefined);
}
