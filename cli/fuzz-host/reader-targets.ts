/** Every reader of the host's that is fuzzed, by name. It is loaded where sources have counters only (host-worker.ts). */
import type { ReaderTarget } from './reader-target.ts';
import { canaryTarget } from './targets/canary.ts';
import { componentTargets } from './targets/component-targets.ts';
import { documentTargets } from './targets/document-targets.ts';
import { gatewayTargets } from './targets/gateway-targets.ts';
import { networkTargets } from './targets/network-targets.ts';
import { recordTargets } from './targets/record-targets.ts';
import { trustTargets } from './targets/trust-targets.ts';

export const readerTargets: readonly ReaderTarget[] = [
  ...componentTargets,
  ...trustTargets,
  ...recordTargets,
  ...networkTargets,
  ...documentTargets,
  ...gatewayTargets,
  canaryTarget,
];

/** The target of this name. */
export function readerTarget(name: string): ReaderTarget {
  const found = readerTargets.find((target) => target.name === name);
  if (found === undefined) throw new TypeError(`there is no reader ${name}`);
  return found;
}
