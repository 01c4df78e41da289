/**
 * The context by which `eft` reaches the nodes of a cluster: it has the cluster's name, and an operator who may do everything. It comes with the cluster and goes
 * with it; one that somebody else has made under the name is never touched.
 */
import { X509Certificate } from 'node:crypto';
import { apiPort } from '../../supervisor/api/port.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { type Authority, fingerprintOf } from '../../supervisor/pki/authority.ts';
import { addContext, type Context, contextsFile, readContexts, removeContext } from '../api/contexts.ts';
import { defaultOperatorDays, newOperator, operatorOf } from '../pki/operator.ts';
import { type Cluster, nodeAddress } from './cluster.ts';
import { authorityPrefix } from './handed-configuration.ts';

/**
 * Whether a cluster of this name can have its context: one that is there must be of the same authority, or left by an earlier cluster of the name.
 * Errors: `client.context-exists`, and those of `readContexts`.
 */
export function checkClusterContext(cluster: string, authority: Authority): void {
  const there = contextOf(cluster);
  if (there === undefined || fingerprintIn(there) === fingerprintOf(authority.certificate)) return;
  if (operatorOf(there.authority).name === `${authorityPrefix}${cluster}`) return;
  throw EftError.of('client.context-exists', { name: cluster }, { place: { file: contextsFile() } });
}

/** Errors: those of `addContext`. */
export async function addClusterContext(
  cluster: Cluster,
  authority: Authority,
  isCurrent: boolean,
): Promise<void> {
  const operator = { name: 'admin', roles: ['os:admin'], days: defaultOperatorDays, nowMs: Date.now() };
  const credentials = await newOperator({ authority, ...operator });
  const nodes = cluster.nodes.map(({ name, loopbackPort }, index) => ({
    name,
    address:
      loopbackPort === undefined ? `${nodeAddress(cluster, index)}:${apiPort}` : `127.0.0.1:${loopbackPort}`,
  }));
  addContext({ name: cluster.name, nodes, ...credentials }, { replaces: true, isCurrent });
}

/** Takes the context away if it is this cluster's. Errors: those of `removeContext`. */
export function removeClusterContext({ name, authority }: Cluster): void {
  const there = contextOf(name);
  if (there !== undefined && fingerprintIn(there) === authority) removeContext(name);
}

function contextOf(cluster: string): Context | undefined {
  return readContexts().contexts.find(({ name }) => name === cluster);
}

/** Of the first authority that a context believes. */
function fingerprintIn({ authority }: Context): string {
  return new X509Certificate(authority).fingerprint256;
}
