/** Netlink, both ways: what modules send, and what the kernel answers. */
import {
  alignedLength,
  frameOutgoing,
  headerBytes,
  renumber,
  sliceEnd,
  withHeader,
} from '../../../supervisor/network/netlink-framing.ts';
import { must, mustEqualBytes, type ReaderTarget } from '../reader-target.ts';

/** A message without anything behind the header but zeros. */
function message(length: number, type: number, flags: number, sequence: number): Uint8Array {
  const bytes = new Uint8Array(alignedLength(length));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, flags, true);
  view.setUint32(8, sequence, true);
  return bytes;
}

const join = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
const families = ['route', 'netfilter', 'generic', 'kobject-uevent'] as const;
const limits = { messages: 3, bytes: 256 };

const outgoing: ReaderTarget = {
  name: 'netlink-outgoing',
  summary:
    'messages of a module: they cover what it sends, whole and in order, and go out in pieces within limits',
  seeds: () => [
    join(message(32, 24, 0x605, 1), message(21, 20, 5, 2), message(16, 18, 0x301, 3)),
    join(message(20, 16, 1, 1), message(40, 0xa02, 0x405, 2), message(20, 17, 1, 3)),
  ],
  read: (bytes) => {
    for (const family of families) {
      const framing = frameOutgoing(family, bytes);
      if ('problem' in framing) {
        must(framing.problem.length > 0, 'a refusal says why');
        continue;
      }
      const { messages } = framing;
      let end = 0;
      for (const { start, end: next } of messages) {
        must(start === end && next >= start + headerBytes, 'messages follow each other');
        end = next;
      }
      must(end === bytes.length, 'messages cover all that is sent');
      for (let first = 0; first < messages.length; ) {
        const next = sliceEnd(messages, first, limits);
        must(next > first && next <= messages.length, 'each piece has a message at least');
        const piece = messages.slice(first, next);
        // What stands in a netfilter batch is no dump, whatever its flags say.
        const isBatch = piece[0]?.isSilent === true;
        must(piece.length === 1 || isBatch || piece.every(({ isDump }) => !isDump), 'a dump goes alone');
        first = next;
      }
    }
  },
};

const incoming: ReaderTarget = {
  name: 'netlink-incoming',
  summary:
    'what the kernel answers: never followed beyond its end, and of what is not the module’s nothing is left',
  seeds: () => [
    join(message(32, 16, 2, 1), message(20, 3, 2, 2)),
    join(message(36, 2, 0, 1), message(52, 2, 0, 2), message(17, 24, 0, 1)),
  ],
  read: (bytes) => {
    const known = (sequence: number) => (sequence % 2 === 1 ? sequence + 1_000 : undefined);
    const room = join(bytes, new Uint8Array(64).fill(0xaa));
    const kept = renumber(room, bytes.length, known);
    must(kept.length <= alignedLength(bytes.length), 'no more is kept than was there');
    const view = new DataView(kept.buffer, kept.byteOffset, kept.byteLength);
    for (let at = 0; at < kept.length; ) {
      must(at + headerBytes <= kept.length, 'what is kept is whole');
      const size = view.getUint32(at, true);
      must(size >= headerBytes && at + size <= kept.length, 'what is kept is whole');
      must((view.getUint32(at + 8, true) - 1_000) % 2 !== 0, 'only what is the module’s is kept');
      at += alignedLength(size);
    }
    const whole = withHeader(bytes);
    mustEqualBytes(
      whole.subarray(headerBytes, headerBytes + bytes.length),
      bytes,
      'news is handed on as it is',
    );
  },
};

export const networkTargets: readonly ReaderTarget[] = [outgoing, incoming];
