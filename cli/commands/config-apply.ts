/** `eft config apply`: gives a configuration to nodes. */
import { Command } from 'commander';
import { maximumYamlBytes } from '../../supervisor/document/yaml-document.ts';
import { type ApplyOptions, addApplyOptions, applyConfig, modesHelp } from '../api/apply-config.ts';
import { addFingerprintOption, addNodeOptions, type NodeOptions, namedTargets } from '../api/node-target.ts';
import { readInputOrPipe } from '../files.ts';
import { addFormOptions } from '../output/form.ts';
import type { Terminal } from '../output/terminal.ts';

export function configApply(terminal: Terminal): Command {
  const command = new Command('apply')
    .description('give a configuration to a node, or show what it would change there')
    .argument('<FILE>', 'a machine configuration; `-` for standard input');
  return addFormOptions(addFingerprintOption(addNodeOptions(addApplyOptions(command))))
    .addHelpText(
      'after',
      `${modesHelp}
A node in maintenance takes its first configuration from whoever gives the fingerprint that its console shows.

Examples:
  eft config apply lab-1.yaml --dry-run
  eft config apply lab-1.yaml -n lab-1 --mode try --timeout 120
  eft config apply cp-1.yaml -n 10.0.0.5 --fingerprint 5E:0C:…`,
    )
    .action(async (file: string, options: NodeOptions & ApplyOptions) => {
      const targets = namedTargets(options, 'config apply');
      await applyConfig(terminal, targets, readInputOrPipe(file, maximumYamlBytes), options);
    });
}
