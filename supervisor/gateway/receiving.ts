/**
 * What a client sends of one call, on its way to becoming messages: how many bytes of it are kept is counted against what all may take together, and a message that
 * is begun must be whole in time. So nobody fills the memory with beginnings of messages.
 */
import { EftError } from '../errors/eft-error.ts';
import type { ByteBudget } from './byte-budget.ts';
import { refusal } from './statuses.ts';

/** Calls `fire` after so many milliseconds, unless the function that it gives is called before. */
export type After = (delayMs: number, fire: () => void) => () => void;

export type ReceivingWorld = {
  readonly received: ByteBudget;
  readonly messageTimeoutMs: number;
  readonly after: After;
};

type TimeLimit = { readonly isOver: Promise<never>; readonly cancel: () => void };

export class Receiving {
  readonly #world: ReceivingWorld;
  #bytes = 0;
  #limit: TimeLimit | undefined;

  constructor(world: ReceivingWorld) {
    this.#world = world;
  }

  /** The bytes of `source`, counted and timed. Errors: a `ConnectError`, and those of `source`. */
  async *bytes(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    const iterator = source[Symbol.asyncIterator]();
    for (;;) {
      this.#limit ??= this.#begin();
      const { done, value } = await Promise.race([iterator.next(), this.#limit.isOver]);
      if (done === true) return;
      if (!this.#world.received.take(value.length)) throw refusal(EftError.of('api.busy', {}));
      this.#bytes += value.length;
      yield value;
    }
  }

  /** A message is whole, or nothing more is wanted. */
  delivered(): void {
    this.#limit?.cancel();
    this.#limit = undefined;
    this.#world.received.giveBack(this.#bytes);
    this.#bytes = 0;
  }

  #begin(): TimeLimit {
    const { after, messageTimeoutMs } = this.#world;
    const { promise, reject } = Promise.withResolvers<never>();
    // It may fire when nobody waits for bytes, and is heard of when they are waited for again.
    promise.catch(() => undefined);
    const cancel = after(messageTimeoutMs, () => {
      const seconds = messageTimeoutMs / 1000;
      reject(refusal(EftError.of('gateway.message-time', { seconds })));
    });
    return { isOver: promise, cancel };
  }
}
