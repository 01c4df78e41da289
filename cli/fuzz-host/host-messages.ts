/** What the thread in which readers are fuzzed is told, and what it tells. */
import type { ReaderFinding } from './fuzz-reader.ts';

export type HostOrder = {
  readonly target: string;
  readonly seed: number;
  /** The end, whichever comes first; both undefined: none. */
  readonly runs: number | undefined;
  readonly seconds: number | undefined;
  /** Inputs that were kept of earlier runs. */
  readonly inputs: readonly Uint8Array[];
  /** One input to run, and nothing else. */
  readonly repro: Uint8Array | undefined;
  /** Runs so far, and the input that is run now: what is left to look at when the thread does not answer any more. */
  readonly shared: SharedArrayBuffer;
};

/** Places in `shared`: as 32-bit numbers, and of the input in bytes. */
export const runsAt = 0;
export const inputLengthAt = 1;
export const inputAt = 8;

export type TargetState = {
  readonly target: string;
  readonly runs: number;
  /** Places reached, of those in all sources that are loaded. */
  readonly reached: number;
  readonly sites: number;
  readonly corpus: number;
  readonly cpuMs: number;
  readonly findings: readonly ReaderFinding[];
};

export type HostReport =
  | { readonly type: 'progress'; readonly state: TargetState }
  | { readonly type: 'done'; readonly state: TargetState; readonly corpus: readonly Uint8Array[] };
