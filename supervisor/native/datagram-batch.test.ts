import { describe, expect, it } from 'vitest';
import { DatagramBatch } from './datagram-batch.ts';
import { close } from './file-descriptor.ts';
import { bind, createSocket, createSocketPair, getOwnAddress, send, socketTypes } from './socket.ts';
import { decodeSocketAddress, socketFamilies } from './socket-address.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

describe('a batch of datagrams', () => {
  it('takes what is there, as far as there is room, and is used again', () => {
    const [a, b] = createSocketPair(socketTypes.SOCK_DGRAM);
    const batch = new DatagramBatch(3, 4);
    expect(batch.receive(b)).toBeUndefined();
    for (const text of ['one', 'too long', '', 'four']) send(a, bytesOf(text));
    expect(batch.receive(b)).toBe(3);
    expect([0, 1, 2].map((index) => textOf(batch.datagram(index)))).toEqual(['one', undefined, '']);
    expect(batch.receive(b)).toBe(1);
    expect(textOf(batch.datagram(0))).toBe('four');
    expect(batch.receive(b)).toBeUndefined();
    close(a);
    close(b);
  });

  it('says from whom each of them came', () => {
    const sockets = [0, 1, 2].map(() => {
      const fd = createSocket(socketFamilies.AF_INET, socketTypes.SOCK_DGRAM, 0);
      bind(fd, { family: 'inet', address: Uint8Array.of(127, 0, 0, 1), port: 0 });
      return fd;
    });
    const [to, ...from] = sockets;
    if (to === undefined) throw new Error('there is no socket');
    const batch = new DatagramBatch(8, 16);
    for (let round = 0; round < 2; round += 1) {
      for (const fd of from) send(fd, bytesOf('hello'), getOwnAddress(to));
      expect(batch.receive(to)).toBe(2);
      const senders = [0, 1].map((index) => decodeSocketAddress(batch.sender(index)));
      expect(senders).toEqual(from.map(getOwnAddress));
    }
    for (const fd of sockets) close(fd);
  });
});
