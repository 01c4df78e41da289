/**
 * Waits until the node is ready: until `eft:resources/node-status`, which the module `health` keeps, says that all modules are well, and
 * `eft:resources/network-status`, which the module `network` keeps, says that the network is as declared.
 *
 * A node that is not ready after the limit is up all the same, and can be asked what is wrong with it; it stays the truth of these
 * resources whether it is ready, now and later.
 */
import type { Node } from '../node.ts';
import type { PhaseOutcome } from './phase.ts';

const nodeStatus = 'eft:resources/node-status';
const networkStatus = 'eft:resources/network-status';
/** Milliseconds before the boot is over without being ready: a DHCP server may take its time. */
const limitMs = 120_000;

/** `value` is whether it is ready; if not, `missing` says what the node waits for. */
export async function awaitReady(
  node: Node,
  signal: AbortSignal = AbortSignal.timeout(limitMs),
): Promise<PhaseOutcome<boolean>> {
  const isReady = await node.until([nodeStatus, networkStatus], () => unmet(node).length === 0, signal);
  return { value: isReady, missing: isReady ? [] : unmet(node) };
}

/** What the node waits for, a sentence each. */
function unmet(node: Node): readonly string[] {
  const status = node.get(nodeStatus, 'node')?.value;
  const conditions = status?.['unmet'];
  const reasons: string[] = [];
  if (status === undefined) reasons.push('the module health has not said how the node is');
  if (Array.isArray(conditions)) reasons.push(...conditions.map((item: unknown) => sentence(item, 'name')));
  // A node without the module has no network of ours to wait for.
  if (!node.roster.cells.has('network')) return reasons;
  const network = node.get(networkStatus, 'network')?.value;
  if (network?.['converged'] === true) return reasons;
  const problems = network?.['problems'];
  const isNamed = Array.isArray(problems) && problems.length > 0;
  if (isNamed) reasons.push(...problems.map((item: unknown) => sentence(item, 'subject')));
  else reasons.push('the network is not as declared yet');
  return reasons;
}

/** A condition or a problem: what it is about, and why. */
function sentence(item: unknown, subject: 'name' | 'subject'): string {
  if (typeof item !== 'object' || item === null) return '';
  return `${String(Reflect.get(item, subject))}: ${String(Reflect.get(item, 'reason'))}`;
}
