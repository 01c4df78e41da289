/**
 * What goes into a module and what comes out of it, as plain data: the whole contract between a module and whoever carries out
 * its effects. A node, a simulator, the fuzzer and the replayer all speak it (DESIGN.md, rule 3), and a flight record is a
 * list of it.
 */
import type { State as HealthState } from '../capabilities/generated/host-health.ts';
import type { Level } from '../capabilities/generated/host-log.ts';
import type { Failure } from '../capabilities/generated/host-requests.ts';
import type { Boot, Event, SavedState } from '../capabilities/generated/module-lifecycle.ts';
import type { Effect } from '../store/resource.ts';
import type { Batch } from '../store/watch.ts';
import type { Pending } from './pending-requests.ts';

export type { Boot, Event, Failure, HealthState, SavedState };

/** The time that a module sees while it handles one event. */
export type EventTime = {
  /** CLOCK_BOOTTIME, in nanoseconds. */
  readonly now: bigint;
  /** CLOCK_REALTIME, in nanoseconds since 1970. */
  readonly wall: bigint;
  readonly isSynchronized: boolean;
};

/** The result of a request, in the form that the interface which made it hands out; see its file in `capabilities/`. */
export type Answer = { readonly request: bigint; readonly result: unknown };

/** All that a call of a module depends on, besides its own memory. */
export type CallInput = {
  readonly time: EventTime;
  /** 32 random bytes to draw from; present if the module is granted `eft:host/entropy`. */
  readonly seed: Uint8Array | undefined;
  /** Brings the mirror up to date. */
  readonly batches: readonly Batch[];
  /** Answers that can be taken from now on. */
  readonly answers: readonly Answer[];
};

export type StartInput = CallInput & {
  readonly boot: Boot;
  /** The id of the first request that this instance makes. */
  readonly firstRequest: bigint;
  /** In a swap: the requests of the instance before that this one takes over, with the answers that have come and not been taken. */
  readonly requests?: readonly Pending[];
};

/**
 * What has come by a handle, for one `arrived` event: `items` in the form that the handle's interface hands out, see its file in
 * `capabilities/`. `missed` counts what was lost before them.
 */
export type Arrival = {
  readonly handle: string;
  readonly interface: string;
  readonly items: readonly unknown[];
  readonly missed: number;
};

export type EventInput = CallInput & {
  readonly event: Event;
  /** What came with an `arrived` event; it can be taken while this event is handled. */
  readonly arrivals: readonly Arrival[];
};

/** A call of the host that takes time. */
export type OpenRequest = {
  readonly request: bigint;
  readonly interface: string;
  readonly call: string;
  readonly parameters: readonly unknown[];
};

/** `at` undefined disarms. */
export type TimerChange = { readonly name: string; readonly at: bigint | undefined };

/** What a call of a module wants done: all of it, in this order, or none. */
export type Effects = {
  readonly store: readonly Effect[];
  readonly timers: readonly TimerChange[];
  readonly requests: readonly OpenRequest[];
  readonly cancels: readonly bigint[];
  readonly health: HealthState | undefined;
};

export type LogLine = {
  readonly level: Level;
  readonly message: string;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
};

/** What a call gives. `revision` is the mirror's: the basis of the store effects. */
export type CallOutput = {
  readonly effects: Effects;
  readonly revision: number;
  readonly nextRequest: bigint;
};

export type StartOutput = CallOutput & {
  /** Why the module does not want to run, or undefined. */
  readonly refusal: string | undefined;
};
