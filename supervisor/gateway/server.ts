/**
 * The server: TLS 1.3 on the listening socket, and on it HTTP/2 or HTTP/1.1, as the client says by ALPN (RFC 7301). Both are Node's; what is set here are their
 * limits, for whoever reaches the port can make this process work before anybody knows who it is.
 *
 * What the parts under it bound by themselves: nghttp2 ends a session that sends more than eight CONTINUATION frames in a row, or lets a thousand answers to its PINGs and
 * SETTINGS pile up. There are no sessions of TLS to resume: each connection shows its certificate.
 */
import { constants, type KeyObject } from 'node:crypto';
import {
  createSecureServer,
  type Http2SecureServer,
  Http2ServerRequest,
  type ServerHttp2Session,
} from 'node:http2';
import { type SecureContextOptions, TLSSocket } from 'node:tls';
import { certificatePem } from '../pki/authority.ts';
import type { Client, Clients } from './clients.ts';
import type { AnyRequest, RequestHandler } from './handle-request.ts';
import * as limits from './limits.ts';

export type Certificates = {
  /** In DER; the server's own first. */
  readonly chain: readonly Uint8Array[];
  /** In DER: whose certificates clients are asked for. */
  readonly authorities: readonly Uint8Array[];
};

export type ServerWorld = {
  readonly key: KeyObject;
  readonly clients: Clients;
  readonly handle: RequestHandler;
};

export class Server {
  readonly #world: ServerWorld;
  readonly #server: Http2SecureServer;
  /** By the session of HTTP/2, or the socket of HTTP/1.1. */
  readonly #clients = new WeakMap<object, Client>();
  readonly #addresses = new Map<string, number>();

  /** A server that does not listen yet. Errors: whatever OpenSSL says of the certificates; PID 1 has made them. */
  constructor(certificates: Certificates, world: ServerWorld) {
    this.#world = world;
    const server = createSecureServer({
      ...contextOf(certificates, world.key),
      minVersion: 'TLSv1.3',
      maxVersion: 'TLSv1.3',
      // Without these two, a client could come back without showing its certificate.
      secureOptions: constants.SSL_OP_NO_TICKET,
      sessionTimeout: 1,
      requestCert: true,
      // PID 1 says no, so that it can be told why, and stands in the audit log.
      rejectUnauthorized: false,
      handshakeTimeout: limits.handshakeTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelay: limits.keepAliveDelayMs,
      noDelay: true,
      allowHTTP1: true,
      ...untyped,
      settings: {
        maxConcurrentStreams: limits.callsOfConnectionLimit,
        maxHeaderListSize: limits.headerBytesLimit,
        initialWindowSize: limits.streamWindowBytes,
        headerTableSize: limits.headerTableBytes,
        enablePush: false,
      },
      maxHeaderListPairs: limits.headersLimit,
      maxDeflateDynamicTableSize: limits.headerTableBytes,
      maxSettings: limits.settingsLimit,
      maxOutstandingPings: limits.outstandingLimit,
      maxSessionInvalidFrames: limits.invalidFramesLimit,
      maxSessionRejectedStreams: limits.invalidFramesLimit,
      maxSessionMemory: limits.sessionMemoryMb,
      streamResetBurst: limits.resetBurst,
      streamResetRate: limits.resetsPerSecond,
    });
    this.#server = server;
    server.maxConnections = limits.connectionsLimit;
    // Of HTTP/1.1; not in the types of this class, which has it all the same.
    Object.assign(server, { maxHeadersCount: limits.headersLimit });
    this.#limitAddresses();
    server.on('session', (session) => {
      const { socket } = session;
      const client = socket instanceof TLSSocket ? world.clients.admit(socket) : undefined;
      if (client === undefined) session.destroy();
      else this.#keep(session, client);
    });
    server.on('secureConnection', (socket) => {
      if (socket.alpnProtocol === 'h2') return;
      const client = world.clients.admit(socket);
      if (client === undefined) socket.destroy();
      else this.#clients.set(socket, client);
    });
    server.on('request', (request, response) => {
      const client = this.#clients.get(ownerOf(request) ?? response);
      // Its session has ended before its request was told.
      if (client === undefined) response.destroy();
      else world.handle(client, request, response);
    });
  }

  /** Listens on a socket that listens already. */
  listen(descriptor: number): void {
    this.#server.listen({ fd: descriptor });
  }

  /** From now on new connections get these; those that there are go on. Errors: as for the constructor. */
  replace(certificates: Certificates): void {
    this.#server.setSecureContext(contextOf(certificates, this.#world.key));
  }

  #keep(session: ServerHttp2Session, client: Client): void {
    this.#clients.set(session, client);
    // What goes wrong in a session ends it, and nothing else.
    session.on('error', () => undefined);
    session.setTimeout(limits.idleTimeoutMs, () => {
      if (!client.hasCalls) session.destroy();
      // Whoever is there answers, which is something; whoever is not is gone when this happens again.
      else if (!session.ping(() => undefined)) session.destroy();
    });
  }

  /** Refuses connections of addresses that have too many, before TLS has any work with them. */
  #limitAddresses(): void {
    const [secure] = this.#server.listeners('connection');
    if (secure === undefined) throw new Error('Node has another way to begin with TLS than it had');
    this.#server.removeAllListeners('connection');
    this.#server.on('connection', (socket) => {
      const { remoteAddress = '' } = socket;
      const count = this.#addresses.get(remoteAddress) ?? 0;
      if (count >= limits.connectionsOfAddressLimit) {
        socket.destroy();
        return;
      }
      this.#addresses.set(remoteAddress, count + 1);
      socket.once('close', () => {
        const left = (this.#addresses.get(remoteAddress) ?? 1) - 1;
        if (left === 0) this.#addresses.delete(remoteAddress);
        else this.#addresses.set(remoteAddress, left);
      });
      Reflect.apply(secure, this.#server, [socket]);
    });
  }
}

/** The session or socket that a request has come by, as long as it is there. */
function ownerOf(request: AnyRequest): object | undefined {
  return request instanceof Http2ServerRequest ? request.stream.session : request.socket;
}

/** Options that this class takes, and its types do not know: of HTTP/1.1, and one of HTTP/2. */
const untyped = {
  headersTimeout: limits.headTimeoutMs,
  // A request may be a stream; what bounds it is `messageTimeoutMs`.
  requestTimeout: 0,
  keepAliveTimeout: limits.idleTimeoutMs,
  maxHeaderSize: limits.headerBytesLimit,
  maxOutstandingSettings: limits.outstandingLimit,
};

function contextOf({ chain, authorities }: Certificates, key: KeyObject): SecureContextOptions {
  return {
    key: key.export({ type: 'pkcs8', format: 'pem' }),
    cert: chain.map(certificatePem).join(''),
    ca: authorities.map(certificatePem),
  };
}
