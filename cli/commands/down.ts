/** `eft down`: takes a cluster of local nodes away, in whatever state it is. */
import { Command } from 'commander';
import { paint, type Terminal, writeLine } from '../output/terminal.ts';
import { checkRoot } from '../provision/check-host.ts';
import { findCluster } from '../provision/find-cluster.ts';
import { takeDown } from '../provision/take-down.ts';

export function downCommand(terminal: Terminal): Command {
  return new Command('down')
    .description('take local nodes away, with everything that they have on this machine')
    .option('--name <NAME>', 'the name of the cluster', 'eft')
    .addHelpText(
      'after',
      '\nNodes are asked to go down in order, and ended if they do not. It also takes away what an `eft up` that was killed has left.\n\n' +
        'Examples:\n  eft down\n  eft down --name lab',
    )
    .action(async ({ name }: { readonly name: string }) => {
      const { stdout } = terminal;
      const cluster = findCluster(name);
      if (!cluster.isRootless) checkRoot('down');
      const { removeClusterContext } = await import('../provision/cluster-context.ts');
      removeClusterContext(cluster);
      await takeDown(cluster, (what) => writeLine(stdout, `${paint(stdout, 'good', '✓')} ${what} is gone`));
    });
}
