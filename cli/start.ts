/**
 * `npm start`: from a fresh clone to a running node. Everything is set up by then (cli/setup.mjs); what is left is `eft up`, and to say what came of
 * it. `npm start -- --vm` is the same with a virtual machine, in a cluster of its own, so that both can run.
 */
import { parseArgs } from 'node:util';
import { paint, writeLine } from './output/terminal.ts';
import { runEft } from './program.ts';
import { listClusters, readCluster, readNodeState } from './provision/cluster.ts';
import { isAlive } from './provision/process-identity.ts';

type Kind = {
  readonly cluster: string;
  /** Parameters of `eft up`, and those that name the cluster to every other command. */
  readonly up: readonly string[];
  readonly name: readonly string[];
};

/** The cluster `eft` is the one that commands mean when none is named. */
const inNamespaces: Kind = { cluster: 'eft', up: [], name: [] };
const inMachine: Kind = { cluster: 'eft-vm', up: ['--vm'], name: ['--name', 'eft-vm'] };

const usage = `Usage: npm start [-- --vm]

Builds the image of this checkout when it is not there, and starts a node from it: in namespaces of this machine, or, with --vm, in a
virtual machine under the kernel of this checkout, which is built too when it is not there (about 20 minutes of one processor).
`;

process.exitCode = await start(process.argv.slice(2));

async function start(commandLine: readonly string[]): Promise<number> {
  const { stdout, stderr } = process;
  let values: { readonly vm?: boolean; readonly help?: boolean };
  try {
    ({ values } = parseArgs({
      args: [...commandLine],
      options: { vm: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    }));
  } catch (error) {
    stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
  if (values.help === true) {
    stdout.write(usage);
    return 0;
  }
  const kind = values.vm === true ? inMachine : inNamespaces;
  const running = runningNodes(kind);
  if (running.length > 0) {
    writeLine(stdout, `${paint(stdout, 'good', '✓')} ${running.join(', ')} is running already`);
    tellNext(kind, running[0] ?? '');
    return 0;
  }
  if (listClusters().includes(kind.cluster)) {
    writeLine(stderr, 'taking away what an earlier start has left');
    const status = await runEft(['down', ...kind.name], process);
    if (status !== 0) return status;
  }
  const status = await runEft(['up', ...kind.up, ...kind.name], process);
  if (status === 0) tellNext(kind, readCluster(kind.cluster)?.nodes[0]?.name ?? '');
  return status;
}

/** Nodes of the cluster whose PID 1 runs. */
function runningNodes({ cluster }: Kind): readonly string[] {
  const nodes = readCluster(cluster)?.nodes ?? [];
  return nodes.flatMap(({ name }) => {
    const first = readNodeState(cluster, name)?.first;
    return first !== undefined && isAlive(first) ? [name] : [];
  });
}

function tellNext(kind: Kind, node: string): void {
  const { stdout } = process;
  const name = kind.name.map((word) => ` ${word}`).join('');
  const context = kind.name.length === 0 ? '' : ` --context ${kind.cluster}`;
  const hints: readonly (readonly [command: string, about: string])[] = [
    [`npx eft dashboard${context}`, 'the node at a glance; q ends it'],
    [`npx eft get${context}`, 'what the node was told, and how it is, by its API'],
    ['npx eft status', 'the nodes of this machine, and how they are'],
    [`npx eft console ${node}${name}`, 'what PID 1 has said since it began'],
    ['npx eft up -n 3 --name lab', 'three more, on a network of their own'],
    ...(kind === inNamespaces
      ? [['npm start -- --vm', 'one more, in a virtual machine with a kernel of its own'] as const]
      : []),
    ['npx eft image inspect build/image/*.img', 'what a node is made of, file by file'],
    [`npx eft down${name}`, 'takes the node away, with everything that it has here'],
  ];
  const width = Math.max(...hints.map(([command]) => command.length));
  writeLine(stdout, '\nWhat to try next:');
  for (const [command, about] of hints) {
    writeLine(stdout, `  ${paint(stdout, 'name', command.padEnd(width))}  ${about}`);
  }
}
