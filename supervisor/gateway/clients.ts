/**
 * Who is connected. A client gets a number and is made known to PID 1 with its certificates when it makes its first call: who only knocks is no concern of PID 1's.
 *
 * Whether TLS has found its certificate good (`isVouched`) decides how much it may take, and nothing else (limits.ts).
 */
import type { TLSSocket } from 'node:tls';
import type { FromGateway } from '../api/gateway-messages.ts';
import { EftError } from '../errors/eft-error.ts';
import {
  callsOfConnectionLimit,
  callsOfStrangerLimit,
  certificateBytesLimit,
  chainLengthLimit,
  strangersLimit,
} from './limits.ts';
import { refusal } from './statuses.ts';

export class Clients {
  readonly #send: (message: FromGateway) => void;
  #last = 0;
  #strangers = 0;

  constructor(send: (message: FromGateway) => void) {
    this.#send = send;
  }

  /** A client whose handshake is over; undefined if there are too many that nobody vouches for. */
  admit(socket: TLSSocket): Client | undefined {
    const isVouched = socket.authorized;
    if (!isVouched && this.#strangers >= strangersLimit) return undefined;
    const client = new Client(isVouched, socket, (told) => this.#makeKnown(told));
    if (!isVouched) this.#strangers += 1;
    socket.once('close', () => {
      if (!isVouched) this.#strangers -= 1;
      const number = client.leave();
      if (number !== undefined) this.#send({ type: 'disconnected', connection: number });
    });
    return client;
  }

  /** Numbers rise in the order in which they are told. */
  #makeKnown(told: Told): number {
    this.#last += 1;
    this.#send({ type: 'connected', connection: this.#last, ...told });
    return this.#last;
  }
}

type Told = { readonly chain: readonly Uint8Array<ArrayBuffer>[]; readonly peer: string };

export class Client {
  readonly #isVouched: boolean;
  readonly #socket: TLSSocket;
  readonly #makeKnown: (told: Told) => number;
  readonly #peer: string;
  #calls = 0;
  #number: number | undefined;
  #isGone = false;

  constructor(isVouched: boolean, socket: TLSSocket, makeKnown: (told: Told) => number) {
    this.#isVouched = isVouched;
    this.#socket = socket;
    this.#makeKnown = makeKnown;
    this.#peer = socket.remoteAddress ?? '';
  }

  /** What PID 1 knows it by. Error: a `ConnectError`, if it is gone. */
  number(): number {
    if (this.#isGone) throw refusal(EftError.of('api.gone', {}));
    this.#number ??= this.#makeKnown({ chain: chainOf(this.#socket), peer: this.#peer });
    return this.#number;
  }

  get hasCalls(): boolean {
    return this.#calls > 0;
  }

  /** Makes room for a call; false if there is none. */
  beginCall(): boolean {
    if (this.#calls >= (this.#isVouched ? callsOfConnectionLimit : callsOfStrangerLimit)) return false;
    this.#calls += 1;
    return true;
  }

  endCall(): void {
    this.#calls -= 1;
  }

  /** It is gone. Gives what PID 1 knew it by, if it did. */
  leave(): number | undefined {
    this.#isGone = true;
    return this.#number;
  }
}

/** The certificates that a client has shown, its own first, as far as the limits go. */
function chainOf(socket: TLSSocket): Uint8Array<ArrayBuffer>[] {
  const chain: Uint8Array<ArrayBuffer>[] = [];
  let certificate = socket.getPeerX509Certificate();
  while (certificate !== undefined && chain.length < chainLengthLimit) {
    const { raw } = certificate;
    if (raw.length > certificateBytesLimit) break;
    chain.push(new Uint8Array(raw));
    certificate = certificate.issuerCertificate;
  }
  return chain;
}
