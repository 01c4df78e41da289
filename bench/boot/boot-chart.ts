/** A boot on a terminal: a waterfall of what its instructions went into, and beside it what others need until they are ready. */
import { type InspectColor, styleText } from 'node:util';
import { type Boot, formatInstructions, type Span } from './boot-phases.ts';

/** A boot with its name; the node's own comes first. */
export type NamedBoot = {
  readonly id: string;
  readonly title: string;
  /** What it is, in a few words more. */
  readonly about: string;
  readonly boot: Boot;
};

const colours: Readonly<Record<Span['by'], InspectColor>> = {
  kernel: 'blue',
  node: 'magenta',
  phase: 'cyan',
  module: 'green',
  system: 'yellow',
};
const headings: Readonly<Record<Span['by'], string>> = {
  kernel: 'kernel',
  node: 'PID 1',
  phase: '',
  module: 'modules',
  system: '',
};
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
const headingWidth = 9;
const valueWidth = 8;
const ratioWidth = 16;
/** Columns of a bar, and what a terminal has that does not say. */
const barLimits = { least: 20, most: 72 } as const;
const columnsAssumed = 100;

/** The lines of the chart. */
export function bootChart(
  node: NamedBoot,
  others: readonly NamedBoot[],
  columns: number = process.stdout.columns ?? columnsAssumed,
): readonly string[] {
  const names = [...node.boot.spans.map(({ name }) => name), ...[node, ...others].map(({ title }) => title)];
  const nameWidth = Math.max(...names.map((name) => name.length));
  const left = columns - headingWidth - nameWidth - valueWidth - ratioWidth - 8;
  const width = Math.min(barLimits.most, Math.max(barLimits.least, left));
  const row = (heading: string, name: string, bar: string, value: string, more = ''): string =>
    `  ${styleText('dim', heading.padEnd(headingWidth))}${name.padEnd(nameWidth)}  ${bar}  ${value.padStart(valueWidth)}${more}`.trimEnd();

  const lines = [
    styleText('bold', `\n${node.title}: ${formatInstructions(node.boot.total)} instructions until READY`),
  ];
  let last = '';
  for (const { name, by, begin, end } of node.boot.spans) {
    const heading = headings[by] === last ? '' : headings[by];
    if (headings[by] !== '') last = headings[by];
    const bar = barAt(begin / node.boot.total, end / node.boot.total, width, colours[by]);
    lines.push(row(heading, name, bar, formatInstructions(end - begin)));
  }
  lines.push(styleText('bold', '\nBeside others, on the same kernel, emulator and kind of root'));
  const all = [...others, node].toSorted((one, other) => one.boot.total - other.boot.total);
  const longest = Math.max(...all.map(({ boot }) => boot.total));
  for (const { id, title, boot } of all) {
    const kernelEnd = Math.max(...boot.spans.filter(({ by }) => by === 'kernel').map(({ end }) => end));
    const bar = stackedBar(kernelEnd / longest, boot.total / longest, width, id === node.id);
    const name = id === node.id ? styleText('bold', title.padEnd(nameWidth)) : title;
    lines.push(row('', name, bar, formatInstructions(boot.total), `  ${ratio(boot, node.boot)}`));
  }
  const key = [styleText('blue', '█ kernel'), styleText('yellow', '█ programs')].join('  ');
  lines.push(`  ${' '.repeat(headingWidth + nameWidth)}  ${key}`, '');
  return lines;
}

/** How the node compares with this one: `a node is × 2.18`. */
function ratio(boot: Boot, node: Boot): string {
  return boot === node ? '' : styleText('dim', `a node is × ${(node.total / boot.total).toFixed(2)}`);
}

/** From one share of the width to another; what is too short to be seen is a line. */
function barAt(from: number, to: number, width: number, colour: InspectColor): string {
  const first = Math.min(width - 1, Math.floor(from * width));
  const length = Math.max(1, Math.round((to * width - first) * 8));
  const cells = Math.min(width - first, Math.ceil(length / 8));
  const full = '█'.repeat(Math.min(cells, length >> 3));
  const bar = cells > full.length ? `${full}${eighths[length & 7] ?? ''}` : full;
  return `${' '.repeat(first)}${styleText(colour, bar)}${' '.repeat(Math.max(0, width - first - bar.length))}`;
}

function stackedBar(kernel: number, total: number, width: number, isNode: boolean): string {
  const kernelCells = Math.round(kernel * width);
  const programCells = Math.max(0, Math.round(total * width) - kernelCells);
  const programs = styleText(isNode ? 'cyan' : 'yellow', '█'.repeat(programCells));
  const rest = ' '.repeat(Math.max(0, width - kernelCells - programCells));
  return `${styleText('blue', '█'.repeat(kernelCells))}${programs}${rest}`;
}
