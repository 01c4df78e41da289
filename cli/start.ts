/**
 * `npm start`: from a fresh clone to a running node. Everything is set up by then (cli/setup.mjs); what is left is `eft up`, and to say what came of it.
 */
import { parseArgs } from 'node:util';
import { paint, writeLine } from './output/terminal.ts';
import { runEft } from './program.ts';
import { listClusters, readCluster, readNodeState } from './provision/cluster.ts';
import { isAlive } from './provision/process-identity.ts';

/** The cluster that `eft` means when none is named. */
const clusterName = 'eft';

process.exitCode = await start(process.argv.slice(2));

async function start(commandLine: readonly string[]): Promise<number> {
  const { stdout, stderr } = process;
  const { values } = parseArgs({
    args: [...commandLine],
    options: { vm: { type: 'boolean' } },
    strict: false,
  });
  if (values['vm'] === true) {
    writeLine(stderr, '`npm start -- --vm` is not there yet: nodes run in namespaces of this machine.');
    writeLine(stderr, 'Run `npm start`, or `npx eft firmware build` for the kernel that nodes will boot.');
    return 2;
  }
  const running = runningNodes();
  if (running.length > 0) {
    writeLine(stdout, `${paint(stdout, 'good', '✓')} ${running.join(', ')} is running already`);
    tellNext(running[0] ?? '');
    return 0;
  }
  if (listClusters().includes(clusterName)) {
    writeLine(stderr, 'taking away what an earlier start has left');
    const status = await runEft(['down'], process);
    if (status !== 0) return status;
  }
  const status = await runEft(['up'], process);
  if (status === 0) tellNext(readCluster(clusterName)?.nodes[0]?.name ?? '');
  return status;
}

/** Nodes of the cluster whose PID 1 runs. */
function runningNodes(): readonly string[] {
  const nodes = readCluster(clusterName)?.nodes ?? [];
  return nodes.flatMap(({ name }) => {
    const first = readNodeState(clusterName, name)?.first;
    return first !== undefined && isAlive(first) ? [name] : [];
  });
}

function tellNext(node: string): void {
  const { stdout } = process;
  const hints = [
    ['npx eft status', 'the nodes of this machine, and how they are'],
    [`npx eft console ${node}`, 'what PID 1 has said since it began'],
    ['npx eft up -n 3 --name lab', 'three more, on a network of their own'],
    ['npx eft image inspect build/image/*.img', 'what a node is made of, file by file'],
    ['npx eft down', 'takes the node away, with everything that it has here'],
  ] as const;
  const width = Math.max(...hints.map(([command]) => command.length));
  writeLine(stdout, '\nWhat to try next:');
  for (const [command, about] of hints) {
    writeLine(stdout, `  ${paint(stdout, 'name', command.padEnd(width))}  ${about}`);
  }
}
