/** Clusters and nodes by the names that a person gives. */
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { type Cluster, type ClusterNode, listClusters, readCluster } from './cluster.ts';

/** Errors: `provision.no-cluster`. */
export function findCluster(name: string): Cluster {
  const cluster = readCluster(name);
  if (cluster !== undefined) return cluster;
  const others = listClusters();
  const known = others.length === 0 ? '' : `; there is ${others.join(', ')}`;
  throw EftError.of('provision.no-cluster', { cluster: name, known });
}

/** The node of this name, or the first one. Errors: `provision.no-cluster`, `provision.no-node`. */
export function findNode(clusterName: string, name: string | undefined): ClusterNode {
  const { nodes } = findCluster(clusterName);
  const found = name === undefined ? nodes[0] : nodes.find((node) => node.name === name);
  if (found !== undefined) return found;
  const names = nodes.map((node) => node.name).join(', ');
  throw EftError.of('provision.no-node', { cluster: clusterName, node: name ?? '', nodes: names });
}
