/**
 * What lifting and lowering one function needs: the memory, realloc and string encoding of its canonical options, and the
 * instance it belongs to. Spec: CanonicalABI.md, "Lifting and Lowering Context".
 */

import { EftError } from '../errors/eft-error.ts';
import type { StringEncoding } from './definition.ts';
import { GuestMemory } from './guest-memory.ts';
import type { InstanceState } from './instance-state.ts';
import { liftedBytesLimit } from './lifted-size.ts';

/** A value as core WebAssembly passes it. */
export type CoreValue = number | bigint;

type Realloc = (pointer: number, oldSize: number, alignment: number, newSize: number) => unknown;

const noMemory = new GuestMemory(new WebAssembly.Memory({ initial: 0, maximum: 0 }));

export class CallContext {
  readonly instance: InstanceState;
  readonly encoding: StringEncoding;
  /** The memory. Decoding has made sure that a function that needs one has one; the others have an empty one. */
  readonly memory: GuestMemory;
  readonly #realloc: Realloc | undefined;
  /** The second half of the last pair that was stored: code units or elements. */
  storedLength = 0;
  #liftable = liftedBytesLimit;

  constructor(
    instance: InstanceState,
    encoding: StringEncoding,
    memory: GuestMemory | undefined,
    realloc: Realloc | undefined,
  ) {
    this.instance = instance;
    this.encoding = encoding;
    this.memory = memory ?? noMemory;
    this.#realloc = realloc;
  }

  /** Begins to take values from the guest: all that one call hands over in one direction. */
  beginLift(): void {
    this.#liftable = liftedBytesLimit;
  }

  /** Counts what the host is about to take from the guest, in bytes of the host. Error: `trap.lifted`. */
  spend(bytes: number): void {
    this.#liftable -= bytes;
    if (this.#liftable < 0) throw EftError.of('trap.lifted', { limit: liftedBytesLimit });
  }

  /** Renews the memory's views, when control has come back from the guest. */
  renew(): void {
    if (this.memory !== noMemory) this.memory.renew();
  }

  /** Has the guest allocate `size` bytes; traps if it gives a block that is misaligned or outside. */
  allocate(size: number, alignment: number, what: string): number {
    return this.reallocate(0, 0, size, alignment, what);
  }

  /** Has the guest resize a block of `oldSize` bytes to `newSize` bytes. */
  reallocate(pointer: number, oldSize: number, newSize: number, alignment: number, what: string): number {
    if (this.#realloc === undefined) throw new TypeError('a function without realloc options allocates');
    const { instance } = this;
    instance.mayLeave = false;
    const returned = this.#realloc(pointer, oldSize, alignment, newSize);
    instance.mayLeave = true;
    if (typeof returned !== 'number') throw new TypeError('a realloc returned no pointer');
    const block = returned >>> 0;
    const { memory } = this;
    memory.renew();
    memory.check(block, newSize, alignment, what);
    return block;
  }
}
