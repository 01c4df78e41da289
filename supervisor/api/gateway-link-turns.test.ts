import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { writeFrame } from '../cells/frames.ts';
import { encodeRecordValue } from '../cells/record-writer.ts';
import { GatewayLink, messagesPerTurn } from './gateway-link.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function pair(): Promise<readonly [Socket, Socket]> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const theirs = connect(port, '127.0.0.1');
  const [[ours]] = await Promise.all([once(server, 'connection'), once(theirs, 'connect')]);
  ends.push(
    () => server.close(),
    () => theirs.destroy(),
    () => ours.destroy(),
  );
  return [ours, theirs];
}

it('takes a few messages at once, however many have come, and all of them in order', async () => {
  const [ours, theirs] = await pair();
  const taken: number[] = [];
  let isInTurn = 0;
  let most = 0;
  // A turn of the loop is over when the next timer fires: the clock stands still until then.
  let nowMs = 0;
  const link = new GatewayLink(
    ours,
    {
      onMessage: (message) => {
        if (message.type !== 'credit') throw new Error(`a ${message.type} came`);
        taken.push(message.call);
        isInTurn += 1;
        most = Math.max(most, isInTurn);
      },
      onBroken: (reason) => {
        throw new Error(reason);
      },
    },
    {
      nowMs: () => nowMs,
      after: (delayMs, fire) => {
        const timer = setTimeout(() => {
          nowMs += delayMs;
          isInTurn = 0;
          fire();
        }, delayMs);
        return () => clearTimeout(timer);
      },
    },
  );
  const count = 20 * messagesPerTurn + 3;
  theirs.cork();
  for (let call = 1; call <= count; call += 1)
    writeFrame(theirs, encodeRecordValue({ type: 'credit', call, count: 1 }));
  theirs.uncork();
  await expect.poll(() => taken.length, { timeout: 20_000 }).toBe(count);
  expect(taken).toEqual(Array.from({ length: count }, (_, index) => index + 1));
  expect(most).toBe(messagesPerTurn);
  link.close();
});
