// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:resources/rule-status@0.1.0`
 *
 * A routing rule as the kernel has it. The id says what it matches, such as `ipv4/1000/from 10.0.0.0/8`.
 */

import type { Family } from './resources-network-config.ts';
import type { Metadata } from './resources-resource.ts';

export type { Metadata };

export type { Family };

export type RuleStatus = {
  readonly family: Family;
  readonly priority: number;
  /** The table that it looks in, or 0. */
  readonly table: number;
  /** `table 100`, `blackhole`, `unreachable`, `prohibit`, or the kernel's number for another. */
  readonly action: string;
  /** Put there by the network module, which may therefore remove it. */
  readonly owned: boolean;
};

export type Entry = {
  readonly metadata: Metadata;
  readonly value: RuleStatus;
};

/** What the host's `eft:resources/rule-status@0.1.0` consists of. */
export interface RuleStatusInterface {
  get(id: string): Entry | undefined;
  list(): readonly Entry[];
  put(id: string, value: RuleStatus): void;
  remove(id: string): void;
}
