/** `eft explore`: what one module can see and do, in words, on a node or before it is on one. */
import { Command } from 'commander';
import { addNodeOptions, type NodeOptions, nodeTargets } from '../api/node-target.ts';
import type { ModuleAuthority } from '../graph/module-authority.ts';
import { addFormOptions, type FormOptions, formOf, writeStructured } from '../output/form.ts';
import { paint, type Terminal, writeLine } from '../output/terminal.ts';

/** Columns in a pipe, where nobody says how many there are; and those of a terminal that are used. */
const usualColumns = 80;
const mostColumns = 110;

export function exploreCommand(terminal: Terminal): Command {
  const command = new Command('explore')
    .description('say in words what a module can see and do, and how it fares')
    .argument('<MODULE>', 'a module of a node, or the path of a module file or of the folder of its sources');
  return addFormOptions(addNodeOptions(command))
    .addHelpText('after', help)
    .action(async (word: string, options: NodeOptions & FormOptions) => {
      const { isModulePath, readModuleSources } = await import('../graph/module-sources.ts');
      const { authorityOfSource } = await import('../graph/module-authority.ts');
      if (isModulePath(word)) {
        const sources = await readModuleSources(word);
        const authorities = sources.map(authorityOfSource);
        const form = formOf(options);
        if (form === 'people') await show(terminal, authorities);
        else writeStructured(terminal.stdout, form, { modules: authorities });
        return;
      }
      await exploreNodes(terminal, word, options);
    });
}

const help = `
Nothing of a module file is verified here: \`eft module verify\` does that. On a node the grants are as the machine configuration has narrowed them.

Examples:
  eft explore network                    on the nodes of the context
  eft explore network -n lab-1 --json
  eft explore ./network-1.1.0.wasm       before it is on a node
  eft explore modules/network            the sources`;

async function exploreNodes(
  terminal: Terminal,
  name: string,
  options: NodeOptions & FormOptions,
): Promise<void> {
  const { onNodes, settleNodes, successesOf } = await import('../api/on-nodes.ts');
  const { nodesValue } = await import('../api/report-nodes.ts');
  const { authorityOfNode } = await import('../graph/module-authority.ts');
  const outcomes = await onNodes(nodeTargets(options), async ({ modules, machine }) => {
    const inspected = await modules.inspect({ name });
    const usage = await machine.usage({});
    return authorityOfNode(
      inspected,
      usage.modules.find((module) => module.name === name),
    );
  });
  const form = formOf(options);
  if (form !== 'people')
    writeStructured(
      terminal.stdout,
      form,
      nodesValue(outcomes, (authority) => authority),
    );
  else {
    for (const [index, { target, result }] of successesOf(outcomes).entries()) {
      if (index > 0) writeLine(terminal.stdout);
      if (outcomes.length > 1) writeLine(terminal.stdout, paint(terminal.stdout, 'name', target.name));
      await show(terminal, [result]);
    }
  }
  settleNodes(terminal, outcomes);
}

async function show({ stdout }: Terminal, authorities: readonly ModuleAuthority[]): Promise<void> {
  const { authorityLines } = await import('../graph/authority-text.ts');
  const columns = Math.min(mostColumns, stdout.columns ?? usualColumns);
  const look = {
    title: (text: string) => paint(stdout, 'title', text),
    label: (text: string) => paint(stdout, 'name', text),
    reason: (text: string) => paint(stdout, 'faint', text),
  };
  for (const [index, authority] of authorities.entries()) {
    if (index > 0) writeLine(stdout);
    for (const line of authorityLines(authority, columns, look)) writeLine(stdout, line);
  }
}
