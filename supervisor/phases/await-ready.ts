/**
 * Waits until the node is ready: until `eft:resources/node-status`, which the module `health` keeps, says that all modules are well, and
 * `eft:resources/network-status`, which the module `network` keeps, says that the network is as declared.
 *
 * A module that failed so often that it stays down is not waited for: the node is ready without it, and says so.
 *
 * A node that is not ready after the limit is up all the same, and can be asked what is wrong with it; it stays the truth of these
 * resources whether it is ready, now and later.
 */
import type { Node } from '../node.ts';
import type { PhaseOutcome } from './phase.ts';

const nodeStatus = 'eft:resources/node-status';
const networkStatus = 'eft:resources/network-status';
const moduleStatus = 'eft:resources/module-status';
/** Milliseconds before the boot is over without being ready: a DHCP server may take its time. */
const limitMs = 120_000;

/** How the boot ended: `without` names modules that have failed too often and stay down. */
export type Readiness = { readonly isReady: boolean; readonly without: readonly string[] };

/** If the node is not ready in time, or ready without some of its modules, `missing` says so, a sentence each. */
export async function awaitReady(
  node: Node,
  signal: AbortSignal = AbortSignal.timeout(limitMs),
): Promise<PhaseOutcome<Readiness>> {
  const isReady = await node.until(
    [nodeStatus, networkStatus, moduleStatus],
    () => unmet(node).length === 0,
    signal,
  );
  const without = quarantined(node);
  const missing = without.map(({ name, reason }) => `without ${name}: ${reason}`);
  return {
    value: { isReady, without: without.map(({ name }) => name) },
    missing: isReady ? missing : [...unmet(node), ...missing],
  };
}

/** What the node waits for, a sentence each. A module that stays down is not waited for. */
function unmet(node: Node): readonly string[] {
  const gone = quarantined(node).map(({ name }) => name);
  const status = node.get(nodeStatus, 'node')?.value;
  const conditions = status?.['unmet'];
  const reasons: string[] = [];
  // A node that runs modules, and not this one, has it disabled.
  const { cells } = node.roster;
  const isDisabled = cells.size > 0 && !cells.has('health');
  if (status === undefined && !isDisabled && !gone.includes('health'))
    reasons.push('the module health has not said how the node is');
  if (Array.isArray(conditions)) {
    const waitedFor = conditions.filter((item: unknown) => !gone.some((name) => isAbout(item, name)));
    reasons.push(...waitedFor.map((item: unknown) => sentence(item, 'name')));
  }
  // A node without the module has no network of ours to wait for.
  if (!node.roster.cells.has('network') || gone.includes('network')) return reasons;
  const network = node.get(networkStatus, 'network')?.value;
  if (network?.['converged'] === true) return reasons;
  const problems = network?.['problems'];
  const isNamed = Array.isArray(problems) && problems.length > 0;
  if (isNamed) reasons.push(...problems.map((item: unknown) => sentence(item, 'subject')));
  else reasons.push('the network is not as declared yet');
  return reasons;
}

/** The modules that have failed too often, and why they did the last time. */
function quarantined(node: Node): readonly { readonly name: string; readonly reason: string }[] {
  return node.store
    .list(moduleStatus)
    .filter(({ value }) => value['state'] === 'quarantined')
    .map(({ metadata, value }) => ({ name: metadata.id, reason: String(value['message']) }));
}

function isAbout(condition: unknown, module: string): boolean {
  return (
    typeof condition === 'object' &&
    condition !== null &&
    Reflect.get(condition, 'name') === `module/${module}`
  );
}

/** A condition or a problem: what it is about, and why. */
function sentence(item: unknown, subject: 'name' | 'subject'): string {
  if (typeof item !== 'object' || item === null) return '';
  return `${String(Reflect.get(item, subject))}: ${String(Reflect.get(item, 'reason'))}`;
}
