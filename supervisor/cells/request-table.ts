/**
 * The requests of one life of a module: who carries them out, until when, and what becomes of them. Every request that is opened gets
 * exactly one answer, unless its module is gone: then nobody is told, and whoever carries it out learns that by its signal.
 */
import { cutText } from '../capabilities/cut-text.ts';
import type { Failure } from '../capabilities/generated/host-requests.ts';
import { EftError } from '../errors/eft-error.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { Carrier } from './cell-world.ts';
import type { HandleTable } from './handle-table.ts';
import { keptBytes } from './kept-bytes.ts';
import type { Answer, OpenRequest } from './module-events.ts';

/** Milliseconds that a request may take if its grant says nothing. */
export const defaultDeadlineMs = 10_000;

/** Thrown by a carrier: the request comes to nothing, and this is why. */
export class RequestFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.tag);
    this.failure = failure;
  }
}

export type RequestTableOptions = {
  /** Requests that may be open at once: each may become an event that waits. */
  readonly limit: number;
  /** What is carried out for the module now, lives before this one included: a carrier may take its time to let go. */
  readonly carried: Carried;
  readonly manifest: Manifest;
  readonly handles: HandleTable;
  readonly carriers: ReadonlyMap<string, Carrier>;
  readonly after: (delayMs: number, fire: () => void) => () => void;
  readonly onAnswer: (answer: Answer) => void;
  /** The node's grants or its carriers do not cover a request; `reason` is the sentence that the module is told. */
  readonly onDenied: (request: OpenRequest, reason: string) => void;
};

/** Who is told of what becomes of requests: all that changes when another instance takes them over. */
export type RequestListener = Pick<RequestTableOptions, 'manifest' | 'limit' | 'onAnswer' | 'onDenied'>;

/** How many carriers are at work for one module, and what they were given, in estimated bytes. */
export type Carried = { count: number; bytes: number };

/** Estimated bytes of what all requests that are carried out for a module were made with. */
export const carriedBytesLimit = 32 * 1024 * 1024;

type Open = {
  readonly request: OpenRequest;
  readonly abort: AbortController;
  readonly cancelDeadline: () => void;
};

export class RequestTable {
  #options: RequestTableOptions;
  readonly #open = new Map<bigint, Open>();
  #isAbandoned = false;

  constructor(options: RequestTableOptions) {
    this.#options = options;
  }

  /** Requests without an answer. */
  get size(): number {
    return this.#open.size;
  }

  /** From now on the requests that are open are another instance's, which is told what becomes of them. */
  handTo(listener: RequestListener): void {
    this.#options = { ...this.#options, ...listener };
  }

  /** Gives up the requests from this id on, and nobody is told: who made them is gone, and those before are another's. */
  abandonFrom(first: bigint): void {
    for (const [id, { abort, cancelDeadline }] of this.#open) {
      if (id < first) continue;
      this.#open.delete(id);
      cancelDeadline();
      abort.abort();
    }
  }

  open(request: OpenRequest): void {
    const { limit, manifest, handles, carriers, after, carried } = this.#options;
    const carrier = carriers.get(request.interface);
    const bytes = keptBytes(request.parameters);
    if (carried.count >= limit || carried.bytes + bytes > carriedBytesLimit) {
      this.refuse(request, { tag: 'too-many' });
      return;
    }
    const abort = new AbortController();
    const cancelDeadline = after(deadlineOf(manifest, request.interface), () =>
      this.#close(request.request, { tag: 'err', val: { tag: 'deadline' } }),
    );
    this.#open.set(request.request, { request, abort, cancelDeadline });
    if (carrier === undefined) {
      const sentence = `this node carries out nothing for ${request.interface}`;
      this.#close(request.request, { tag: 'err', val: { tag: 'denied', val: sentence } });
      return;
    }
    // A carrier that throws at once, instead of rejecting, is a bug of it; it must not be one of the supervisor.
    carried.count += 1;
    carried.bytes += bytes;
    new Promise((resolve) => resolve(carrier(request, { manifest, handles, signal: abort.signal })))
      .finally(() => {
        carried.count -= 1;
        carried.bytes -= bytes;
      })
      .then(
        (value) =>
          this.#close(request.request, value === undefined ? { tag: 'ok' } : { tag: 'ok', val: value }),
        (error: unknown) => this.#close(request.request, { tag: 'err', val: toFailure(error) }),
      );
  }

  /** Answers a request that is not even begun. */
  refuse(request: OpenRequest, failure: Failure): void {
    this.#answer(request, { tag: 'err', val: failure });
  }

  /** Gives a request up: its answer is `cancelled`, unless the real one is on its way already. */
  cancel(request: bigint): void {
    this.#close(request, { tag: 'err', val: { tag: 'cancelled' } });
  }

  /** The module is gone: nobody is told anything any more. */
  abandon(): void {
    this.#isAbandoned = true;
    for (const { abort, cancelDeadline } of this.#open.values()) {
      cancelDeadline();
      abort.abort();
    }
    this.#open.clear();
  }

  #close(request: bigint, result: { readonly tag: 'ok' | 'err'; readonly val?: unknown }): void {
    const open = this.#open.get(request);
    if (open === undefined) return;
    this.#open.delete(request);
    open.cancelDeadline();
    open.abort.abort();
    this.#answer(open.request, result);
  }

  #answer(request: OpenRequest, result: { readonly tag: 'ok' | 'err'; readonly val?: unknown }): void {
    if (this.#isAbandoned) return;
    const reason = denialOf(result.val);
    if (reason !== undefined) this.#options.onDenied(request, reason);
    this.#options.onAnswer({ request: request.request, result });
  }
}

function deadlineOf(manifest: Manifest, interfaceName: string): number {
  const grant = manifest.grants.find((candidate) => candidate.interface === interfaceName);
  const stated =
    grant !== undefined && 'deadlineMilliseconds' in grant ? grant.deadlineMilliseconds : undefined;
  return stated ?? defaultDeadlineMs;
}

/** The sentence of a failure `denied`; undefined for anything else that a request can come to. */
function denialOf(value: unknown): string | undefined {
  const isDenied = typeof value === 'object' && value !== null && 'tag' in value && value.tag === 'denied';
  return isDenied && 'val' in value && typeof value.val === 'string' ? value.val : undefined;
}

function toFailure(error: unknown): Failure {
  if (error instanceof RequestFailure) return error.failure;
  if (error instanceof EftError) return { tag: 'invalid', val: error.message };
  // A bug of the carrier: the module is told that the kernel said no (EIO), the supervisor's log has the rest.
  return { tag: 'kernel', val: [5, cutText(error instanceof Error ? error.message : String(error))] };
}
