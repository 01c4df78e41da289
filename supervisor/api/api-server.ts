/** The API of a node as a whole, in PID 1: the listening socket, the gateway that runs on it, its certificate, and what its calls are answered by. */
import type { HelperProgram } from '../helper-process.ts';
import type { ApiConfiguration } from './api-configuration.ts';
import type { AuditLog } from './audit-log.ts';
import { Dispatcher, type DispatcherWorld } from './dispatcher.ts';
import { GatewayCertificate } from './gateway-certificate.ts';
import { GatewayLink } from './gateway-link.ts';
import { GatewayProcess, type Listener } from './gateway-process.ts';
import { GatewaySession } from './gateway-session.ts';
import type { Identity } from './identity.ts';
import type { AnyMethod } from './method.ts';

/** Milliseconds between two looks at calls that last, whether they still may. */
const sweepMs = 15_000;

export type ApiServerWorld = {
  readonly listener: Listener;
  readonly program: HelperProgram;
  readonly methods: readonly AnyMethod[];
  readonly audit: AuditLog;
  readonly called: () => { readonly names: readonly string[]; readonly addresses: readonly string[] };
  readonly onCall: DispatcherWorld['onCall'];
  /** Says something on the console. */
  readonly tell: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly wallMs: () => number;
  /** In milliseconds; it does not go back. */
  readonly nowMs: () => number;
  readonly after: (delayMs: number, fire: () => void) => () => void;
  readonly random: () => number;
};

export class ApiServer {
  readonly #world: ApiServerWorld;
  readonly #dispatcher: Dispatcher;
  readonly #process: GatewayProcess;
  #configuration: ApiConfiguration;
  #session: GatewaySession | undefined;
  #certificate: GatewayCertificate | undefined;
  #cancelSweep: () => void = () => undefined;

  constructor(configuration: ApiConfiguration, world: ApiServerWorld) {
    this.#configuration = configuration;
    this.#world = world;
    const { methods, audit, nowMs, onCall, listener, program, tell, after, random } = world;
    this.#dispatcher = new Dispatcher(methods, {
      access: () => this.#configuration.access,
      audit,
      nowMs,
      onCall,
    });
    this.#process = new GatewayProcess({
      listener,
      program,
      nowMs,
      after,
      random,
      onStart: (channel, onBroken) => this.#begin(channel, onBroken),
      onEnd: (reason, delayMs) =>
        tell(`the gateway has ended, and is started again in ${delayMs} ms: ${reason}`),
    });
  }

  get port(): number {
    return this.#world.listener.port;
  }

  get configuration(): ApiConfiguration {
    return this.#configuration;
  }

  /** The gateway that runs now. */
  get gatewayPid(): number | undefined {
    return this.#process.pid;
  }

  start(): void {
    this.#process.start();
    this.#sweepLater();
  }

  /** Another configuration counts from now on, for calls that last too. */
  configure(configuration: ApiConfiguration): void {
    this.#configuration = configuration;
    this.#session?.sweep();
    this.#certificate?.look();
  }

  /** The node may be called something else now. */
  renamed(): void {
    this.#certificate?.look();
  }

  mayRead(identity: Identity, kind: string): boolean {
    return this.#configuration.access.mayRead(identity, kind);
  }

  stop(): void {
    this.#cancelSweep();
    this.#process.stop();
  }

  #begin(
    channel: ConstructorParameters<typeof GatewayLink>[0],
    onBroken: (reason: string) => void,
  ): { close: () => void } {
    const { nowMs, wallMs, after, tell, called } = this.#world;
    const link: GatewayLink = new GatewayLink(
      channel,
      { onMessage: (message, memory) => session.receive(message, memory), onBroken },
      { nowMs, after },
    );
    const certificate = new GatewayCertificate({
      configuration: () => this.#configuration,
      called,
      send: (message) => link.send(message),
      wallMs,
      after,
      onTrouble: (reason) => tell(`the gateway has no certificate: ${reason}`),
    });
    const session: GatewaySession = new GatewaySession({
      link,
      answer: (call) => this.#dispatcher.answer(call),
      identify: (caller) => caller.identify(this.#configuration.rules, wallMs()),
      onCertificateRequest: (publicKey) => certificate.request(publicKey),
      onFailure: (method, error) => {
        const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
        tell(`${method} has failed: ${reason}`);
      },
    });
    this.#session = session;
    this.#certificate = certificate;
    return {
      close: () => {
        certificate.close();
        session.close();
        link.close();
      },
    };
  }

  #sweepLater(): void {
    this.#cancelSweep = this.#world.after(sweepMs, () => {
      this.#session?.sweep();
      this.#sweepLater();
    });
  }
}
