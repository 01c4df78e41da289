/**
 * Who is connected. A client gets a number and is made known to PID 1 with its certificates when it makes its first call: who only knocks is no concern of PID 1's.
 *
 * Whether TLS has found its certificate good (`isVouched`) decides how much it may take, and nothing else (limits.ts).
 */
import type { TLSSocket } from 'node:tls';
import type { FromGateway } from '../api/gateway-messages.ts';
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
    this.#last += 1;
    const client = new Client(this.#last, isVouched, socket, this.#send);
    if (!isVouched) this.#strangers += 1;
    socket.once('close', () => {
      if (!isVouched) this.#strangers -= 1;
      client.leave();
    });
    return client;
  }
}

export class Client {
  readonly number: number;
  readonly #isVouched: boolean;
  readonly #socket: TLSSocket;
  readonly #send: (message: FromGateway) => void;
  readonly #peer: string;
  #calls = 0;
  #isKnown = false;
  #isGone = false;

  constructor(number: number, isVouched: boolean, socket: TLSSocket, send: (message: FromGateway) => void) {
    this.number = number;
    this.#isVouched = isVouched;
    this.#socket = socket;
    this.#send = send;
    this.#peer = socket.remoteAddress ?? '';
  }

  get hasCalls(): boolean {
    return this.#calls > 0;
  }

  /** Makes room for a call, and the client known to PID 1. Error: a `ConnectError`. */
  beginCall(): void {
    const limit = this.#isVouched ? callsOfConnectionLimit : callsOfStrangerLimit;
    if (this.#calls >= limit) {
      const text = `this connection has ${limit} calls at once already`;
      throw refusal('resource_exhausted', 'gateway.connection-calls', text);
    }
    this.#calls += 1;
    if (this.#isKnown || this.#isGone) return;
    this.#isKnown = true;
    const chain = chainOf(this.#socket);
    this.#send({ type: 'connected', connection: this.number, chain, peer: this.#peer });
  }

  endCall(): void {
    this.#calls -= 1;
  }

  leave(): void {
    this.#isGone = true;
    if (this.#isKnown) this.#send({ type: 'disconnected', connection: this.number });
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
