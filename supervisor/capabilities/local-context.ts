/**
 * The cell's side of the host interfaces. What a module calls is local: it reads what came with the event, or adds to the
 * outbox of the event in hand. Nothing here touches the world; who carries the outbox out is not known here.
 */

import { keptBytes } from '../cells/kept-bytes.ts';
import type {
  Arrival,
  Effects,
  EventTime,
  HealthState,
  LogLine,
  OpenRequest,
  TimerChange,
} from '../cells/module-events.ts';
import type { HostInterface } from '../component/component.ts';
import type { RecordType } from '../component/types.ts';
import { EftError } from '../errors/eft-error.ts';
import type { Grant } from '../manifest/grants.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { Mirror } from '../store/mirror.ts';
import type { Effect } from '../store/resource.ts';

/** Effects of one call, above which the call is a runaway. */
export const effectsLimit = 4_096;
/** Estimated bytes of all effects of one call together: what PID 1 has to take over at once. */
export const effectsBytesLimit = 8 * 1024 * 1024;

/** Collects what the event in hand wants done. */
export class Outbox {
  readonly store: Effect[] = [];
  readonly timers: TimerChange[] = [];
  readonly requests: OpenRequest[] = [];
  readonly cancels: bigint[] = [];
  health: HealthState | undefined;
  #bytes = 0;

  /** Makes room for one more effect that holds `content`. Errors: `cell.too-many-effects`, `cell.effects-too-large`. */
  makeRoom(...content: readonly unknown[]): void {
    const count = this.store.length + this.timers.length + this.requests.length + this.cancels.length;
    if (count >= effectsLimit) throw EftError.of('cell.too-many-effects', { limit: effectsLimit });
    this.#bytes += keptBytes(content);
    if (this.#bytes > effectsBytesLimit) {
      throw EftError.of('cell.effects-too-large', { limit: effectsBytesLimit });
    }
  }

  effects(): Effects {
    const { store, timers, requests, cancels, health } = this;
    return { store, timers, requests, cancels, health };
  }
}

/** What the interfaces of one module instance share. */
export type LocalContext = {
  readonly manifest: Manifest;
  readonly mirror: Mirror;
  /** The outbox of the event in hand. */
  readonly outbox: Outbox;
  readonly time: EventTime;
  /** The next random bytes of the event in hand, at most 256. */
  readonly draw: (count: number) => Uint8Array;
  readonly writeLog: (line: LogLine) => void;
  /** Opens a request; gives its id. */
  readonly request: (interfaceName: string, call: string, parameters: readonly unknown[]) => bigint;
  /** Takes an answer, once; undefined if there is none for this interface and call. */
  readonly takeAnswer: (request: bigint, interfaceName: string, calls: readonly string[]) => unknown;
  /**
   * Takes what came by a handle of this interface, once; undefined if it is not there to be taken in the event in hand. What is in it was made
   * by the interface's carrier.
   */
  readonly takeArrival: (name: string, interfaceName: string) => Arrival | undefined;
};

/** Makes the functions of one host interface for one instance. `context` changes from event to event; `grant` does not. */
export type LocalInterface = (context: () => LocalContext, grant: Grant) => HostInterface;

/** A kind that a module imports, with the type that it was built with. */
export type ImportedKind = { readonly kind: string; readonly type: RecordType };
