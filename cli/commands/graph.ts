/** `eft graph`: who reads and writes what, on a node or in modules that are not on one yet. */
import { Command, Option } from 'commander';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { addNodeOptions, type NodeOptions, oneTarget } from '../api/node-target.ts';
import { writeOutput } from '../files.ts';
import type { AuthorityGraph } from '../graph/authority-graph.ts';
import { addFormOptions, type FormOptions, formOf, writeStructured } from '../output/form.ts';
import { type OutputStream, paint, type Terminal, writeLine } from '../output/terminal.ts';
import { writeTable } from '../output/write-table.ts';

type GraphOptions = NodeOptions &
  FormOptions & {
    readonly modules?: readonly string[];
    readonly checkout?: true;
    readonly dot?: true;
    readonly svg?: string;
  };

/** Columns of a drawing in a pipe, where nobody says how many there are. */
const usualColumns = 80;

export function graphCommand(terminal: Terminal): Command {
  const command = new Command('graph')
    .description('draw who reads and writes what: modules, parts of the supervisor, and kinds of resource')
    .argument('[NAME]', 'a module or a kind: only what has to do with it')
    .addOption(
      new Option(
        '--modules <PATH>',
        'draw a node that would run this module file or folder of modules, and ask none; may be given often',
      )
        .argParser((path: string, before: readonly string[] = []) => [...before, path])
        .conflicts(['nodes', 'context', 'checkout']),
    )
    .addOption(
      new Option('--checkout', 'the same with all modules of this checkout').conflicts(['nodes', 'context']),
    )
    .addOption(new Option('--dot', 'write the graph for Graphviz').conflicts('svg'))
    .option('--svg <FILE>', 'write a picture');
  return addFormOptions(addNodeOptions(command))
    .addHelpText('after', help)
    .action(async (word: string | undefined, options: GraphOptions) => {
      const { name, graph: whole } = await readGraph(options);
      const { findPart } = await import('../graph/find-part.ts');
      const graph = word === undefined ? whole : findPart(whole, word, name);
      const { stdout } = terminal;
      if (options.dot) {
        const { drawDot } = await import('../graph/dot-drawing.ts');
        stdout.write(drawDot(graph));
      } else if (options.svg !== undefined) {
        const { drawSvg } = await import('../graph/svg-drawing.ts');
        const about = word === undefined ? 'Who reads and writes what' : `Who reads and writes what: ${word}`;
        writeOutput(options.svg, drawSvg(graph, `${about} (${name})`));
      } else {
        const form = formOf(options);
        if (form === 'people') await show(stdout, graph);
        else writeStructured(stdout, form, graph);
      }
    });
}

const help = `
Modules share nothing but resources: what one can tell another goes through a kind that the one may write and the other may read. Square
boxes are modules and parts of the supervisor, round ones are kinds. An arrow leads from who writes a kind to the kind, and from there to who reads it.

Examples:
  eft graph                                   the node of the context
  eft graph network -n lab-1                  what the module network reads and writes
  eft graph link-status                       who writes and who reads it
  eft graph --checkout --svg graph.svg        the modules of this checkout
  eft graph --modules network.wasm --dot | dot -Tpdf > graph.pdf`;

async function readGraph(
  options: GraphOptions,
): Promise<{ readonly name: string; readonly graph: AuthorityGraph }> {
  const { graphOfManifests, graphOfNode } = await import('../graph/authority-graph.ts');
  const { checkoutManifests, readModuleSources } = await import('../graph/module-sources.ts');
  if (options.checkout) return { name: 'this checkout', graph: graphOfManifests(checkoutManifests()) };
  if (options.modules !== undefined) {
    const sources = await Promise.all(options.modules.map(readModuleSources));
    return {
      name: options.modules.join(', '),
      graph: graphOfManifests(sources.flat().map(({ manifest }) => manifest)),
    };
  }
  const { onNode } = await import('../api/on-nodes.ts');
  const target = oneTarget(options, 'graph');
  return onNode(target, async ({ state, modules }) => {
    const { kinds } = await state.listKinds({});
    const running = (await modules.list({})).modules;
    const inspected = await Promise.all(running.map(({ name }) => modules.inspect({ name })));
    return { name: target.name, graph: graphOfNode(kinds, inspected) };
  });
}

async function show(stdout: OutputStream, graph: AuthorityGraph): Promise<void> {
  const { drawText } = await import('../graph/text-drawing.ts');
  const drawing = drawText(graph, stdout.columns ?? usualColumns);
  if (drawing === undefined) showTable(stdout, graph);
  else {
    for (const runs of drawing) {
      const line = runs
        .map(({ text, look }) => (look === 'plain' ? text : paint(stdout, look, text)))
        .join('');
      writeLine(stdout, line);
    }
  }
  if (graph.readsAll.length > 0)
    writeLine(stdout, paint(stdout, 'faint', `not drawn: ${graph.readsAll.join(', ')} reads every kind`));
}

/** Where the terminal is too narrow for boxes. */
function showTable(stdout: OutputStream, { kinds }: AuthorityGraph): void {
  const rows = kinds.map(({ name, writers, readers }) => [
    visibleText(name),
    visibleText(writers.map(({ actor }) => actor).join(', ')),
    visibleText(readers.join(', ')),
  ]);
  writeTable(stdout, ['KIND', 'WRITTEN BY', 'READ BY'], rows);
}
