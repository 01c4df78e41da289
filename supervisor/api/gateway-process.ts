/**
 * The process that ends TLS, for as long as the node runs: whenever it ends, for whatever reason, it is started again, later each time until it has run for a
 * while (cells/restart-plan.ts).
 *
 * PID 1 has the listening socket and only lends it. So while no gateway runs, those who connect wait in the kernel's queue, and no attempt is lost.
 */
import { Socket } from 'node:net';
import { RestartPlan } from '../cells/restart-plan.ts';
import { EftError } from '../errors/eft-error.ts';
import { type HelperProgram, startHelper } from '../helper-process.ts';
import { isKernelError } from '../native/errno.ts';
import { close, type FileDescriptor } from '../native/file-descriptor.ts';
import { bind, createSocket, getOwnAddress, listen, socketTypes } from '../native/socket.ts';
import { type SocketAddress, socketFamilies } from '../native/socket-address.ts';
import { internet6Options, setIntegerOption, socketOptions } from '../native/socket-option.ts';

/** Connections that wait for the gateway: with net.core.somaxconn, which may be less. */
const backlog = 512;
/** Megabytes of heap, and bytes of all memory of its own, that the gateway may have. */
const heapLimitMb = 192;
const dataLimitBytes = 1_152 * 1024 * 1024;
/** Bytes of what one gateway says on its standard error that are passed on. */
const wordsLimit = 16 * 1024;
/** Milliseconds before it is started again, at first and at most. It is never given up. */
const restart = {
  initialMilliseconds: 50,
  maximumMilliseconds: 5_000,
  quarantineAfter: Number.POSITIVE_INFINITY,
};

/** A listening socket, and where it listens. */
export type Listener = { readonly fd: FileDescriptor; readonly port: number };

/**
 * Listens on all addresses of the node, of IPv6 and IPv4 (RFC 3493, 5.3), or of IPv4 alone where the kernel has no other. Port 0 is one of the kernel's
 * choice. Errors: `api.listen`.
 */
export function listenForCalls(port: number): Listener {
  try {
    return listenOn({ family: 'inet6', address: new Uint8Array(16), port, scopeId: 0 });
  } catch (error) {
    if (!isKernelError(error, 'EAFNOSUPPORT', 'EADDRNOTAVAIL')) throw listenError(port, error);
  }
  try {
    return listenOn({ family: 'inet', address: new Uint8Array(4), port });
  } catch (error) {
    throw listenError(port, error);
  }
}

function listenError(port: number, cause: unknown): EftError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return EftError.of('api.listen', { port, reason }, { cause });
}

function listenOn(address: SocketAddress & { readonly family: 'inet' | 'inet6' }): Listener {
  const { AF_INET, AF_INET6 } = socketFamilies;
  const { SOL_SOCKET, SO_REUSEADDR } = socketOptions;
  const { IPPROTO_IPV6, IPV6_V6ONLY } = internet6Options;
  const fd = createSocket(address.family === 'inet' ? AF_INET : AF_INET6, socketTypes.SOCK_STREAM, 0);
  try {
    setIntegerOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (address.family === 'inet6') setIntegerOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    bind(fd, address);
    listen(fd, backlog);
    const own = getOwnAddress(fd);
    return { fd, port: own?.family === 'inet' || own?.family === 'inet6' ? own.port : address.port };
  } catch (error) {
    close(fd);
    throw error;
  }
}

/** What is made of the channel to a gateway that has been started: to be told when it is gone. */
export type GatewayEnd = { readonly close: () => void };

export type GatewayProcessOptions = {
  readonly listener: Listener;
  readonly program: HelperProgram;
  /** A gateway runs. `onBroken` ends it, with a reason. */
  readonly onStart: (channel: Socket, onBroken: (reason: string) => void) => GatewayEnd;
  /** It is gone, and is started again after so many milliseconds. */
  readonly onEnd: (reason: string, delayMs: number) => void;
  /** In milliseconds; it does not go back. */
  readonly nowMs: () => number;
  readonly after: (delayMs: number, fire: () => void) => () => void;
  /** In [0, 1). */
  readonly random: () => number;
};

export class GatewayProcess {
  readonly #options: GatewayProcessOptions;
  readonly #plan = new RestartPlan(restart);
  #kill: () => void = () => undefined;
  #cancelRestart: () => void = () => undefined;
  #isStopped = false;
  #pid: number | undefined;

  constructor(options: GatewayProcessOptions) {
    this.#options = options;
  }

  /** The process that runs now. */
  get pid(): number | undefined {
    return this.#pid;
  }

  start(): void {
    const { listener, program, onStart, nowMs } = this.#options;
    const startedAt = nowMs();
    let end: GatewayEnd | undefined;
    let broken: string | undefined;
    const child = startHelper({
      program,
      heapLimitMb,
      dataLimitBytes,
      stdio: ['ignore', 'ignore', 'pipe', listener.fd, 'pipe'],
      onEnd: (reason) => {
        this.#pid = undefined;
        end?.close();
        this.#again(broken ?? reason, nowMs() - startedAt);
      },
    });
    this.#pid = child?.pid;
    this.#kill = () => child?.kill('SIGKILL');
    const [, , words, , channel] = child?.stdio ?? [];
    if (words instanceof Socket) passOn(words);
    if (!(channel instanceof Socket)) return;
    end = onStart(channel, (reason) => {
      broken ??= reason;
      child?.kill('SIGKILL');
    });
  }

  /** Ends the gateway, for good. The socket is let go of. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#cancelRestart();
    this.#kill();
    close(this.#options.listener.fd);
  }

  #again(reason: string, ranMs: number): void {
    if (this.#isStopped) return;
    const { after, onEnd, random } = this.#options;
    const decision = this.#plan.fail(ranMs, random());
    if (decision.decision !== 'restart') throw new TypeError('the gateway is never given up');
    onEnd(reason, decision.delayMs);
    this.#cancelRestart = after(decision.delayMs, () => this.start());
  }
}

/** Passes on what a gateway says, its last words for one, up to a limit after which it is not read. */
function passOn(words: Socket): void {
  let left = wordsLimit;
  words.on('data', (chunk: Uint8Array) => {
    process.stderr.write(chunk.subarray(0, left));
    left -= chunk.length;
    if (left <= 0) words.destroy();
  });
  words.on('error', () => undefined);
}
