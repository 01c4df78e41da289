/**
 * Boots PID 1 in the namespaces of a local node, as `eft up` does, and says what CPU time and what time it took until a line of its console. What is
 * measured begins when its launcher is told to start PID 1: namespaces, mounts and cable are there by then.
 *
 * CPU time is that of the node's control group, so of every process and thread that it has had, in user space and in the kernel.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Cluster,
  type ClusterNode,
  hardwareAddress,
  linkName,
  nodeFolder,
  writeCluster,
} from '../../cli/provision/cluster.ts';
import { controlGroupOf, makeControlGroup, removeControlGroup } from '../../cli/provision/control-group.ts';
import { startDhcpServer } from '../../cli/provision/dhcp-server.ts';
import { attachCable, makeBridge } from '../../cli/provision/network.ts';
import { type FromLauncher, type NodeSpec, nodeFiles } from '../../cli/provision/node-spec.ts';
import { takeDown } from '../../cli/provision/take-down.ts';

const launcher = fileURLToPath(new URL('../../cli/provision/launcher.ts', import.meta.url));
/** Nobody should wait longer for a node than this. */
const limitMs = 120_000;

export type NamespaceCost = { readonly cpuMs: number; readonly wallMs: number };

/** A node that said its line and runs on, or has ended. */
export type BootedNode = NamespaceCost & AsyncDisposable & { readonly controlGroup: string };

/** A cluster of one node that is booted again and again, on a bridge with a DHCP server. */
export type NamespaceBed = AsyncDisposable & {
  readonly boot: (image: string, until: RegExp) => Promise<BootedNode>;
};

/** Makes the bed. Needs root, and a cgroup2 hierarchy. Errors: `provision.*`. */
export function openNamespaceBed(): NamespaceBed {
  const home = mkdtempSync(join(tmpdir(), 'eft-bench-'));
  process.env['EFT_HOME'] = home;
  const name = `bench${process.pid}`;
  const node: ClusterNode = {
    name: `${name}-1`,
    link: linkName('eftn', name),
    hardwareAddress: hardwareAddress(name),
    controlGroup: controlGroupOf(name, `${name}-1`),
  };
  const bridge = linkName('eftb', name);
  const clusterIn = (network: string): Cluster => ({ name, bridge, network, nodes: [node] });
  writeCluster(clusterIn(''));
  const cluster = clusterIn(makeBridge(bridge, [], (network) => writeCluster(clusterIn(network))));
  startDhcpServer(cluster);
  return {
    boot: (image, until) => bootOnce(cluster, node, image, until),
    [Symbol.asyncDispose]: async () => {
      await takeDown(cluster, () => undefined);
      rmSync(home, { recursive: true });
    },
  };
}

async function bootOnce(
  cluster: Cluster,
  node: ClusterNode,
  image: string,
  until: RegExp,
): Promise<BootedNode> {
  const { controlGroup } = node;
  if (controlGroup === undefined)
    throw new Error('this machine has no cgroup2 hierarchy to count CPU time in');
  await removeControlGroup(controlGroup);
  makeControlGroup(controlGroup);
  const folder = nodeFolder(cluster.name, node.name);
  mkdirSync(folder, { recursive: true });
  const spec: NodeSpec = {
    ...{ name: node.name, image, folder, controlGroup },
    ...{ unpacked: undefined, configuration: undefined, parameters: [], state: undefined },
  };
  writeFileSync(join(folder, nodeFiles.spec), JSON.stringify(spec));
  const console = join(folder, nodeFiles.console);
  writeFileSync(console, '');

  const child = fork(launcher, [join(folder, nodeFiles.spec)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const end = async (): Promise<void> => {
    await ended(child);
    await removeControlGroup(controlGroup);
  };
  try {
    await heard(child, 'entered');
    attachCable(cluster.bridge, node, child.pid ?? 0);
    const beforeMs = cpuTimeMs(controlGroup);
    const startMs = performance.now();
    child.send({ type: 'go' });
    await said(console, until);
    const cost = { cpuMs: cpuTimeMs(controlGroup) - beforeMs, wallMs: performance.now() - startMs };
    return { ...cost, controlGroup, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** User and system time of a control group and those below it, also of processes that have ended (cgroup-v2.rst, cpu.stat). */
function cpuTimeMs(controlGroup: string): number {
  const text = readFileSync(join(controlGroup, 'cpu.stat'), 'utf8');
  return Number(/^usage_usec (\d+)$/m.exec(text)?.[1]) / 1_000;
}

function heard(child: ChildProcess, type: FromLauncher['type']): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: FromLauncher) => {
      if (message.type === type) resolve();
    });
    child.on('exit', () => reject(new Error('the namespaces could not be made')));
  });
}

/** Waits until the file holds such a line; the kernel tells when it was written to. */
async function said(file: string, until: RegExp): Promise<void> {
  const watcher = watch(file);
  const text = (): string => readFileSync(file, 'utf8');
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (until.test(text())) resolve();
      };
      watcher.on('change', look);
      timer = setTimeout(
        () => reject(new Error(`it never said ${until}:\n${text().slice(-2_000)}`)),
        limitMs,
      );
      look();
    });
  } finally {
    clearTimeout(timer);
    watcher.close();
  }
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.on('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

/**
 * The memory of all processes of a control group and those below it, in bytes: what is shared counts for each by its share
 * (proc_pid_smaps(5), Pss).
 */
export function proportionalSetSize(controlGroup: string): {
  readonly bytes: number;
  readonly processes: number;
} {
  const pids = processesBelow(controlGroup);
  const bytes = pids.map((pid) => {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss: +(\d+) kB$/m.exec(text)?.[1]) * 1_024;
  });
  return { bytes: bytes.reduce((sum, one) => sum + one, 0), processes: pids.length };
}

function processesBelow(controlGroup: string): readonly string[] {
  const own = readFileSync(join(controlGroup, 'cgroup.procs'), 'utf8')
    .split('\n')
    .filter((pid) => pid !== '');
  const below = readdirSync(controlGroup, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...own, ...below.flatMap(({ name }) => processesBelow(join(controlGroup, name)))];
}
