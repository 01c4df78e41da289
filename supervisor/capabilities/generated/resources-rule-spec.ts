// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:resources/rule-spec@0.1.0`
 *
 * A routing rule as it is to be. The id says what it matches, such as `ipv4/1000/from 10.0.0.0/8`.
 */

import type { Family, Layer, RuleAction } from './resources-network-config.ts';
import type { Metadata } from './resources-resource.ts';

export type { Metadata };

export type { Layer };

export type { Family };

export type { RuleAction };

export type RuleSpec = {
  readonly family: Family;
  readonly priority: number;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly mark: number | undefined;
  readonly markMask: number | undefined;
  readonly incomingLink: string | undefined;
  readonly outgoingLink: string | undefined;
  readonly action: RuleAction;
  readonly layer: Layer;
};

export type Entry = {
  readonly metadata: Metadata;
  readonly value: RuleSpec;
};

/** What the host's `eft:resources/rule-spec@0.1.0` consists of. */
export interface RuleSpecInterface {
  get(id: string): Entry | undefined;
  list(): readonly Entry[];
  put(id: string, value: RuleSpec): void;
  remove(id: string): void;
}
