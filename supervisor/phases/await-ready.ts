/**
 * Waits until the node is ready: until `eft:resources/node-status`, which the module `health` keeps, says so.
 *
 * A node that is not ready after the limit is up all the same, and can be asked what is wrong with it; it stays the truth of
 * `node-status` whether it is ready, now and later.
 */
import type { Node } from '../node.ts';
import type { PhaseOutcome } from './phase.ts';

const nodeStatus = 'eft:resources/node-status';
/** Milliseconds before the boot is over without being ready: a DHCP server may take its time. */
const limitMs = 120_000;

/** `missing` says what the node waits for, if it is not ready in time. */
export async function awaitReady(node: Node): Promise<PhaseOutcome<boolean>> {
  const isReady = (): boolean => node.get(nodeStatus, 'node')?.value['ready'] === true;
  const value = await node.until([nodeStatus], isReady, AbortSignal.timeout(limitMs));
  if (value) return { value };
  return { value, missing: [`not ready after ${limitMs / 1_000} s: ${unmet(node)}`] };
}

function unmet(node: Node): string {
  const conditions = node.get(nodeStatus, 'node')?.value['unmet'];
  if (!Array.isArray(conditions)) return 'the module `health` says nothing';
  return conditions
    .map((condition: unknown) => {
      if (typeof condition !== 'object' || condition === null) return '';
      const { name, reason }: { name?: unknown; reason?: unknown } = condition;
      return `${String(name)} (${String(reason)})`;
    })
    .join(', ');
}
