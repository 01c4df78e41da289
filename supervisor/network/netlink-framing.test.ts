import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  alignedLength,
  frameOutgoing,
  type OutgoingMessage,
  renumber,
  sliceEnd,
  withHeader,
} from './netlink-framing.ts';

/** A message of `length` bytes without the padding, which is added. */
function message(type: number, flags: number, sequence = 1, length = 16): Uint8Array {
  const bytes = new Uint8Array(alignedLength(length));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, flags, true);
  view.setUint32(8, sequence, true);
  return bytes;
}

const join = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
const limits = { messages: 3, bytes: 64 };

function framed(
  family: 'route' | 'netfilter' | 'generic',
  ...parts: readonly Uint8Array[]
): readonly OutgoingMessage[] {
  const framing = frameOutgoing(family, join(...parts));
  if ('problem' in framing) throw new Error(framing.problem);
  return framing.messages;
}

/** The first messages of the pieces that these go out in. */
function pieces(messages: readonly OutgoingMessage[]): number[] {
  const starts: number[] = [];
  for (let at = 0; at < messages.length; at = sliceEnd(messages, at, limits)) starts.push(at);
  return starts;
}

describe('messages of a module', () => {
  it('are told apart, the padding included', () => {
    expect(framed('route', message(24, 5, 7, 18), message(26, 0x301, 8, 29))).toMatchObject([
      { start: 0, end: 20, sequence: 7, isDump: false },
      { start: 20, end: 52, sequence: 8, isDump: true },
    ]);
  });

  it('of any bytes are framed to the last byte, or refused', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .tuple(fc.nat(40), fc.constantFrom(5, 1, 0x301, 0), fc.integer({ min: 16, max: 60 }))
        .map(([type, flags, length]) => message(type, flags, 1, length)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 5 }), (parts) => {
        const bytes = join(...parts);
        const framing = frameOutgoing('route', bytes);
        if ('problem' in framing) return;
        let at = 0;
        for (const { start, end } of framing.messages) {
          expect(start).toBe(at);
          expect(end).toBeGreaterThanOrEqual(start + 16);
          at = end;
        }
        expect(at).toBe(bytes.length);
      }),
    );
  });

  it('are sent in pieces of so many messages and bytes', () => {
    const plain = Array.from({ length: 7 }, () => message(24, 5));
    expect(pieces(framed('route', ...plain))).toEqual([0, 3, 6]);
    const large = message(24, 5, 1, 100);
    expect(pieces(framed('route', message(24, 5), large, message(24, 5)))).toEqual([0, 1, 2]);
  });

  it('that are dumps or change links are sent alone', () => {
    const [plain, dump, link] = [message(24, 5), message(26, 0x301), message(16, 5)];
    expect(pieces(framed('route', plain, plain, dump, plain, link, link, plain))).toEqual([0, 2, 3, 4, 5, 6]);
  });

  it('of a netfilter batch stay together, and its ends need no answer', () => {
    const [begin, end] = [message(0x10, 1), message(0x11, 1)];
    const rule = message(0xa00, 0x605);
    const batch = [begin, rule, rule, rule, rule, end];
    const messages = framed('netfilter', rule, ...batch, message(0xa01, 0x301));
    expect(pieces(messages)).toEqual([0, 1, 7]);
    expect(messages.map(({ isDump }) => isDump)).toEqual([...Array(7).fill(false), true]);
    expect(frameOutgoing('netfilter', join(begin, end))).toHaveProperty('problem');
  });
});

describe('messages of the kernel', () => {
  it('get the sequence numbers of the module, in repeated headers too, and others are left out', () => {
    const error = message(2, 0, 1_001, 36);
    new DataView(error.buffer).setUint32(28, 1_001, true);
    const room = join(message(24, 0, 1_000, 21), message(24, 0, 5), error, new Uint8Array(100));
    const length = 24 + 16 + 36;
    const lasts: boolean[] = [];
    const kept = renumber(room, length, (sequence, isLast) => {
      lasts.push(isLast);
      return sequence >= 1_000 ? sequence - 1_000 + 70 : undefined;
    });
    expect(lasts).toEqual([false, false, true]);
    expect(kept.length).toBe(24 + 36);
    const view = new DataView(kept.buffer, kept.byteOffset);
    expect([view.getUint32(8, true), view.getUint32(24 + 8, true), view.getUint32(24 + 28, true)]).toEqual([
      70, 71, 71,
    ]);
  });

  it('are never followed beyond the end of the datagram', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const kept = renumber(bytes, bytes.length, (sequence) => sequence);
        expect(kept.length).toBeLessThanOrEqual(alignedLength(bytes.length));
      }),
    );
  });

  it('without a header get one', () => {
    const text = Buffer.from('add@/x');
    const framing = frameOutgoing('route', withHeader(text));
    expect(framing).toEqual({ problem: 'message 1, at byte 0, is no request (NLM_F_REQUEST)' });
    expect([...withHeader(text).subarray(0, 22)]).toEqual([22, 0, 0, 0, 16, ...Array(11).fill(0), ...text]);
  });
});
