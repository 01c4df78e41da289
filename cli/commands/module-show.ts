/** `eft module show`: one module as nodes run it, with the authority that the machine configuration has left it. */
import { Command } from 'commander';
import type { InspectResponse } from '../../supervisor/api/generated/eft/v1/module_pb.js';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { addNodeOptions, type NodeOptions, nodeTargets } from '../api/node-target.ts';
import { formatBytes } from '../output/bar-chart.ts';
import { addFormOptions, type FormOptions, formOf, writeStructured } from '../output/form.ts';
import { paint, type Terminal, writeLine } from '../output/terminal.ts';
import { writeTable } from '../output/write-table.ts';

export function moduleShow(terminal: Terminal): Command {
  const command = new Command('show')
    .description('show what a module of a node is, and what it may do there')
    .argument('<NAME>', 'a module that the node runs');
  return addFormOptions(addNodeOptions(command))
    .addHelpText(
      'after',
      '\n`eft module inspect FILE` shows the same of a file. Here the grants are as the machine configuration has narrowed them.\n\n' +
        'Examples:\n  eft module show network\n  eft module show network -n lab-1 --yaml',
    )
    .action(async (name: string, options: NodeOptions & FormOptions) => {
      const { toJson } = await import('@bufbuild/protobuf');
      const { onNodes, settleNodes, successesOf } = await import('../api/on-nodes.ts');
      const { nodesValue } = await import('../api/report-nodes.ts');
      const { InspectResponseSchema } = await import('../../supervisor/api/generated/eft/v1/module_pb.js');
      const outcomes = await onNodes(nodeTargets(options), ({ modules }) => modules.inspect({ name }));
      const form = formOf(options);
      if (form !== 'people') {
        const value = (module: InspectResponse) =>
          Object(toJson(InspectResponseSchema, module, { alwaysEmitImplicit: true }));
        writeStructured(terminal.stdout, form, nodesValue(outcomes, value));
      } else {
        for (const [index, { target, result }] of successesOf(outcomes).entries()) {
          if (index > 0) writeLine(terminal.stdout);
          if (outcomes.length > 1) writeLine(terminal.stdout, paint(terminal.stdout, 'name', target.name));
          show(terminal, result);
        }
      }
      settleNodes(terminal, outcomes);
    });
}

function show({ stdout }: Terminal, shown: InspectResponse): void {
  const { module, inputs, outputs, grants, denied } = shown;
  const title = `${module?.name ?? ''} ${module?.version ?? ''}`;
  writeLine(stdout, `${paint(stdout, 'title', visibleText(title))}  ${visibleText(module?.phase ?? '')}`);
  if (module !== undefined && module.message !== '') writeLine(stdout, visibleText(module.message));
  writeLine(stdout);
  const facts: readonly (readonly [string, string])[] = [
    ['world', shown.world],
    ['security version', String(shown.securityVersion)],
    ['digest', shown.digest],
    ['signed by', shown.signers.join(', ')],
    ['restarts', String(module?.restarts ?? 0)],
    ['memory', `at most ${formatBytes(Number(shown.memoryLimitBytes))}`],
    ['an event', `at most ${shown.eventLimitMs} ms; ${shown.queueLimit} may wait, ${module?.queue ?? 0} do`],
    ['isolation', shown.isolation],
  ];
  for (const [label, value] of facts) {
    writeLine(stdout, `${paint(stdout, 'faint', label.padEnd(18))}${visibleText(value)}`);
  }
  writeLine(stdout);
  const kinds = [
    ...inputs.map((kind) => [visibleText(kind), 'reads']),
    ...outputs.map(({ kind, mode }) => [
      visibleText(kind),
      mode === 'exclusive' ? 'writes, alone' : 'writes',
    ]),
  ];
  writeTable(stdout, ['KIND', 'WHAT IT DOES'], kinds);
  writeLine(stdout);
  const rows = grants.map(({ interface: name, scope, reason }) => [
    visibleText(name),
    visibleText(scope),
    visibleText(reason),
  ]);
  writeTable(stdout, ['GRANT', 'WHAT EXACTLY', 'REASON'], rows);
  const refused = Object.entries(denied).map(([call, count]) => [visibleText(call), String(count)]);
  if (refused.length === 0) return;
  writeLine(stdout);
  writeTable(stdout, ['DENIED CALL', { title: 'TIMES', align: 'right' }], refused);
}
