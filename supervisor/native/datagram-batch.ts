/**
 * Many datagrams in one system call: room for so many of them, made once, and read again and again (recvmmsg(2)). For sockets by which
 * much comes at once; a call for each would cost more than what is in them.
 *
 * The danger: what is received lies in the room only until the next `receive`, and the structs of the room hold addresses of one
 * another. The batch keeps all of them alive, and whoever wants a datagram for longer copies it.
 */
import { architecture } from './arch/architecture.ts';
import { native } from './binding.ts';
import { describe, type FileDescriptor } from './file-descriptor.ts';
import { messageFlags } from './socket.ts';
import { ADDRESS_BYTES_MAX } from './socket-address.ts';
import { writeStruct } from './struct.ts';
import { systemCallIfReady } from './system-call.ts';

const { messageHeader, messageHeaderOfMany, inputOutputVector } = architecture.layouts;
const lengthAt = messageHeaderOfMany.fields.msg_len[1];
const flagsAt = messageHeader.fields.msg_flags[1];
const nameLengthAt = messageHeader.fields.msg_namelen[1];

export class DatagramBatch {
  readonly #count: number;
  readonly #bytesEach: number;
  readonly #room: Uint8Array<ArrayBuffer>;
  readonly #senders: Uint8Array<ArrayBuffer>;
  readonly #headers: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  readonly #vectors: Uint8Array<ArrayBuffer>;

  /** Room for `count` datagrams of `bytesEach` bytes; what is longer is cut. */
  constructor(count: number, bytesEach: number) {
    this.#count = count;
    this.#bytesEach = bytesEach;
    this.#room = new Uint8Array(new ArrayBuffer(count * bytesEach));
    this.#senders = new Uint8Array(new ArrayBuffer(count * ADDRESS_BYTES_MAX));
    this.#headers = new Uint8Array(new ArrayBuffer(count * messageHeaderOfMany.size));
    this.#vectors = new Uint8Array(new ArrayBuffer(count * inputOutputVector.size));
    this.#view = new DataView(this.#headers.buffer);
    const { addressOf } = native();
    const [room, senders, vectors] = [this.#room, this.#senders, this.#vectors].map(addressOf);
    for (let index = 0; index < count; index += 1) {
      const vector = {
        iov_base: (room ?? 0n) + BigInt(index * bytesEach),
        iov_len: BigInt(bytesEach),
      };
      this.#vectors.set(writeStruct(inputOutputVector, vector), index * inputOutputVector.size);
      const header = {
        msg_name: (senders ?? 0n) + BigInt(index * ADDRESS_BYTES_MAX),
        msg_namelen: ADDRESS_BYTES_MAX,
        msg_iov: (vectors ?? 0n) + BigInt(index * inputOutputVector.size),
        msg_iovlen: 1n,
      };
      this.#headers.set(writeStruct(messageHeader, header), index * messageHeaderOfMany.size);
    }
  }

  /**
   * Receives as many datagrams as are there and have room, and gives their number, or undefined when there is none. An error that comes
   * after some of them is told by the next call. recvmmsg(2). Errors: `KernelError`.
   */
  receive(fd: FileDescriptor): number | undefined {
    // The kernel has written the lengths of the last addresses there.
    for (let index = 0; index < this.#count; index += 1)
      this.#view.setUint32(index * messageHeaderOfMany.size + nameLengthAt, ADDRESS_BYTES_MAX, true);
    const words = [fd, this.#headers, this.#count, messageFlags.MSG_DONTWAIT, 0];
    return systemCallIfReady('recvmmsg', words, {
      target: describe(fd),
      keepAlive: [this.#room, this.#senders, this.#vectors],
    });
  }

  /** Datagram `index` of the last call, in the room, or undefined if it was longer than that. */
  datagram(index: number): Uint8Array<ArrayBuffer> | undefined {
    const header = index * messageHeaderOfMany.size;
    if ((this.#view.getInt32(header + flagsAt, true) & messageFlags.MSG_TRUNC) !== 0) return undefined;
    const start = index * this.#bytesEach;
    return this.#room.subarray(start, start + this.#view.getUint32(header + lengthAt, true));
  }

  /** The address that datagram `index` of the last call came from, as the kernel's struct, in the room. */
  sender(index: number): Uint8Array<ArrayBuffer> {
    const start = index * ADDRESS_BYTES_MAX;
    const length = this.#view.getUint32(index * messageHeaderOfMany.size + nameLengthAt, true);
    return this.#senders.subarray(start, start + Math.min(length, ADDRESS_BYTES_MAX));
  }
}
