/**
 * A new version of a module, loaded off to one side while the old one goes on: its thread is open, its code is compiled and instantiated, and
 * nothing has been called. A host call in the course of that comes to nothing: there is nobody yet whose effects would be carried out.
 *
 * Whoever takes it over gets a transport that only waits for `start`; that is what makes a swap's pause short.
 */
import { EftError } from '../errors/eft-error.ts';
import type { FromCell, SentError } from './cell-messages.ts';
import type { CellModule, CellWorld } from './cell-world.ts';
import { openOrLose, type Transport, type TransportEvents } from './transport.ts';

/** Milliseconds on top of the event limit for a thread to begin and load a module. */
const loadAllowanceMs = 10_000;

export class PreparedInstance {
  readonly module: CellModule;
  /** Resolves when it is loaded; rejects with an `EftError`, `cell.*`, `component.*` or `trap.*`, if it cannot be, and then it is gone. */
  readonly ready: Promise<void>;
  readonly #world: Pick<CellWorld, 'open' | 'after' | 'events'>;
  readonly #loaded = Promise.withResolvers<void>();
  readonly #transport: Transport;
  readonly #cancelDeadline: () => void;
  /** Whom messages go to, once it has been taken over. */
  #heir: TransportEvents | undefined;
  #lost: { readonly reason: string; readonly heapLimitMb: number | undefined } | undefined;

  constructor(module: CellModule, world: Pick<CellWorld, 'open' | 'after' | 'events'>) {
    this.module = module;
    this.#world = world;
    this.ready = this.#loaded.promise;
    // Whoever discards it before it is ready does not wait for it any more.
    this.ready.catch(() => undefined);
    const { manifest, component, modules } = module;
    this.#transport = openOrLose(world.open, manifest, {
      onMessage: (message) =>
        this.#heir === undefined ? this.#take(message) : this.#heir.onMessage(message),
      onBroken: (error) => (this.#heir === undefined ? this.#fail(error) : this.#heir.onBroken(error)),
      onEnd: (reason, heapLimitMb) => this.#onEnd(reason, heapLimitMb),
    });
    const limitMs = loadAllowanceMs + manifest.limits.eventMilliseconds;
    this.#cancelDeadline = world.after(limitMs, () => {
      this.#fail(EftError.of('cell.time', { module: manifest.name, limitMs, what: 'its loading' }));
    });
    this.#transport.send({ type: 'load', component, modules, manifest });
    // Its answer comes when it has been loaded.
    this.#transport.send({ type: 'ping' });
  }

  /** Hands the transport over. From now on `heir` is told everything, also of an end that has come already. */
  handTo(heir: TransportEvents): Transport {
    this.#cancelDeadline();
    this.#heir = heir;
    const lost = this.#lost;
    if (lost !== undefined) queueMicrotask(() => heir.onEnd(lost.reason, lost.heapLimitMb));
    return this.#transport;
  }

  /** It is not needed. Does nothing if it has been handed over. */
  discard(): void {
    if (this.#heir !== undefined) return;
    this.#cancelDeadline();
    this.#loaded.reject(this.#lostError('it was given up'));
    void this.#transport.terminate();
  }

  #take(message: FromCell): void {
    const { name } = this.module.manifest;
    switch (message.type) {
      case 'pong':
        this.#cancelDeadline();
        this.#loaded.resolve();
        break;
      case 'log':
        this.#world.events.onLog(name, message.line);
        break;
      case 'failed':
        this.#fail(received(message.error) ?? this.#lostError(message.error.message));
        break;
      default:
        this.#fail(
          EftError.of('cell.message', { module: name, reason: 'a reply before it was asked anything' }),
        );
    }
  }

  #onEnd(reason: string, heapLimitMb: number | undefined): void {
    this.#lost = { reason, heapLimitMb };
    if (this.#heir !== undefined) this.#heir.onEnd(reason, heapLimitMb);
    else this.#fail(this.#lostError(reason));
  }

  #lostError(reason: string): EftError {
    return EftError.of('cell.lost', { module: this.module.manifest.name, reason });
  }

  #fail(error: EftError): void {
    this.#loaded.reject(error);
    this.discard();
  }
}

/** The error that was one in the cell's thread. */
function received({ code, message, act }: SentError): EftError | undefined {
  return EftError.received({ code, message, act });
}
