/** `eft config diff`: what a configuration would change on nodes. */
import { Command } from 'commander';
import { maximumYamlBytes } from '../../supervisor/document/yaml-document.ts';
import { applyConfig } from '../api/apply-config.ts';
import { addNodeOptions, type NodeOptions, nodeTargets } from '../api/node-target.ts';
import { readInputOrPipe } from '../files.ts';
import { addFormOptions, type FormOptions } from '../output/form.ts';
import type { Terminal } from '../output/terminal.ts';

export function configDiff(terminal: Terminal): Command {
  const command = new Command('diff')
    .description('show what a configuration would change on nodes; nothing is changed')
    .argument('<FILE>', 'a machine configuration; `-` for standard input');
  return addFormOptions(addNodeOptions(command))
    .addHelpText(
      'after',
      '\nThe node compares: the same checks are made as when it is applied. Secrets are not shown.\n\n' +
        'Examples:\n  eft config diff lab-1.yaml -n lab-1\n  eft config diff lab-1.yaml --json',
    )
    .action(async (file: string, options: NodeOptions & FormOptions) => {
      const config = readInputOrPipe(file, maximumYamlBytes);
      await applyConfig(terminal, nodeTargets(options), config, { ...options, mode: 'auto', dryRun: true });
    });
}
