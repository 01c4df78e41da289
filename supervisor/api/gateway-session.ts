/**
 * The connections and calls of one gateway, from its start to its end: what it says becomes calls of the dispatcher's, and their answers go back as it
 * has room for them.
 *
 * The gateway may be in an attacker's hands. It can call as anyone whose certificate it shows, and nothing else: numbers that are not its own, twice
 * used or never begun, end it. What it can make PID 1 hold is bounded: connections, calls of one and of all, and the memory of what it has sent.
 */
import { RecordItem } from '../cells/record-fields.ts';
import { EftError } from '../errors/eft-error.ts';
import type { RecordValue } from '../store/resource.ts';
import { callError } from './call-error.ts';
import type { CallError, FromGateway, ToGateway } from './gateway-messages.ts';
import type { Identity } from './identity.ts';
import { Caller } from './verify-chain.ts';

/** Connections at one time. */
export const connectionsLimit = 512;
/** Calls at one time: of one connection, and of all. */
export const connectionCallsLimit = 1_024;
export const callsLimit = 4_096;
/** Bytes of memory of arguments and inputs of all calls that are under way. */
export const heldBytesLimit = 48 * 1024 * 1024;

/** What the dispatcher is given. */
export type Call = {
  readonly method: string;
  readonly argument: RecordItem;
  /** Who calls, as it is now. */
  readonly identify: () => Identity;
  /** What has to hold as long as the call lasts; it throws if it does not. */
  readonly guard: (check: () => void) => void;
  readonly inputs: AsyncIterable<RecordItem>;
  readonly signal: AbortSignal;
};

export type SessionWorld = {
  /** The answers to a call. Errors, as they are asked for: why it is refused, or has failed. */
  readonly answer: (call: Call) => AsyncGenerator<RecordValue, void>;
  readonly identify: (caller: Caller) => Identity;
  readonly link: {
    readonly send: (message: ToGateway) => void;
    readonly sendInTurn: (message: ToGateway, signal: AbortSignal) => Promise<void>;
  };
  readonly onCertificateRequest: (publicKey: Uint8Array<ArrayBuffer>) => void;
  /** What nobody has foreseen, such as a method that throws a TypeError. */
  readonly onFailure: (method: string, error: unknown) => void;
};

export class GatewaySession {
  readonly #world: SessionWorld;
  readonly #connections = new Map<number, Connection>();
  /** Those that the gateway knows. */
  readonly #calls = new Map<number, RunningCall>();
  /** Those whose method has not returned: also those that nobody waits for any more. */
  #running = 0;
  #held = 0;
  #lastConnection = 0;
  #lastCall = 0;

  constructor(world: SessionWorld) {
    this.#world = world;
  }

  get counts(): {
    readonly connections: number;
    readonly calls: number;
    readonly running: number;
    readonly held: number;
  } {
    return {
      connections: this.#connections.size,
      calls: this.#calls.size,
      running: this.#running,
      held: this.#held,
    };
  }

  /** Takes a message, which takes `memory` bytes. Errors: what ends the gateway. */
  receive(message: FromGateway, memory: number): void {
    switch (message.type) {
      case 'certificate-request':
        this.#world.onCertificateRequest(message.publicKey);
        break;
      case 'connected':
        this.#connect(message);
        break;
      case 'disconnected':
        this.#disconnect(message.connection);
        break;
      case 'call':
        this.#begin(message, memory);
        break;
      default: {
        const call = this.#calls.get(message.call);
        // A call that is over crosses what is said of it on the way; one that has not begun does not.
        if (call === undefined && message.call > this.#lastCall) throw broken('a call that has not begun');
        if (call === undefined) return;
        if (message.type === 'credit') call.addCredit(message.count);
        else if (message.type === 'input-end') call.inputs.end();
        else if (message.type === 'cancel') this.#cancel(call);
        else this.#input(call, message.value, memory);
      }
    }
  }

  /** Ends the calls that could not be begun any more: a certificate has come to its end, or another configuration counts. */
  sweep(): void {
    for (const call of [...this.#calls.values()]) {
      try {
        call.check();
      } catch (error) {
        this.#end(call, callError(error));
      }
    }
  }

  /** The gateway is gone. */
  close(): void {
    for (const call of [...this.#calls.values()]) this.#cancel(call);
    this.#connections.clear();
  }

  #connect({ connection, chain, peer }: FromGateway & { readonly type: 'connected' }): void {
    if (connection <= this.#lastConnection) throw broken('a number of a connection a second time');
    if (this.#connections.size >= connectionsLimit)
      throw broken(`more than ${connectionsLimit} connections at once`);
    this.#lastConnection = connection;
    this.#connections.set(connection, { number: connection, caller: new Caller(chain, peer), calls: 0 });
  }

  #disconnect(number: number): void {
    if (!this.#connections.delete(number)) throw broken('the end of a connection that there is not');
    for (const call of [...this.#calls.values()]) if (call.connection.number === number) this.#cancel(call);
  }

  #begin(
    { call: number, connection: of, method, argument }: FromGateway & { readonly type: 'call' },
    memory: number,
  ): void {
    if (number <= this.#lastCall) throw broken('a number of a call a second time');
    this.#lastCall = number;
    const { link } = this.#world;
    const connection = this.#connections.get(of);
    // The client may be gone before its connection was told of.
    const isFull =
      this.#running >= callsLimit ||
      (connection?.calls ?? 0) >= connectionCallsLimit ||
      this.#held + memory > heldBytesLimit;
    if (connection === undefined || isFull) {
      const error = EftError.of(connection === undefined ? 'api.gone' : 'api.busy', {});
      link.send({ type: 'end', call: number, error: callError(error) });
      return;
    }
    const call = new RunningCall(number, connection, memory, () =>
      link.send({ type: 'credit', call: number, count: 1 }),
    );
    this.#calls.set(number, call);
    connection.calls += 1;
    this.#running += 1;
    this.#held += memory;
    void this.#run(call, method, argument);
  }

  #input(call: RunningCall, value: RecordValue, memory: number): void {
    if (!call.inputs.hasRoom) throw broken('an input that there was no room for');
    if (this.#held + memory > heldBytesLimit) {
      this.#end(call, callError(EftError.of('api.busy', {})));
      return;
    }
    this.#held += memory;
    call.inputs.add(new RecordItem(value, 'request', 'the request'), () => {
      this.#held -= memory;
    });
  }

  /** Nobody waits for the call any more. Its method hears of it, and until that has returned it counts as one that runs. */
  #cancel(call: RunningCall): void {
    if (!this.#calls.delete(call.number)) return;
    call.abort();
  }

  #end(call: RunningCall, error: CallError | undefined): void {
    if (!this.#calls.delete(call.number)) return;
    const { link } = this.#world;
    link.send({ type: 'end', call: call.number, ...(error !== undefined && { error }) });
    call.abort();
  }

  /** Does not reject. */
  async #run(call: RunningCall, method: string, argument: RecordValue): Promise<void> {
    let error: CallError | undefined;
    try {
      await this.#answer(call, method, argument);
    } catch (thrown) {
      error = callError(thrown, method);
      if (error.status === 'internal' && !call.signal.aborted) this.#world.onFailure(method, thrown);
    }
    this.#running -= 1;
    this.#held -= call.memory;
    call.connection.calls -= 1;
    call.inputs.clear();
    this.#end(call, error);
  }

  async #answer(call: RunningCall, method: string, argument: RecordValue): Promise<void> {
    const { answer, identify, link } = this.#world;
    const { connection, inputs, signal } = call;
    const answers = answer({
      method,
      argument: new RecordItem(argument, 'request', 'the request'),
      identify: () => identify(connection.caller),
      guard: (check) => {
        call.check = check;
      },
      inputs,
      signal,
    });
    try {
      for (;;) {
        await call.credit();
        if (signal.aborted) return;
        const next = await answers.next();
        if (next.done === true) return;
        await link.sendInTurn({ type: 'output', call: call.number, value: next.value }, signal);
      }
    } finally {
      await answers.return();
    }
  }
}

type Connection = {
  readonly number: number;
  readonly caller: Caller;
  calls: number;
};

class RunningCall {
  readonly number: number;
  readonly connection: Connection;
  readonly memory: number;
  readonly inputs: Inputs;
  check: () => void = () => undefined;
  readonly #controller = new AbortController();
  /** The gateway begins with room for one. */
  #credit = 1;
  #wake: () => void = () => undefined;

  constructor(number: number, connection: Connection, memory: number, onRoom: () => void) {
    this.number = number;
    this.connection = connection;
    this.memory = memory;
    this.inputs = new Inputs(onRoom);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(): void {
    this.#controller.abort();
    this.inputs.abort();
    this.#wake();
  }

  /** Errors: what ends the gateway. */
  addCredit(count: number): void {
    this.#credit += count;
    if (this.#credit > creditTotalLimit) throw broken('more room for answers than there can be');
    this.#wake();
  }

  /** Takes one of the answers that there is room for, or waits for it, or until it is aborted. */
  async credit(): Promise<void> {
    while (this.#credit === 0 && !this.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#credit -= 1;
  }
}

/** Answers of one call that there can be room for. */
const creditTotalLimit = 65_536;

/** The request messages of a call, of which one is there at most: room for the next is told when it is taken. */
class Inputs implements AsyncIterable<RecordItem> {
  readonly #onRoom: () => void;
  #next: { readonly item: RecordItem; readonly release: () => void } | undefined;
  #isTaken = true;
  #isEnded = false;
  #isAborted = false;
  #wake: () => void = () => undefined;

  constructor(onRoom: () => void) {
    this.#onRoom = onRoom;
  }

  get hasRoom(): boolean {
    return this.#isTaken && this.#next === undefined && !this.#isEnded;
  }

  add(item: RecordItem, release: () => void): void {
    this.#next = { item, release };
    this.#isTaken = false;
    this.#wake();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  abort(): void {
    this.#isAborted = true;
    this.#wake();
  }

  /** Lets go of what nobody has taken. */
  clear(): void {
    this.#next?.release();
    this.#next = undefined;
  }

  /** The inputs, once. Each is held until the next is asked for. Error: `api.gone` if the caller has gone before the end. */
  async *[Symbol.asyncIterator](): AsyncGenerator<RecordItem, void> {
    for (;;) {
      while (this.#next === undefined && !this.#isEnded && !this.#isAborted) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      // An upload that breaks off must not look like one that is whole.
      if (this.#isAborted) throw EftError.of('api.gone', {});
      const next = this.#next;
      if (next === undefined) return;
      try {
        yield next.item;
      } finally {
        this.clear();
      }
      this.#isTaken = true;
      if (!this.#isAborted) this.#onRoom();
    }
  }
}

function broken(what: string): EftError {
  return EftError.of('api.gateway', { what });
}
