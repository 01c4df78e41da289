/** Datagrams of the kernel from a netlink socket, many in one call, and nobody else's. */
import { architecture } from '../native/arch/architecture.ts';
import { DatagramBatch } from '../native/datagram-batch.ts';
import type { FileDescriptor } from '../native/file-descriptor.ts';

const portIdAt = architecture.layouts.addressNetlink.fields.nl_pid[1];

export class NetlinkDatagrams {
  readonly #count: number;
  readonly #bytesEach: number;
  #batch: DatagramBatch | undefined;

  /** Room for `count` datagrams of `bytesEach` bytes, made when the first one is received: before that the native part may not be there. */
  constructor(count: number, bytesEach: number) {
    this.#count = count;
    this.#bytesEach = bytesEach;
  }

  /**
   * Receives what is there, as far as there is room, and gives each datagram of the kernel to `take`, which copies what it keeps; undefined
   * stands for one that had no room. False if there was none left. Errors: `KernelError`.
   */
  receive(fd: FileDescriptor, take: (datagram: Uint8Array<ArrayBuffer> | undefined) => void): boolean {
    this.#batch ??= new DatagramBatch(this.#count, this.#bytesEach);
    const batch = this.#batch;
    const count = batch.receive(fd);
    if (count === undefined) return false;
    for (let index = 0; index < count; index += 1) {
      // The kernel is port 0; what anybody else on this machine sends is no word of it.
      if (isFromKernel(batch.sender(index))) take(batch.datagram(index));
    }
    return true;
  }
}

/** Whether a `struct sockaddr_nl` has the port 0. */
function isFromKernel(sender: Uint8Array): boolean {
  if (sender.length < portIdAt + 4) return false;
  for (let at = portIdAt; at < portIdAt + 4; at += 1) if (sender[at] !== 0) return false;
  return true;
}
