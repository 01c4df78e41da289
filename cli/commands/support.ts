/** `eft support`: everything of nodes that helps to understand them, in one file. */
import { gzipSync } from 'node:zlib';
import { Command } from 'commander';
import type { Support } from '../api/collect-support.ts';
import { addNodeOptions, type NodeOptions, nodeTargets } from '../api/node-target.ts';
import type { NodeOutcome } from '../api/on-nodes.ts';
import { writeOutput } from '../files.ts';
import { formatBytes } from '../output/bar-chart.ts';
import { type Terminal, writeLine } from '../output/terminal.ts';

export function supportCommand(terminal: Terminal): Command {
  const command = new Command('support')
    .description('pack everything of nodes that helps to understand them into one file')
    .argument('<FILE>', 'the archive to write, a .tar.gz');
  return addNodeOptions(command)
    .addHelpText(
      'after',
      '\nIn it are, for each node: version, configuration (secrets replaced), modules, resources, events, logs, the log of the kernel, metrics and the audit\n' +
        'log; and a report.md that says what is odd. Look through it before you give it to others: logs name machines and addresses.\n\n' +
        'Examples:\n  eft support lab.tar.gz\n  eft support lab-1.tar.gz -n lab-1',
    )
    .action(async (file: string, options: NodeOptions) => {
      const { onNodes, settleNodes, successesOf } = await import('../api/on-nodes.ts');
      const { collectSupport } = await import('../api/collect-support.ts');
      const { tarArchive } = await import('../api/tar-archive.ts');
      const { Progress } = await import('../output/progress.ts');
      const progress = new Progress(terminal.stderr);
      const outcomes = await onNodes(nodeTargets(options), async (client) => {
        progress.tell(client.target.name, 'collecting');
        return collectSupport(client);
      });
      for (const { target } of successesOf(outcomes)) progress.tell(target.name, 'done');
      progress.end();
      const now = new Date();
      const report = { path: 'report.md', content: Buffer.from(reportText(outcomes, now)) };
      const files = [report, ...successesOf(outcomes).flatMap(({ result }) => result.files)];
      const packed = gzipSync(tarArchive(files, Math.floor(now.getTime() / 1_000)));
      writeOutput(file, packed);
      writeLine(
        terminal.stdout,
        `${file}: ${files.length} files, ${formatBytes(packed.length)}; begin with report.md`,
      );
      settleNodes(terminal, outcomes);
    });
}

/** The page to begin with. */
export function reportText(outcomes: readonly NodeOutcome<Support>[], now: Date): string {
  const lines = [`# Support archive of ${now.toISOString().slice(0, 19)}Z`, ''];
  for (const outcome of outcomes) {
    lines.push(`## ${outcome.target.name}`, '');
    if ('error' in outcome) lines.push('Not reached:', '', `- ${outcome.error.message}`, '');
    else {
      const { findings, missing } = outcome.result;
      lines.push(...findings.map((line) => `- ${line}`), '');
      if (missing.length > 0) lines.push('Not to be had:', '', ...missing.map((line) => `- ${line}`), '');
    }
  }
  return lines.join('\n');
}
