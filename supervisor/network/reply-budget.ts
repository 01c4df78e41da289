/** Bytes of answers that are being collected for one module, over all its sockets: PID 1 holds them until they are whole. */

export const budgetBytesLimit = 16 * 1024 * 1024;

export class ReplyBudget {
  #bytes = 0;

  /** Whether there is room for `bytes` more, which are then taken. */
  take(bytes: number): boolean {
    if (this.#bytes + bytes > budgetBytesLimit) return false;
    this.#bytes += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#bytes -= bytes;
  }
}
