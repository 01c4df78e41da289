/**
 * The calls that are under way: of each what PID 1 has answered and the client has not taken yet, which is one message at most. Another one is asked for when the
 * client has taken it, so a slow client costs what one answer costs.
 *
 * The danger: a call that nobody takes out of the table is kept for ever, here and in PID 1. It is taken out by its end, by the client's signal, or by the one
 * who reads its answers going away, whichever is first.
 */
import type { FromGateway, ToGateway } from '../api/gateway-messages.ts';
import { EftError } from '../errors/eft-error.ts';
import type { RecordValue } from '../store/resource.ts';
import type { ByteBudget } from './byte-budget.ts';
import { connectError, refusal } from './statuses.ts';

/** What PID 1 says of one call. */
export type CallMessage = Extract<ToGateway, { readonly call: number }>;

export type CallWorld = {
  /** As `Link.send`. */
  readonly send: (...messages: readonly FromGateway[]) => void;
  /** Whether PID 1 is so busy that it is to be left alone. */
  readonly isBusy: () => boolean;
  /** Of answers that nobody has taken yet. */
  readonly untaken: ByteBudget;
  readonly callsLimit: number;
};

export type CallBegin = {
  readonly connection: number;
  readonly method: string;
  readonly argument: RecordValue;
  /** There is one answer, and no more. */
  readonly isSingle: boolean;
  /** Aborts when nobody waits any more. */
  readonly signal: AbortSignal;
};

export class Calls {
  readonly #world: CallWorld;
  readonly #calls = new Map<number, Call>();
  #last = 0;

  constructor(world: CallWorld) {
    this.#world = world;
  }

  get count(): number {
    return this.#calls.size;
  }

  /** Begins a call. Errors: a `ConnectError` that its caller is to be given. */
  begin({ connection, method, argument, isSingle, signal }: CallBegin): Call {
    signal.throwIfAborted();
    const { send, isBusy, callsLimit } = this.#world;
    if (this.#calls.size >= callsLimit || isBusy()) throw refusal(EftError.of('api.busy', {}));
    this.#last += 1;
    const number = this.#last;
    const begin: FromGateway = { type: 'call', call: number, connection, method, argument };
    try {
      // Of one answer the end can follow at once.
      if (isSingle) send(begin, { type: 'credit', call: number, count: 1 });
      else send(begin);
    } catch (error) {
      throw unsendable(error);
    }
    const call = new Call(number, this.#world, signal, () => this.#calls.delete(number));
    this.#calls.set(number, call);
    return call;
  }

  /** Takes what PID 1 says of a call. It may be over already; that it is crosses this on the way. */
  receive(message: CallMessage, bytes: number): void {
    this.#calls.get(message.call)?.receive(message, bytes);
  }
}

type Step = { readonly value: RecordValue; readonly bytes: number } | { readonly end: Error | undefined };

export class Call {
  readonly #number: number;
  readonly #world: CallWorld;
  readonly #forget: () => void;
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => this.#cancel(abortReason(this.#signal));
  /** What has come and was not taken: an answer, and an end at most. */
  readonly #steps: Step[] = [];
  #isOver = false;
  #wake: () => void = () => undefined;
  #inputRoom = 1;
  #wakeInput: () => void = () => undefined;

  constructor(number: number, world: CallWorld, signal: AbortSignal, forget: () => void) {
    this.#number = number;
    this.#world = world;
    this.#signal = signal;
    this.#forget = forget;
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  receive(message: CallMessage, bytes: number): void {
    if (this.#isOver) return;
    if (message.type === 'credit') {
      this.#inputRoom += message.count;
      this.#wakeInput();
    } else if (message.type === 'end') {
      this.#end(message.error === undefined ? undefined : connectError(message.error));
    } else if (this.#world.untaken.take(bytes)) {
      this.#push({ value: message.value, bytes });
    } else {
      this.#cancel(refusal(EftError.of('gateway.slow-reader', {})));
    }
  }

  /** The answers, each asked for when the one before it was taken. Errors: that with which the call has ended. */
  async *answers(): AsyncGenerator<RecordValue, void> {
    try {
      for (;;) {
        const step = await this.#next();
        if ('end' in step) {
          if (step.end !== undefined) throw step.end;
          return;
        }
        try {
          yield step.value;
        } finally {
          this.#world.untaken.giveBack(step.bytes);
        }
        if (!this.#isOver) this.#world.send({ type: 'credit', call: this.#number, count: 1 });
      }
    } finally {
      this.#cancel(undefined);
    }
  }

  /** The one answer of a call that has one. Errors: that with which the call has ended. */
  async answer(): Promise<RecordValue> {
    try {
      const step = await this.#next();
      if ('end' in step) throw step.end ?? new Error('the node has given no answer');
      this.#world.untaken.giveBack(step.bytes);
      const last = await this.#next();
      if (!('end' in last)) throw new Error('the node has given more than one answer');
      if (last.end !== undefined) throw last.end;
      return step.value;
    } finally {
      this.#cancel(undefined);
    }
  }

  /**
   * Sends all inputs, each taken from the client only when PID 1 has room for it. What goes wrong with them ends the call. Never throws.
   */
  async sendInputs(inputs: AsyncIterable<RecordValue>): Promise<void> {
    const iterator = inputs[Symbol.asyncIterator]();
    try {
      for (;;) {
        while (this.#inputRoom === 0 && !this.#isOver) await this.#inputCredit();
        if (this.#isOver) return;
        const { done, value } = await iterator.next();
        if (this.#isOver) return;
        if (done === true) {
          this.#world.send({ type: 'input-end', call: this.#number });
          return;
        }
        this.#inputRoom -= 1;
        this.#world.send({ type: 'input', call: this.#number, value });
      }
    } catch (error) {
      this.#cancel(unsendable(error));
    }
  }

  #inputCredit(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeInput = resolve;
    });
  }

  async #next(): Promise<Step> {
    for (;;) {
      const step = this.#steps.shift();
      if (step !== undefined) return step;
      if (this.#isOver) return { end: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #push(step: Step): void {
    this.#steps.push(step);
    this.#wake();
  }

  /** PID 1 is told that nobody waits any more, unless it has ended the call itself. */
  #cancel(error: Error | undefined): void {
    if (this.#isOver) {
      // Nobody takes what is left.
      for (const step of this.#steps.splice(0)) if ('bytes' in step) this.#world.untaken.giveBack(step.bytes);
      return;
    }
    for (const step of this.#steps.splice(0)) if ('bytes' in step) this.#world.untaken.giveBack(step.bytes);
    this.#end(error);
    this.#world.send({ type: 'cancel', call: this.#number });
  }

  #end(error: Error | undefined): void {
    this.#isOver = true;
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#forget();
    this.#push({ end: error });
    this.#wakeInput();
  }
}

function abortReason(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : refusal(EftError.of('api.gone', {}));
}

/** Why a message of a client does not go to PID 1. */
export function unsendable(error: unknown): Error {
  if (error instanceof RangeError || error instanceof TypeError)
    return refusal(EftError.of('gateway.message', { reason: error.message }, { cause: error }));
  return error instanceof Error ? error : new Error(String(error));
}
