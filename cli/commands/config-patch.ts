/** `eft config patch`: changes a few fields of the configuration of a node. */
import { Command } from 'commander';
import { maximumYamlBytes } from '../../supervisor/document/yaml-document.ts';
import { type ApplyOptions, addApplyOptions, applyConfig, modesHelp } from '../api/apply-config.ts';
import { addNodeOptions, type NodeOptions, oneTarget } from '../api/node-target.ts';
import { readInputOrPipe } from '../files.ts';
import { addFormOptions } from '../output/form.ts';
import type { Terminal } from '../output/terminal.ts';

export function configPatch(terminal: Terminal): Command {
  const command = new Command('patch')
    .description('change some fields of the configuration of a node, and apply it')
    .argument('<PATCH>', 'a file with the patch; `-` for standard input');
  return addFormOptions(addNodeOptions(addApplyOptions(command)))
    .addHelpText(
      'after',
      `${modesHelp}
The patch is YAML or JSON. A list is a JSON Patch (RFC 6902). A map is merged into the configuration:
  - maps are merged field by field, and null takes a field out
  - lists of entries with a name (interface, name, publicKey) are merged by it; \`$patch: delete\` in an entry takes it out
  - anything else takes the place of what was there
Comments and layout of what is not changed stay.

Examples:
  echo 'machine: { network: { hostname: lab-9 } }' | eft config patch - -n lab-1 --dry-run
  echo '[{"op": "remove", "path": "/machine/sysctls"}]' | eft config patch - -n lab-1`,
    )
    .action(async (file: string, options: NodeOptions & ApplyOptions) => {
      const { onNode } = await import('../api/on-nodes.ts');
      const { checkUnchanged, patchConfig } = await import('../api/config-text.ts');
      const target = oneTarget(options, 'config patch');
      const patch = Buffer.from(readInputOrPipe(file, maximumYamlBytes)).toString('utf8');
      const before = await onNode(target, ({ machine }) => machine.getConfig({}));
      const after = patchConfig(
        Buffer.from(before.config).toString('utf8'),
        patch,
        file === '-' ? 'standard input' : file,
      );
      await onNode(target, (client) => checkUnchanged(client, before.digest));
      await applyConfig(terminal, [target], Buffer.from(after), options);
    });
}
