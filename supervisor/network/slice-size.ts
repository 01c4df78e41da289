/**
 * How many messages are given to the kernel in one piece. The kernel works a piece off before the call returns, so PID 1 stands still
 * meanwhile: pieces grow while they are quick and shrink when they are not.
 */

/** Milliseconds that one piece should take. */
export const sliceTargetMs = 4;
/** Messages of one piece; their answers must fit into the socket's receive buffer, since nobody takes them in between. */
export const sliceMessagesLimit = 64;
/** Bytes of one piece, if it has several messages. */
export const sliceBytesLimit = 64 * 1024;
const firstMessages = 16;

export class SliceSize {
  #messages = firstMessages;

  /** Messages of the next piece at most. */
  get messages(): number {
    return this.#messages;
  }

  /** Learns that a piece took `tookMs` milliseconds. */
  learn(tookMs: number): void {
    const next = tookMs > sliceTargetMs ? Math.floor(this.#messages / 2) : this.#messages * 2;
    this.#messages = Math.min(sliceMessagesLimit, Math.max(1, next));
  }
}
