/**
 * Starts a cluster of local nodes on this machine: a bridge with a DHCP server, and for each node a machine of its own that boots the image, in
 * namespaces or in QEMU.
 *
 * What the cluster will have is written down first, so that `eft down` takes all of it away whatever happens in between.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stateFile } from '../../supervisor/config/sources/state.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { fingerprintOf } from '../../supervisor/pki/authority.ts';
import { writeAuthorityFile } from '../pki/authority-file.ts';
import { checkNewName, checkPrograms, checkRoot, rootlessPrograms } from './check-host.ts';
import {
  type Cluster,
  type ClusterNode,
  clusterAuthorityFile,
  clusterFolder,
  hardwareAddress,
  linkName,
  listClusters,
  nodeAddress,
  nodeFolder,
  readCluster,
  readNodeState,
  writeCluster,
} from './cluster.ts';
import { makeConfigDisk } from './config-disk.ts';
import { followLines, readySeconds } from './console-log.ts';
import { controlGroupOf, makeControlGroup } from './control-group.ts';
import { startDhcpServer } from './dhcp-server.ts';
import type { HandedConfiguration } from './handed-configuration.ts';
import type { LoopbackPort } from './loopback.ts';
import { makeBridge } from './network.ts';
import { type NodeSpec, nodeFiles } from './node-spec.ts';
import { makeStateDisk, stateDiskFile } from './state-disk.ts';
import { unpackRoot } from './unpacked-root.ts';
import { isInUserNamespace } from './user-namespace.ts';
import { type VmHost, type VmSpec, vmCommandLine } from './vm-spec.ts';

const machineProgram = fileURLToPath(new URL('./machine.ts', import.meta.url));
const vmMachineProgram = fileURLToPath(new URL('./vm-machine.ts', import.meta.url));
/** Nodes of a cluster on one machine. */
export const nodesLimit = 16;

export type UpOptions = {
  readonly name: string;
  readonly count: number;
  /** Path of the image file. */
  readonly image: string;
  /** The machine configuration that a node is handed, and the authority of the API. */
  readonly handed: Pick<HandedConfiguration, 'of' | 'isOwn' | 'authority'>;
  /** Kernel parameters of every node; a namespace node is handed them in place of a command line. */
  readonly parameters: readonly string[];
  /**
   * The folder below which each node has its STATE, absolute. It stays when the cluster is taken down; without it each has one that goes with
   * the cluster.
   */
  readonly state: string | undefined;
  /** For virtual machines; without it the nodes are namespaces. */
  readonly vm?: VmHost;
  /** Ports of the host's loopback, one for each node, where their own addresses cannot be reached from the host. */
  readonly loopback?: readonly LoopbackPort[];
};

/** Makes the cluster and starts its nodes; they go on when this program ends. Errors: `provision.*`. */
export function bringUp(options: UpOptions): Cluster {
  const { name, count, parameters, vm, handed, loopback = [] } = options;
  checkNewName(name);
  checkRoot('up');
  checkPrograms();
  const isRootless = isInUserNamespace();
  if (isRootless) checkPrograms(rootlessPrograms);
  // It may be refused, and then nothing has been made yet.
  if (vm !== undefined) vmCommandLine(vm.verity, `${name}-${count}`, parameters);
  const taken = listClusters().flatMap((other) => readCluster(other)?.network ?? []);
  const nodes = Array.from({ length: count }, (_, index): ClusterNode => {
    const node = `${name}-${index + 1}`;
    return {
      name: node,
      link: linkName('eftn', name, node),
      hardwareAddress: hardwareAddress(name, node),
      controlGroup: vm === undefined && !isRootless ? controlGroupOf(name, node) : undefined,
      ...(loopback[index] === undefined ? {} : { loopbackPort: loopback[index].port }),
    };
  });
  const bridge = linkName('eftb', name);
  const clusterIn = (network: string): Cluster => ({
    name,
    bridge,
    network,
    nodes,
    ...(isRootless ? { isRootless } : {}),
    ...(handed.authority === undefined ? {} : { authority: fingerprintOf(handed.authority.certificate) }),
  });
  writeCluster(clusterIn(''));
  if (handed.authority !== undefined) writeAuthorityFile(clusterAuthorityFile(name), handed.authority);
  const unpacked = isRootless ? unpackRoot(options.image, clusterFolder(name)) : undefined;
  const cluster = clusterIn(makeBridge(bridge, taken, (network) => writeCluster(clusterIn(network))));
  startDhcpServer(cluster);
  for (const [index, node] of nodes.entries()) startMachine(cluster, index, node, options, unpacked);
  return cluster;
}

function startMachine(
  cluster: Cluster,
  index: number,
  node: ClusterNode,
  options: UpOptions,
  unpacked: string | undefined,
): void {
  const { vm, loopback = [] } = options;
  const folder = nodeFolder(cluster.name, node.name);
  const port = loopback[index];
  const forwardTo = port === undefined ? undefined : nodeAddress(cluster, index);
  mkdirSync(folder, { recursive: true });
  if (vm === undefined) writeNamespaceSpec(cluster, node, folder, options, { unpacked, forwardTo });
  else writeVmSpec(cluster, node, folder, options, vm);
  const console = openSync(join(folder, nodeFiles.console), 'a', 0o600);
  const program = vm === undefined ? machineProgram : vmMachineProgram;
  const child = spawn(process.execPath, [program, folder], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', console, console, ...(port === undefined ? [] : [port.fd])],
  });
  child.on('error', () => undefined);
  child.unref();
}

function writeNamespaceSpec(
  { bridge }: Cluster,
  node: ClusterNode,
  folder: string,
  { image, handed, parameters, state: states }: UpOptions,
  inside: { readonly unpacked: string | undefined; readonly forwardTo: string | undefined },
): void {
  const { name, controlGroup } = node;
  const { unpacked, forwardTo } = inside;
  const text = handed.of(name);
  if (controlGroup !== undefined) makeControlGroup(controlGroup);
  const state = states === undefined ? join(folder, nodeFiles.state) : join(states, name);
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const configuration = handed.isOwn ? text : undefined;
  if (text !== undefined && !handed.isOwn)
    writeFileSync(join(state, stateFile), text, { mode: 0o600, flag: 'wx' });
  const spec: NodeSpec = { name, image, unpacked, folder, controlGroup, configuration, parameters, state };
  writeFileSync(join(folder, nodeFiles.spec), JSON.stringify(spec), { mode: 0o600 });
  writeFileSync(join(folder, nodeFiles.machine), JSON.stringify({ bridge, node, forwardTo }), {
    mode: 0o600,
  });
}

function writeVmSpec(
  { bridge }: Cluster,
  node: ClusterNode,
  folder: string,
  { image, handed, parameters, state }: UpOptions,
  { kernel, accelerator, verity }: VmHost,
): void {
  const commandLine = vmCommandLine(verity, node.name, parameters);
  const configuration = handed.of(node.name);
  const stateDisk = stateDiskFile(state ?? join(folder, nodeFiles.state), node.name);
  const isNew = !existsSync(stateDisk);
  if (isNew) makeStateDisk(stateDisk, configuration);
  // A new STATE has it already. One that is there may have another, which counts more.
  const configDisk = isNew || configuration === undefined ? undefined : join(folder, nodeFiles.configDisk);
  if (configDisk !== undefined && configuration !== undefined) makeConfigDisk(configDisk, configuration);
  const spec: VmSpec = { node, bridge, image, kernel, accelerator, commandLine, stateDisk, configDisk };
  writeFileSync(join(folder, nodeFiles.machine), JSON.stringify(spec), { mode: 0o600 });
}

/**
 * Waits until the console of a node says that it is ready, and gives the seconds that it took; `onLine` hears what the console says meanwhile.
 * Errors: `provision.not-ready`, after `limitMs` or when the node has ended.
 */
export async function awaitReadyNode(
  { name }: Cluster,
  { name: node }: ClusterNode,
  limitMs: number,
  onLine: (line: string) => void,
): Promise<number> {
  const stop = new AbortController();
  const started = performance.now();
  let reason = 'its console says nothing of it yet';
  const timer = setInterval(() => {
    const end = readNodeState(name, node)?.end;
    if (end !== undefined) reason = end.end === 'failed' ? end.reason : `it went down (${end.end})`;
    if (end !== undefined || performance.now() - started > limitMs) stop.abort();
  }, 100);
  try {
    for await (const line of followLines(join(nodeFolder(name, node), nodeFiles.console), stop.signal)) {
      onLine(line);
      const seconds = readySeconds(line);
      if (seconds !== undefined) return seconds;
    }
  } finally {
    clearInterval(timer);
  }
  const seconds = Math.round((performance.now() - started) / 1_000);
  throw EftError.of('provision.not-ready', { node, seconds, reason });
}
