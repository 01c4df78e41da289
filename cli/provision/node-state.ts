/** How a local node is, as its machine writes it down for `eft status` and `eft down`. */
import type { NodeEnd } from './node-spec.ts';
import type { ProcessIdentity } from './process-identity.ts';

export type NodeState = {
  /** The program that keeps the node running. */
  readonly machine: ProcessIdentity;
  /** PID 1 of the node as the host sees it; undefined while there is none. */
  readonly first: ProcessIdentity | undefined;
  /** How often it was started. */
  readonly boots: number;
  /** How it ended, if it is not to be started again. */
  readonly end: NodeEnd | undefined;
};

/** Whether a file holds one. Written by another version it may not. */
export function isNodeState(value: unknown): value is NodeState {
  return typeof value === 'object' && value !== null && 'machine' in value && 'boots' in value;
}
