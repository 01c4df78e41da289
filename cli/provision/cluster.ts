/**
 * What is remembered of a cluster of local nodes: one folder, with a file that names everything the cluster has on the host. A thing is written
 * down before it is made, so that `eft down` finds it even if `eft up` was killed in between.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isNodeState, type NodeState } from './node-state.ts';

/** A cluster as it was asked for. */
export type Cluster = {
  readonly name: string;
  /** The name of its bridge. */
  readonly bridge: string;
  /** The /24 of its network: the first three numbers, `10.57.0`. The host is .1. */
  readonly network: string;
  readonly nodes: readonly ClusterNode[];
  /** It is in a user namespace of its own: what it has on the host goes with its processes. */
  readonly isRootless?: true;
  /** SHA-256 of the authority of its API, if it is known: the context that belongs to it has the same. */
  readonly authority?: string;
};

export type ClusterNode = {
  readonly name: string;
  /** The host's end of the node's cable. */
  readonly link: string;
  /** Of the node's end: the DHCP server knows the node by it. */
  readonly hardwareAddress: string;
  readonly controlGroup: string | undefined;
  /** The port of the host's loopback by which its API is reached, where its own address cannot be. */
  readonly loopbackPort?: number;
};

/** The address of a node, by its place among the cluster's: the DHCP server gives it. */
export function nodeAddress({ network }: Cluster, index: number): string {
  return `${network}.${index + 2}`;
}

const clusterFile = 'cluster.json';
const stateFile = 'state.json';

/** Where clusters are kept: a folder of root's, or of the user's. `EFT_HOME` moves it. */
export function clustersFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const home = environment['EFT_HOME'];
  if (home !== undefined && home !== '') return join(home, 'clusters');
  const isRoot = process.getuid?.() === 0;
  return join(isRoot ? '/var/lib/eft' : join(homedir(), '.local/share/eft'), 'clusters');
}

export function clusterFolder(name: string): string {
  return join(clustersFolder(), name);
}

export function nodeFolder(cluster: string, node: string): string {
  return join(clusterFolder(cluster), node);
}

/** The authority of the cluster's API, with its key; not there if its nodes have none that is known. */
export function clusterAuthorityFile(name: string): string {
  return join(clusterFolder(name), 'authority.pem');
}

/** The cluster of this name, or undefined. */
export function readCluster(name: string): Cluster | undefined {
  return readJson(join(clusterFolder(name), clusterFile));
}

export function writeCluster(cluster: Cluster): void {
  const folder = clusterFolder(cluster.name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeWhole(join(folder, clusterFile), cluster);
}

/** The names of all clusters that there are. */
export function listClusters(): readonly string[] {
  try {
    return readdirSync(clustersFolder()).sort();
  } catch {
    return [];
  }
}

/** What the machine of a node has last said of it, or undefined if it has not been started. */
export function readNodeState(cluster: string, node: string): NodeState | undefined {
  const state: unknown = readJson(join(nodeFolder(cluster, node), stateFile));
  return isNodeState(state) ? state : undefined;
}

export function writeNodeState(folder: string, state: NodeState): void {
  writeWhole(join(folder, stateFile), state);
}

/** A name for a link of the kernel, at most 15 bytes (IFNAMSIZ), that is the same for the same thing. */
export function linkName(prefix: string, ...parts: readonly string[]): string {
  const digest = createHash('sha256').update(parts.join('\0')).digest('hex');
  return `${prefix}${digest}`.slice(0, 15);
}

/** A hardware address that is the same for the same node: locally administered, of one station (IEEE 802). */
export function hardwareAddress(...parts: readonly string[]): string {
  const bytes = createHash('sha256').update(parts.join('\0')).digest().subarray(0, 5);
  return ['02', ...[...bytes].map((byte) => byte.toString(16).padStart(2, '0'))].join(':');
}

/** What we have written ourselves, or undefined if it is not there. */
function readJson<Value>(path: string): Value | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function writeWhole(path: string, value: unknown): void {
  const temporary = `${path}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}
