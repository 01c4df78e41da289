/** `eft module list`: the modules that nodes run. */
import { Command } from 'commander';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { addNodeOptions, type NodeOptions, nodeTargets } from '../api/node-target.ts';
import { addFormOptions, type FormOptions } from '../output/form.ts';
import { paint, type Terminal } from '../output/terminal.ts';

export function moduleList(terminal: Terminal): Command {
  const command = new Command('list').description('show the modules that nodes run, and how they are');
  return addFormOptions(addNodeOptions(command))
    .addHelpText('after', '\nExamples:\n  eft module list\n  eft module list -n lab-1 --json')
    .action(async (options: NodeOptions & FormOptions) => {
      const { toJson } = await import('@bufbuild/protobuf');
      const { onNodes } = await import('../api/on-nodes.ts');
      const { reportNodes } = await import('../api/report-nodes.ts');
      const { ModuleSchema } = await import('../../supervisor/api/generated/eft/v1/module_pb.js');
      const outcomes = await onNodes(
        nodeTargets(options),
        async ({ modules }) => (await modules.list({})).modules,
      );
      reportNodes(terminal, options, outcomes, {
        columns: [
          'NAME',
          'VERSION',
          'STATE',
          { title: 'RESTARTS', align: 'right' },
          { title: 'QUEUE', align: 'right' },
          'MESSAGE',
        ],
        rows: (list) =>
          list.map(({ name, version, phase, restarts, queue, message }) => [
            visibleText(name),
            visibleText(version),
            paint(terminal.stdout, phase === 'healthy' ? 'good' : 'bad', visibleText(phase)),
            String(restarts),
            String(queue),
            visibleText(message, 80),
          ]),
        value: (list) => ({
          modules: list.map((module) => toJson(ModuleSchema, module, { alwaysEmitImplicit: true })),
        }),
        nothing: 'no modules',
      });
    });
}
