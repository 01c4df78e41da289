/**
 * Takes a cluster away, in whatever state it is: asks every node to go down in order, ends what does not, and removes links, groups and files. It
 * can be done again after it was interrupted.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Cluster, clusterFolder, readNodeState } from './cluster.ts';
import { removeControlGroup } from './control-group.ts';
import { readDhcpServer } from './dhcp-server.ts';
import { removeLink } from './network.ts';
import { endProcess, processesFor } from './process-identity.ts';

/** Milliseconds for a node to go down in order. */
const graceMs = 20_000;
/** Milliseconds for the DHCP server to end. */
const dhcpGraceMs = 2_000;
/** Milliseconds for what nobody has written down. */
const leftGraceMs = 2_000;

/** `onStep` hears of each thing that is taken away. */
export async function takeDown(cluster: Cluster, onStep: (what: string) => void): Promise<void> {
  const { name, bridge, nodes } = cluster;
  await Promise.all(
    nodes.map(async (node) => {
      const state = readNodeState(name, node.name);
      if (state !== undefined) {
        await endProcess(state.machine, graceMs);
        // Its machine takes it along; if that was killed, it may have been left.
        if (state.first !== undefined) await endProcess(state.first, graceMs);
      }
      removeLink(node.link);
      if (node.controlGroup !== undefined) await removeControlGroup(node.controlGroup);
      onStep(node.name);
    }),
  );
  const server = readDhcpServer(name);
  if (server !== undefined) await endProcess(server, dhcpGraceMs);
  // What was started when `up` was killed, before it could be written down.
  await Promise.all(processesFor(clusterFolder(name)).map((left) => endProcess(left, leftGraceMs)));
  removeLink(bridge);
  rmSync(clusterFolder(name), { recursive: true, force: true });
  onStep(join('network', bridge));
}
