/** `eft operation`: asks a module of nodes to do something, and watches it until it is done. */
import { Command, InvalidArgumentError } from 'commander';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { addNodeOptions, type NodeOptions, namedTargets } from '../api/node-target.ts';
import { addFormOptions, type FormOptions } from '../output/form.ts';
import { paint, type Terminal } from '../output/terminal.ts';

type OperationOptions = NodeOptions & FormOptions & { readonly wait: boolean };
type Pair = readonly [name: string, value: string];

export function operationCommand(terminal: Terminal): Command {
  const command = new Command('operation')
    .description('ask a module of nodes to do something, and watch it until it is done')
    .argument('<TARGET>', 'the module that is to do it')
    .argument('<VERB>', "what to do, in that module's words")
    .argument('[ARGUMENTS...]', 'such as `name=value`', addPair, [])
    .option('--no-wait', 'do not wait until it is done');
  return addFormOptions(addNodeOptions(command))
    .addHelpText(
      'after',
      '\nThe operation is a resource of the node: `eft get operations` shows those that are under way.\n\n' +
        'Examples:\n  eft operation etcd snapshot name=before-upgrade -n cp-1\n  eft operation disk wipe disk=sdb -n cp-1 --no-wait',
    )
    .action(async (target: string, verb: string, pairs: readonly Pair[], options: OperationOptions) => {
      const targets = namedTargets(options, 'operation');
      const { onNodes } = await import('../api/on-nodes.ts');
      const { reportNodes } = await import('../api/report-nodes.ts');
      const { resourceValue } = await import('../api/resource-value.ts');
      const { runOperation } = await import('../api/run-operation.ts');
      const { Progress } = await import('../output/progress.ts');
      const progress = new Progress(terminal.stderr);
      const request = { target, verb, arguments: Object.fromEntries(pairs) };
      const outcomes = await onNodes(targets, (client) =>
        runOperation(client, request, options.wait, progress),
      );
      progress.end();
      reportNodes(terminal, { ...options, isNamed: true }, outcomes, {
        columns: ['ID', 'STATE', 'MESSAGE'],
        rows: ({ id, value }) => [
          [
            visibleText(id),
            paint(terminal.stdout, 'good', visibleText(String(value?.['state'] ?? ''))),
            visibleText(String(value?.['message'] ?? '')),
          ],
        ],
        value: resourceValue,
      });
    });
}

function addPair(text: string, before: readonly Pair[]): readonly Pair[] {
  const [, name, value] = /^([A-Za-z][A-Za-z0-9._-]*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('It must be name=value.');
  if (before.some(([other]) => other === name)) throw new InvalidArgumentError(`\`${name}\` is there twice.`);
  return [...before, [name, value]];
}
