/** `eft dashboard`: nodes at a glance, in a terminal. */
import { Command } from 'commander';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { addNodeOptions, type NodeOptions, nodeTargets } from '../api/node-target.ts';
import { paint, type Terminal } from '../output/terminal.ts';
import { readIntervalMs } from './read-interval.ts';

type DashboardOptions = NodeOptions & { readonly interval: number };

export function dashboardCommand({ stdout }: Terminal): Command {
  const command = new Command('dashboard')
    .description('nodes at a glance: boot, modules, network, resources, processors, memory and log')
    .option('--interval <SECONDS>', 'between two samples of processors and memory', readIntervalMs, 2_000);
  return addNodeOptions(command)
    .addHelpText(
      'after',
      `
It fits 80 columns and 24 rows. What changes is told by the nodes when it does, and drawn at most five times a second, and only where it is not as before: a slow
line is enough. Tab goes to the next node, 1 to 6 or the arrows to another view; ? shows all keys.

Examples:
  eft dashboard
  eft dashboard -n lab-1 --interval 10`,
    )
    .action(async (options: DashboardOptions) => {
      const targets = nodeTargets(options);
      if (!isTerminal(stdout) || !process.stdin.isTTY) throw EftError.of('client.no-terminal', {});
      const { NodeView } = await import('../dashboard/node-view.ts');
      const { followNode } = await import('../dashboard/follow-node.ts');
      const { News, showDashboard } = await import('../dashboard/app.ts');
      const controller = new AbortController();
      const news = new News();
      const nodes = targets.map(({ name }) => new NodeView(name));
      const nowMs = (): number => performance.now();
      const { signal } = controller;
      const following = { intervalMs: options.interval, signal, onNews: () => news.tell(), nowMs };
      const followed = Promise.all(
        targets.map((target, index) =>
          followNode(target, nodes[index] ?? new NodeView(target.name), following),
        ),
      );
      const hasColour = paint(stdout, 'good', 'x') !== 'x';
      const shown = showDashboard({ nodes, news, hasColour, nowMs, stdout, stdin: process.stdin });
      try {
        // A fault of `eft` itself ends it; what nodes do never does.
        await Promise.race([shown, followed.then(() => shown)]);
      } finally {
        controller.abort();
        await followed.catch(() => undefined);
      }
    });
}

function isTerminal(stream: Terminal['stdout']): boolean {
  return 'isTTY' in stream && stream.isTTY === true;
}
