import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { FrameReader } from '../cells/frames.ts';
import { RecordReader } from '../cells/record-reader.ts';
import { messageMemoryLimit, readFromGateway } from './gateway-link.ts';
import { GatewayProcess, listenForCalls } from './gateway-process.ts';

const program = new URL('../../tests/api/echo-gateway.ts', import.meta.url);

/** A gateway on a port of its own, and what is seen of it. */
function run() {
  const listener = listenForCalls(0);
  const seen = { started: [] as string[], ended: [] as string[], delays: [] as number[] };
  let wake = (): void => undefined;
  let breakIt: (reason: string) => void = () => undefined;
  const gateway = new GatewayProcess({
    listener,
    program,
    nowMs: () => performance.now(),
    // Nobody waits long here.
    after: (_, fire) => {
      const timer = setTimeout(fire, 1);
      return () => clearTimeout(timer);
    },
    random: () => 0,
    onStart: (channel, onBroken) => {
      breakIt = onBroken;
      const reader = new FrameReader({
        limit: () => 1_000,
        onFrame: (bytes) => {
          const message = readFromGateway(new RecordReader(bytes, 'it', messageMemoryLimit).document());
          if (message.type === 'certificate-request')
            seen.started.push(Buffer.from(message.publicKey).toString());
          wake();
        },
        onTooLong: () => undefined,
      });
      channel.on('data', (chunk: Uint8Array) => reader.push(chunk));
      channel.on('error', () => undefined);
      return { close: () => channel.destroy() };
    },
    onEnd: (reason, delayMs) => {
      seen.ended.push(reason);
      seen.delays.push(delayMs);
    },
  });
  onTestFinished(() => gateway.stop());
  gateway.start();
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { gateway, port: listener.port, seen, until, breakIt: (reason: string) => breakIt(reason) };
}

/** What the gateway answers, or what went wrong. */
function ask(port: number, host: string, words = 'who?'): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const client = connect({ port, host });
    client.on('data', (chunk) => (text += chunk.toString()));
    client.on('error', (error) => resolve(error.message));
    client.on('close', () => resolve(text));
    client.write(words);
  });
}

it('listens by IPv6 and by IPv4 before there is a gateway, and says why it cannot', async () => {
  const { port, seen } = run();
  const answers = await Promise.all([ask(port, '127.0.0.1'), ask(port, '::1')]);
  expect(answers).toEqual([seen.started[0], seen.started[0]]);
  expect(() => listenForCalls(port)).toThrow('address');
});

it('starts a gateway that was killed again, and those who connected in between are answered by the next', async () => {
  const { gateway, port, seen, until } = run();
  await until(() => seen.started.length === 1);
  const killed = gateway.pid;
  if (killed === undefined) throw new Error('it has no process');
  process.kill(killed, 'SIGKILL');
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask(port, '127.0.0.1')));
  expect(seen.ended).toEqual(['it was ended by SIGKILL']);
  expect(new Set(answers)).toEqual(new Set([seen.started[1]]));
  expect(seen.started[1]).not.toBe(String(killed));
});

it('waits longer each time, and never gives up', async () => {
  const { port, seen, until } = run();
  for (let round = 1; round <= 6; round += 1) {
    await until(() => seen.started.length === round);
    await ask(port, '127.0.0.1', 'die');
    await until(() => seen.started.length === round + 1);
  }
  expect(seen.delays.slice(0, 6)).toEqual(seen.delays.slice(0, 6).toSorted((one, other) => one - other));
  expect(seen.delays[5]).toBeGreaterThan(10 * (seen.delays[0] ?? 0));
});

it('ends a gateway that has said what is wrong, with what that was, and starts another', async () => {
  const { seen, until, breakIt } = run();
  await until(() => seen.started.length === 1);
  breakIt('a number of a call a second time');
  await until(() => seen.started.length === 2);
  expect(seen.ended).toEqual(['a number of a call a second time']);
});
