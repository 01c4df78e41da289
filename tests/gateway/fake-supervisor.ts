/**
 * What stands for PID 1 in tests of the gateway: starts the real process with the real descriptors, issues its certificate, and answers calls as a test says. It keeps
 * to the contract of api/gateway-messages.ts as PID 1 does, and remembers what it was told.
 */
import type { ChildProcess } from 'node:child_process';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { Socket } from 'node:net';
import type { CallError, FromGateway, ToGateway } from '../../supervisor/api/gateway-messages.ts';
import { FrameReader, writeFrame } from '../../supervisor/cells/frames.ts';
import { decodeRecordValue } from '../../supervisor/cells/record-reader.ts';
import { encodeRecordValue } from '../../supervisor/cells/record-writer.ts';
import { type HelperProgram, startHelper } from '../../supervisor/helper-process.ts';
import { close } from '../../supervisor/native/file-descriptor.ts';
import { bind, createSocket, getOwnAddress, listen, socketTypes } from '../../supervisor/native/socket.ts';
import { socketFamilies } from '../../supervisor/native/socket-address.ts';
import type { Authority } from '../../supervisor/pki/authority.ts';
import {
  derOf,
  issueClientCertificate,
  issueServerCertificate,
  newAuthorityFor,
  newKeyPair,
} from '../../supervisor/pki/issue.ts';
import type { RecordValue } from '../../supervisor/store/resource.ts';

const gatewayProgram = new URL('../../supervisor/gateway/gateway-process.ts', import.meta.url);
const dayMs = 86_400_000;

export type CallMade = Extract<FromGateway, { type: 'call' }>;

/** What answers a call: values, each given when there is room for it, and at the end a success, unless it throws a `CallRefusal`. */
export type Answering = (call: CallMade, inputs: AsyncIterable<RecordValue>) => AsyncIterable<RecordValue>;

export class CallRefusal extends Error {
  readonly refusal: CallError;

  constructor(refusal: CallError) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

export type ClientIdentity = { readonly certificate: string; readonly key: string };

/** A process that is not the gateway's may be started in its place. */
export type FakeOptions = { readonly answer: Answering; readonly program?: HelperProgram };

/** Starts a gateway that has its certificate. */
export async function startGateway(options: FakeOptions): Promise<FakeSupervisor> {
  const authority = await newAuthorityFor('a test', Date.now(), dayMs);
  const fake = new FakeSupervisor(options, authority);
  await fake.ready;
  return fake;
}

export class FakeSupervisor {
  readonly authority: Authority;
  readonly port: number;
  readonly child: ChildProcess;
  readonly ready: Promise<void>;
  /** Everything that the gateway has said, the oldest first. */
  readonly told: FromGateway[] = [];
  /** Answers taken from `answer` and sent, by call. */
  readonly sent = new Map<number, number>();
  errors = '';
  ended: string | undefined;
  readonly #link: Socket;
  readonly #answer: Answering;
  readonly #calls = new Map<number, CallState>();
  readonly #ready = Promise.withResolvers<void>();
  #publicKey: Uint8Array | undefined;

  constructor({ answer, program = gatewayProgram }: FakeOptions, authority: Authority) {
    this.#answer = answer;
    this.authority = authority;
    this.ready = this.#ready.promise;
    const listening = createSocket(socketFamilies.AF_INET, socketTypes.SOCK_STREAM, 0);
    bind(listening, { family: 'inet', address: Uint8Array.of(127, 0, 0, 1), port: 0 });
    listen(listening, 511);
    const address = getOwnAddress(listening);
    if (address?.family !== 'inet') throw new Error('the socket has no address');
    this.port = address.port;
    const child = startHelper({
      program,
      heapLimitMb: 128,
      stdio: ['ignore', 'ignore', 'pipe', listening, 'pipe'],
      onEnd: (reason) => {
        this.ended = reason;
        this.#ready.reject(new Error(`the gateway has ended: ${reason}\n${this.errors}`));
      },
    });
    close(listening);
    const link = child?.stdio[4];
    if (child === undefined || !(link instanceof Socket)) throw new Error('the gateway was not started');
    this.child = child;
    this.#link = link;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.errors += text;
    });
    const reader = new FrameReader({
      limit: () => 2_000_000,
      onFrame: (bytes) => this.#receive(decodeRecordValue(bytes, 'gateway') as FromGateway),
      onTooLong: (length) => this.#ready.reject(new Error(`a frame of ${length} bytes`)),
    });
    link.on('data', (chunk: Uint8Array) => reader.push(chunk));
    link.on('error', () => undefined);
  }

  /** `https://127.0.0.1:PORT` */
  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  /** The authority's certificate in PEM. */
  get authorityPem(): string {
    return pemOf('CERTIFICATE', this.authority.certificate);
  }

  /** Calls that have neither been answered to the end nor canceled. */
  get openCalls(): number {
    return this.#calls.size;
  }

  /** Issues a certificate for a client. */
  async client(name: string, roles: readonly string[] = ['os:admin']): Promise<ClientIdentity> {
    return issueClient(this.authority, name, roles);
  }

  /** Gives the gateway a new certificate. */
  async certify(): Promise<void> {
    if (this.#publicKey === undefined) throw new Error('the gateway has not asked for a certificate');
    const { chain } = await issueServerCertificate({
      authority: this.authority,
      publicKey: this.#publicKey,
      names: ['localhost'],
      addresses: ['127.0.0.1'],
      nowMs: Date.now(),
    });
    this.send({ type: 'certificate', chain, authorities: [this.authority.certificate] });
  }

  send(message: ToGateway): void {
    writeFrame(this.#link, encodeRecordValue(message));
  }

  /** Ends the link, as PID 1's end would. */
  hangUp(): void {
    this.#link.destroy();
  }

  /** Reads nothing more from the gateway, until `resume`. */
  pause(): void {
    this.#link.pause();
  }

  resume(): void {
    this.#link.resume();
  }

  async stop(): Promise<void> {
    if (this.ended !== undefined) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  #receive(message: FromGateway): void {
    this.told.push(message);
    switch (message.type) {
      case 'certificate-request':
        this.#publicKey = message.publicKey;
        void this.certify().then(this.#ready.resolve, this.#ready.reject);
        break;
      case 'call':
        void this.#run(message);
        break;
      case 'input':
        this.#calls.get(message.call)?.input(message.value);
        break;
      case 'input-end':
        this.#calls.get(message.call)?.input(undefined);
        break;
      case 'credit':
        this.#calls.get(message.call)?.credit(message.count);
        break;
      case 'cancel':
        this.#calls.get(message.call)?.cancel();
        break;
    }
  }

  async #run(call: CallMade): Promise<void> {
    const state = new CallState(() => this.send({ type: 'credit', call: call.call, count: 1 }));
    this.#calls.set(call.call, state);
    try {
      const answers = this.#answer(call, state.inputs())[Symbol.asyncIterator]();
      for (;;) {
        await state.room();
        if (state.isCanceled) return void answers.return?.();
        const { done, value } = await answers.next();
        if (state.isCanceled) return;
        if (done === true) break;
        this.sent.set(call.call, (this.sent.get(call.call) ?? 0) + 1);
        this.send({ type: 'output', call: call.call, value });
      }
      this.send({ type: 'end', call: call.call });
    } catch (error) {
      if (!(error instanceof CallRefusal)) throw error;
      this.send({ type: 'end', call: call.call, error: error.refusal });
    } finally {
      this.#calls.delete(call.call);
    }
  }
}

/** One call as PID 1 has it. */
class CallState {
  isCanceled = false;
  readonly #giveCredit: () => void;
  readonly #inputs: (RecordValue | undefined)[] = [];
  #room = 1;
  #wake: () => void = () => undefined;

  constructor(giveCredit: () => void) {
    this.#giveCredit = giveCredit;
  }

  credit(count: number): void {
    this.#room += count;
    this.#wake();
  }

  cancel(): void {
    this.isCanceled = true;
    this.#wake();
  }

  input(value: RecordValue | undefined): void {
    this.#inputs.push(value);
    this.#wake();
  }

  /** Waits until there is room for an answer, and takes it. */
  async room(): Promise<void> {
    while (this.#room === 0 && !this.isCanceled) await this.#change();
    this.#room -= 1;
  }

  async *inputs(): AsyncGenerator<RecordValue, void> {
    for (;;) {
      while (this.#inputs.length === 0 && !this.isCanceled) await this.#change();
      const value = this.#inputs.shift();
      if (value === undefined) return;
      yield value;
      this.#giveCredit();
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const before = this.#wake;
      this.#wake = () => {
        before();
        resolve();
      };
    });
  }
}

/** A client's certificate of an authority. */
export async function issueClient(
  authority: Authority,
  name: string,
  roles: readonly string[],
): Promise<ClientIdentity> {
  const { publicKey, privateKey } = newKeyPair();
  const { chain } = await issueClientCertificate({
    authority,
    publicKey: derOf(publicKey),
    name,
    roles,
    nowMs: Date.now(),
    lifetimeMs: dayMs / 2,
  });
  return { certificate: pemOf('CERTIFICATE', chain[0]), key: keyPem(privateKey) };
}

function keyPem(key: KeyObject): string {
  return String(key.export({ type: 'pkcs8', format: 'pem' }));
}

export function pemOf(label: string, der: Uint8Array): string {
  const lines = Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

/** What a public key in DER is, for comparisons. */
export function sameKey(one: Uint8Array, other: KeyObject): boolean {
  return createPublicKey({ key: Buffer.from(one), type: 'spki', format: 'der' }).equals(other);
}
