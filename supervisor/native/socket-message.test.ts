import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { close, createPipe, read, write } from './file-descriptor.ts';
import { createSocketPair, socketTypes } from './socket.ts';
import {
  controlSpace,
  decodeControl,
  encodeControl,
  passDescriptors,
  passedDescriptors,
  receiveMessage,
  sendMessage,
} from './socket-message.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('a message', () => {
  it('gathers its buffers, and is cut when there is no room', () => {
    const [a, b] = createSocketPair(socketTypes.SOCK_DGRAM);
    const buffers = ['one ', 'two ', 'three'].map(bytesOf);
    expect(sendMessage(a, { buffers })).toBe(13);
    expect(sendMessage(a, { buffers })).toBe(13);
    const room = new Uint8Array(20);
    const whole = receiveMessage(b, room, 0);
    expect(textOf(room.subarray(0, whole?.length))).toBe('one two three');
    expect(whole?.isTruncated).toBe(false);
    const cut = receiveMessage(b, room.subarray(0, 5), 0);
    expect([cut?.length, cut?.isTruncated]).toEqual([5, true]);
    expect(receiveMessage(b, room, 0)).toBeUndefined();
    close(a);
    close(b);
  });

  it('passes descriptors to another socket, where they live on their own', () => {
    const [a, b] = createSocketPair(socketTypes.SOCK_STREAM);
    const { reader, writer } = createPipe();
    const control = [passDescriptors([writer, reader])];
    expect(sendMessage(a, { buffers: [bytesOf('!')], control })).toBe(1);
    const message = receiveMessage(b, new Uint8Array(1), controlSpace(8));
    const [passedWriter, passedReader] = passedDescriptors(message?.control ?? []);
    if (passedWriter === undefined || passedReader === undefined) throw new Error('no descriptors came');
    expect(passedWriter).not.toBe(writer);
    close(writer);
    expect(message?.isControlTruncated).toBe(false);
    write(passedWriter, bytesOf('through'));
    const room = new Uint8Array(7);
    expect(read(reader, room)).toBe(7);
    expect(textOf(room)).toBe('through');
    for (const fd of [a, b, reader, passedReader, passedWriter]) close(fd);
  });

  it('tells when descriptors were lost for want of room, and leaks none of them', () => {
    const before = readdirSync('/proc/self/fd').length;
    const [a, b] = createSocketPair(socketTypes.SOCK_STREAM);
    const { reader, writer } = createPipe();
    const control = [passDescriptors([reader, writer, reader, writer])];
    sendMessage(a, { buffers: [bytesOf('!')], control });
    const message = receiveMessage(b, new Uint8Array(1), controlSpace(4));
    expect(message?.isControlTruncated).toBe(true);
    for (const fd of passedDescriptors(message?.control ?? [])) close(fd);
    for (const fd of [a, b, reader, writer]) close(fd);
    expect(readdirSync('/proc/self/fd').length).toBe(before);
  });

  it('holds on to what its structs point to, whatever the garbage collector does', () => {
    const [a, b] = createSocketPair(socketTypes.SOCK_SEQPACKET);
    const room = new Uint8Array(400);
    for (let round = 0; round < 1_500; round += 1) {
      const buffers = Array.from({ length: 100 }, (_, index) => Uint8Array.of(index, round, index, round));
      expect(sendMessage(a, { buffers })).toBe(400);
      receiveMessage(b, room, 64);
      if (room[4] !== 1 || room[399] !== (round & 255) || room[398] !== 99)
        throw new Error('other bytes came');
    }
    close(a);
    close(b);
  });

  it('has limits', () => {
    const [a, b] = createSocketPair(socketTypes.SOCK_STREAM);
    const buffers = Array.from({ length: 1025 }, () => new Uint8Array(1));
    expect(() => sendMessage(a, { buffers })).toThrow(RangeError);
    expect(() => passDescriptors(Array.from({ length: 254 }, () => a))).toThrow(RangeError);
    expect(() => receiveMessage(b, new Uint8Array(1), 1 << 20)).toThrow(RangeError);
    close(a);
    close(b);
  });
});

describe('control data', () => {
  const messages = fc.array(
    fc.record({ level: fc.nat(300), type: fc.nat(100), data: fc.uint8Array({ maxLength: 40 }) }),
    { maxLength: 5 },
  );

  it('is read back as it was written', () => {
    fc.assert(
      fc.property(messages, (written) => {
        expect(decodeControl(encodeControl(written))).toEqual(written);
      }),
    );
  });

  it('that is damaged ends, and is never read beyond its end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const total = decodeControl(bytes).reduce((sum, { data }) => sum + data.length, 0);
        expect(total).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});
