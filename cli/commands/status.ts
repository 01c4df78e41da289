/** `eft status`: the local nodes, and how they are. */
import { Command } from 'commander';
import { paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';
import { listClusters, nodeAddress, readCluster, readNodeState } from '../provision/cluster.ts';
import type { NodeState } from '../provision/node-state.ts';
import { isAlive } from '../provision/process-identity.ts';

type NodeLine = {
  readonly cluster: string;
  readonly node: string;
  readonly state: 'running' | 'starting' | 'stopped' | 'failed' | 'lost';
  readonly address: string;
  readonly pid: number | undefined;
  readonly boots: number;
  readonly message: string;
};

export function statusCommand(terminal: Terminal): Command {
  return new Command('status')
    .description('show the local nodes')
    .option('--name <NAME>', 'only this cluster')
    .option('--json', 'print one JSON object')
    .action(({ name, json }: { readonly name?: string; readonly json?: true }) => {
      const { stdout } = terminal;
      const nodes = listClusters()
        .filter((cluster) => name === undefined || cluster === name)
        .flatMap(nodesOf);
      if (json) {
        writeJson(stdout, { nodes });
        return;
      }
      if (nodes.length === 0) {
        writeLine(stdout, 'no local nodes; `eft up` starts one');
        return;
      }
      const rows = [
        ['NODE', 'STATE', 'ADDRESS', 'PID', 'BOOTS', ''],
        ...nodes.map(({ node, state, address, pid, boots, message }) => [
          node,
          state,
          address,
          pid === undefined ? '' : String(pid),
          String(boots),
          message,
        ]),
      ];
      const widths =
        rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
      for (const [index, row] of rows.entries()) {
        const line = row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd();
        writeLine(stdout, index === 0 ? paint(stdout, 'faint', line) : line);
      }
    });
}

function nodesOf(name: string): readonly NodeLine[] {
  const cluster = readCluster(name);
  if (cluster === undefined) return [];
  return cluster.nodes.map(({ name: node }, index) => {
    const state = readNodeState(name, node);
    const isRunning = state?.first !== undefined && isAlive(state.first);
    return {
      cluster: name,
      node,
      state: isRunning ? 'running' : stateOf(state),
      address: nodeAddress(cluster, index),
      pid: isRunning ? state.first.pid : undefined,
      boots: state?.boots ?? 0,
      message: state?.end?.end === 'failed' ? state.end.reason : '',
    };
  });
}

function stateOf(state: NodeState | undefined): NodeLine['state'] {
  if (state === undefined) return 'starting';
  if (state.end !== undefined) return state.end.end === 'failed' ? 'failed' : 'stopped';
  return isAlive(state.machine) ? 'starting' : 'lost';
}
