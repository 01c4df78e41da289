/** What the threads of a campaign are told, and what they say: plain data, which goes from thread to thread by copying. */
import type { FlightRecord } from '../../supervisor/cells/flight-recorder.ts';
import type { Failure } from './execute.ts';
import type { FuzzInput } from './fuzz-input.ts';
import type { Discovery, LaneOrder, LaneResult, Suspect } from './lane.ts';

/** What a thread is given when it begins. */
export type FuzzGiven = { readonly component: Uint8Array; readonly file: string };

/** What a thread is told. */
export type FuzzOrder =
  /** To take in what an epoch has found. Nothing is answered. */
  | { readonly order: 'adopt'; readonly discoveries: readonly Discovery[]; readonly keys: readonly string[] }
  | { readonly order: 'lane'; readonly lane: LaneOrder }
  /** To find the fewest of these inputs that reach all that they reach together. */
  | { readonly order: 'reduce'; readonly inputs: readonly FuzzInput[] }
  /** To run an input that fails on the bytes as they are shipped. */
  | { readonly order: 'confirm'; readonly input: FuzzInput };

export type Reduced = {
  readonly kept: readonly Discovery[];
  /** Inputs that lead to a failure. */
  readonly suspects: readonly Suspect[];
  readonly events: number;
  readonly cpuMs: number;
};

export type Confirmed = {
  readonly failure: Failure;
  /** What happened, as a node would have recorded it. */
  readonly flight: FlightRecord;
  /** The shipped bytes fail in the same way, and gave the same in every call before. */
  readonly isConfirmed: boolean;
};

/** What a thread answers, in the order in which it was asked. */
export type FuzzAnswer =
  | { readonly answer: 'ready'; readonly sites: number }
  | { readonly answer: 'lane'; readonly result: LaneResult }
  | { readonly answer: 'reduced'; readonly reduced: Reduced }
  /** `confirmed` undefined: the input does not fail when it is run from its start. */
  | { readonly answer: 'confirmed'; readonly confirmed: Confirmed | undefined };
