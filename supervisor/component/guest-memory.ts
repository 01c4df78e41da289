/**
 * The linear memory of an instance as the host sees it.
 *
 * The danger: a guest that grows its memory detaches every view of it. So the views live here and nowhere else, and they are
 * renewed (`renew`) each time control comes back from the guest. Nothing may keep a view across a call into the guest.
 */
import { EftError } from '../errors/eft-error.ts';

export class GuestMemory {
  readonly #memory: WebAssembly.Memory;
  /** The whole memory; little-endian access. */
  view: DataView;
  /** The whole memory; bulk access and text. */
  bytes: Buffer;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.view = new DataView(memory.buffer);
    this.bytes = Buffer.from(memory.buffer);
  }

  /** Makes the views valid after the guest has run. A detached view has length 0. */
  renew(): void {
    if (this.bytes.length !== 0) return;
    this.view = new DataView(this.#memory.buffer);
    this.bytes = Buffer.from(this.#memory.buffer);
  }

  /** Bytes of the memory now. */
  get size(): number {
    return this.bytes.length;
  }

  /** Traps unless `length` bytes at `pointer` lie in the memory and `pointer` is a multiple of `alignment`. */
  check(pointer: number, length: number, alignment: number, what: string): void {
    if ((pointer & (alignment - 1)) !== 0) throw EftError.of('trap.alignment', { what, alignment, pointer });
    if (pointer + length > this.bytes.length) {
      throw EftError.of('trap.pointer', { what, length, pointer, size: this.bytes.length });
    }
  }
}
