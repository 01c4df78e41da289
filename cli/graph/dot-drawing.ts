/** The graph in the language of Graphviz (graphviz.org/doc/info/lang.html), for whoever has another picture of it in mind. */
import type { AuthorityGraph } from './authority-graph.ts';
import { capabilityLabel, kindLabel } from './graph-boxes.ts';

/** The whole file. Each kind is a node of its own; what several modules may write has a dashed line. */
export function drawDot({ actors, kinds, readsAll }: AuthorityGraph): string {
  const lines = [
    'digraph eft {',
    '  rankdir = TB;',
    '  node [fontname = "sans-serif", fontsize = 11];',
    '  edge [arrowsize = 0.7];',
    ...(readsAll.length === 0
      ? []
      : [
          `  label = ${quote(`${readsAll.join(', ')}: reads every kind`)};`,
          '  fontname = "sans-serif"; fontsize = 10;',
        ]),
    ...actors.map(({ name, isModule, capabilities }) => {
      const uses = capabilities.length === 0 ? '' : `\nuses ${capabilities.map(capabilityLabel).join(', ')}`;
      const style = isModule ? 'filled' : '"filled,rounded"';
      const colour = isModule ? '#e3f1ea' : '#f0f4f8';
      return `  ${quote(`actor ${name}`)} [shape = box, style = ${style}, fillcolor = "${colour}", label = ${quote(name + uses)}];`;
    }),
    ...kinds.map(
      ({ name, count }) =>
        `  ${quote(`kind ${name}`)} [shape = ellipse, label = ${quote(kindLabel(name) + (count === undefined ? '' : ` (${count})`))}];`,
    ),
    ...kinds.flatMap(({ name, writers, readers }) => [
      ...writers.map(
        ({ actor, mode }) =>
          `  ${quote(`actor ${actor}`)} -> ${quote(`kind ${name}`)}${mode === 'shared' ? ' [style = dashed]' : ''};`,
      ),
      ...readers.map((reader) => `  ${quote(`kind ${name}`)} -> ${quote(`actor ${reader}`)};`),
    ]),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

/** A double-quoted string: only the quote is escaped there, and what Graphviz would read as an escape of its own. */
function quote(text: string): string {
  return `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`;
}
