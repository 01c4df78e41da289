// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:resources/network-status@0.1.0`
 *
 * Whether the network is as it is declared. There is one, with the id `network`.
 */

import type { Metadata } from './resources-resource.ts';

export type { Metadata };

/** Something that is not as declared. */
export type Problem = {
  /** What, by kind and id: `link-spec/eth0`, `network-config/machine`. */
  readonly subject: string;
  /** Why, and what would help. For a person. */
  readonly reason: string;
  /** Times that it was tried, or repaired, without lasting success. */
  readonly attempts: number;
};

/** Objects of one sort: declared, and as declared. */
export type Count = {
  readonly declared: number;
  readonly applied: number;
  /** Of this sort in the kernel, whoever put them there. */
  readonly present: number;
};

export type NetworkStatus = {
  /** All that is declared is so, and nothing is left of what no longer is. */
  readonly converged: boolean;
  /** The first 64, sorted by subject. Empty if `converged`; it may be empty while things are on their way. */
  readonly problems: readonly Problem[];
  /** Those beyond. */
  readonly furtherProblems: number;
  readonly links: Count;
  readonly addresses: Count;
  readonly routes: Count;
  readonly rules: Count;
};

export type Entry = {
  readonly metadata: Metadata;
  readonly value: NetworkStatus;
};

/** What the host's `eft:resources/network-status@0.1.0` consists of. */
export interface NetworkStatusInterface {
  get(id: string): Entry | undefined;
  list(): readonly Entry[];
  put(id: string, value: NetworkStatus): void;
  remove(id: string): void;
}
