/** `eft version`: of this command, and of nodes. */
import { Command } from 'commander';
import packageFile from '../../package.json' with { type: 'json' };
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { readContexts } from '../api/contexts.ts';
import { addFingerprintOption, addNodeOptions, type NodeOptions, nodeTargets } from '../api/node-target.ts';
import { addFormOptions, type FormOptions, formOf, writeStructured } from '../output/form.ts';
import { type Terminal, writeLine } from '../output/terminal.ts';
import { uptimeText } from '../output/uptime.ts';

type VersionOptions = NodeOptions & FormOptions & { readonly client?: true };

/** Characters of a digest that tell images apart. */
const digestShown = 16;

export function versionCommand(terminal: Terminal): Command {
  const command = new Command('version')
    .description('show the version of this command, and of nodes')
    .option('--client', 'of this command only');
  return addFormOptions(addFingerprintOption(addNodeOptions(command)))
    .addHelpText(
      'after',
      '\nWithout a context it shows the version of this command.\n\n' +
        'Examples:\n  eft version\n  eft version -n lab-1\n  eft version --client\n' +
        '  eft version -n 10.0.0.5 --fingerprint 5E:0C:…   # of a node in maintenance',
    )
    .action(async (options: VersionOptions) => {
      const client = { version: packageFile.version };
      if (options.client || !isAboutNodes(options)) {
        const form = formOf(options);
        if (form === 'people') writeLine(terminal.stdout, `eft ${client.version}`);
        else writeStructured(terminal.stdout, form, { client });
        return;
      }
      const { toJson } = await import('@bufbuild/protobuf');
      const { onNodes, settleNodes } = await import('../api/on-nodes.ts');
      const { nodesValue, reportNodes } = await import('../api/report-nodes.ts');
      const { VersionResponseSchema } = await import('../../supervisor/api/generated/eft/v1/machine_pb.js');
      const outcomes = await onNodes(nodeTargets(options), ({ machine }) => machine.version({}));
      const form = formOf(options);
      if (form !== 'people') {
        const { nodes } = nodesValue(outcomes, (answer) => {
          const { node: hostName, ...rest } = Object(
            toJson(VersionResponseSchema, answer, { alwaysEmitImplicit: true }),
          );
          return { hostName, ...rest };
        });
        writeStructured(terminal.stdout, form, { client, nodes });
        settleNodes(terminal, outcomes);
        return;
      }
      writeLine(terminal.stdout, `eft ${client.version}`);
      reportNodes(terminal, { ...options, isNamed: true }, outcomes, {
        columns: ['VERSION', 'HOST NAME', 'ENVIRONMENT', 'KERNEL', 'IMAGE', 'UP', 'MAINTENANCE'],
        rows: ({ version, node, environment, kernel, image, uptimeMs, maintenance }) => [
          [
            ...[version, node, environment, kernel, image.slice(0, digestShown)].map((text) =>
              visibleText(text),
            ),
            uptimeText(Number(uptimeMs)),
            maintenance === '' ? 'no' : visibleText(maintenance, 80),
          ],
        ],
        value: (answer) => answer,
      });
    });
}

/** Whether the command line, or a current context, says of which nodes. */
function isAboutNodes({ nodes, context, fingerprint }: NodeOptions): boolean {
  if (nodes !== undefined || context !== undefined || fingerprint !== undefined) return true;
  return readContexts().current !== undefined;
}
