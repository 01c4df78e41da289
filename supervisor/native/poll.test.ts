import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { close, createMemoryFile, createPipe, read, write } from './file-descriptor.ts';
import { type Interest, type Readiness, type Subscription, subscribe } from './poll.ts';
import { bind, connect, createSocket, createSocketPair, getOwnAddress, send, socketTypes } from './socket.ts';
import { socketFamilies } from './socket-address.ts';
import { takeSocketError } from './socket-option.ts';

const one = Uint8Array.of(1);
const localhost = Uint8Array.of(127, 0, 0, 1);

/** The next readiness, after which the subscription goes on. */
function next(fd: Parameters<typeof subscribe>[0], interests: readonly Interest[]) {
  let subscription: Subscription | undefined;
  const readiness = new Promise<Readiness>((resolve) => {
    subscription = subscribe(fd, interests, resolve);
  });
  return { readiness, stop: () => subscription?.stop() };
}

const ready = (...events: Interest[]): Readiness => ({ state: 'ready', events: new Set(events) });
const turnOfTheLoop = () => new Promise((resolve) => setImmediate(resolve));

describe('a subscription', () => {
  it('tells when there is something to read', async () => {
    const { reader, writer } = createPipe();
    const { readiness, stop } = next(reader, ['readable']);
    write(writer, one);
    expect(await readiness).toEqual(ready('readable'));
    stop();
    close(reader);
    close(writer);
  });

  it('tells again until everything is read, and nothing after that', async () => {
    const { reader, writer } = createPipe();
    let count = 0;
    const subscription = subscribe(reader, ['readable'], () => {
      count += 1;
      read(reader, new Uint8Array(1));
    });
    write(writer, new Uint8Array(3));
    while (count < 3) await turnOfTheLoop();
    for (let turn = 0; turn < 10; turn += 1) await turnOfTheLoop();
    expect(count).toBe(3);
    subscription.stop();
    close(reader);
    close(writer);
  });

  it('tells when there is room to write, after its interests were changed', async () => {
    const [a, b] = createSocketPair(socketTypes.SOCK_STREAM);
    const seen: Readiness[] = [];
    const subscription = subscribe(a, ['readable'], (readiness) => seen.push(readiness));
    await turnOfTheLoop();
    expect(seen).toEqual([]);
    subscription.change(['writable']);
    while (seen.length === 0) await turnOfTheLoop();
    expect(seen[0]).toEqual(ready('writable'));
    subscription.change([]);
    const before = seen.length;
    for (let turn = 0; turn < 10; turn += 1) await turnOfTheLoop();
    expect(seen).toHaveLength(before);
    subscription.stop();
    close(a);
    close(b);
  });

  it('tells that the other end hung up', async () => {
    const [a, b] = createSocketPair(socketTypes.SOCK_STREAM);
    const { readiness, stop } = next(a, ['hangUp']);
    close(b);
    expect(await readiness).toEqual(ready('hangUp'));
    stop();
    close(a);
  });

  it('pauses at an error on the socket, and goes on once the error is taken', async () => {
    const server = createSocket(socketFamilies.AF_INET, socketTypes.SOCK_DGRAM, 0);
    bind(server, { family: 'inet', address: localhost, port: 0 });
    const address = getOwnAddress(server);
    if (address === undefined) throw new Error('the socket has no address');
    close(server);
    const client = createSocket(socketFamilies.AF_INET, socketTypes.SOCK_DGRAM, 0);
    connect(client, address);
    const seen: Readiness[] = [];
    const subscription = subscribe(client, ['readable'], (readiness) => seen.push(readiness));
    send(client, one);
    while (seen.length === 0) await turnOfTheLoop();
    for (let turn = 0; turn < 10; turn += 1) await turnOfTheLoop();
    expect(seen).toEqual([{ state: 'failed' }]);
    expect(takeSocketError(client)?.code).toBe('ECONNREFUSED');
    expect(takeSocketError(client)).toBeUndefined();
    subscription.change(['writable']);
    while (seen.length === 1) await turnOfTheLoop();
    expect(seen[1]).toEqual(ready('writable'));
    subscription.stop();
    close(client);
  });

  it('can be stopped from its own callback, and more than once', async () => {
    const { reader, writer } = createPipe();
    let count = 0;
    const subscription: Subscription = subscribe(reader, ['readable'], () => {
      count += 1;
      subscription.stop();
      close(reader);
    });
    write(writer, one);
    while (count === 0) await turnOfTheLoop();
    for (let turn = 0; turn < 10; turn += 1) await turnOfTheLoop();
    expect(count).toBe(1);
    subscription.stop();
    expect(() => subscription.change(['readable'])).toThrow('was stopped');
    close(writer);
  });

  it('that is stopped does not stop the one that got the same descriptor number later', async () => {
    const first = createPipe();
    const old = subscribe(first.reader, ['readable'], () => undefined);
    old.stop();
    close(first.reader);
    close(first.writer);
    const second = createPipe();
    expect(second.reader).toBe(first.reader);
    const { readiness, stop } = next(second.reader, ['readable']);
    old.stop();
    write(second.writer, one);
    expect(await readiness).toEqual(ready('readable'));
    stop();
    close(second.reader);
    close(second.writer);
  });

  it('is the only one of its descriptor', () => {
    const { reader, writer } = createPipe();
    const first = subscribe(reader, ['readable'], () => undefined);
    expect(() => subscribe(reader, ['readable'], () => undefined)).toThrow('EEXIST');
    first.stop();
    subscribe(reader, ['readable'], () => undefined).stop();
    close(reader);
    close(writer);
  });

  it('is refused for what cannot be watched', () => {
    const file = createMemoryFile('not-watchable');
    expect(() => subscribe(file, ['readable'], () => undefined)).toThrow('EPERM');
    close(file);
    expect(() => subscribe(file, ['readable'], () => undefined)).toThrow('EBADF');
  });

  it('leaves nothing behind, 10,000 times', async () => {
    const descriptors = () => readdirSync('/proc/self/fd').length;
    const round = () => {
      const { reader, writer } = createPipe();
      const subscription = subscribe(reader, ['readable', 'hangUp'], () => undefined);
      subscription.change(['readable']);
      subscription.stop();
      close(reader);
      close(writer);
    };
    for (let count = 0; count < 100; count += 1) round();
    await turnOfTheLoop();
    const before = descriptors();
    for (let count = 0; count < 10_000; count += 1) {
      round();
      if (count % 100 === 0) await turnOfTheLoop();
    }
    await turnOfTheLoop();
    expect(descriptors()).toBe(before);
  });
});
