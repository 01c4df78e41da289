/**
 * A boot as a picture: a waterfall over the instructions of the whole guest, and below it what others need until they are ready, to the same
 * scale. It follows the reader's colour scheme.
 */
import type { NamedBoot } from './boot-chart.ts';
import { type Boot, formatInstructions, type Span, type Step } from './boot-phases.ts';

const width = 1200;
const plot = { left: 232, right: 1010, top: 108, row: 22, bar: 14 } as const;
const comparison = { gap: 64, row: 40, bar: 20 } as const;
/** Bytes of text are not measured here: a character of the small text is about this wide. */
const characterWidth = 6.2;
/** Characters of a module's last words. */
const gistLimit = 48;

const style = `
    text { font: 13px system-ui, sans-serif; fill: #1f2933; }
    .title { font-weight: 650; font-size: 20px; }
    .heading { font-weight: 650; font-size: 15px; }
    .strong { font-weight: 650; }
    .small { font-size: 12px; font-weight: 400; fill: #52606d; }
    .number { font-variant-numeric: tabular-nums; }
    .lane { fill: #f4f6f8; }
    .grid { stroke: #d5dbe1; stroke-width: 1; }
    .end { stroke: #0f766e; stroke-width: 1.5; stroke-dasharray: 4 3; }
    .kernel { fill: #3f6fb5; }
    .node { fill: #8457b8; }
    .phase { fill: #0d8f84; }
    .module { fill: #d3872c; }
    .system { fill: #a3adb8; }
    .step { fill: #ffffff; stroke: #8a5410; stroke-width: 1.5; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e4e7eb; }
      .small { fill: #aab6c2; }
      .lane { fill: #1b2229; }
      .grid { stroke: #323d48; }
      .end { stroke: #4fd1c0; }
      .kernel { fill: #6f9fe3; }
      .node { fill: #b08be0; }
      .phase { fill: #35bfae; }
      .module { fill: #eaa550; }
      .system { fill: #6b7885; }
      .step { fill: #1b2229; stroke: #f5c486; }
    }`;

const titles: Readonly<Record<Span['by'], string>> = {
  kernel: 'kernel',
  node: 'Node.js starts',
  phase: 'phases of PID 1',
  module: 'modules, in their cells',
  system: 'programs of others',
};

/** The picture, as SVG. `machine` is one line about what it was measured with. */
export function bootSvg(node: NamedBoot, others: readonly NamedBoot[], machine: string): string {
  const { boot } = node;
  const all = [...others, node].toSorted((one, other) => one.boot.total - other.boot.total);
  const scale = Math.max(...all.map((one) => one.boot.total));
  const x = (instructions: number): number =>
    round(plot.left + (instructions / scale) * (plot.right - plot.left));
  const waterfallEnd = plot.top + boot.spans.length * plot.row;
  const compareTop = waterfallEnd + comparison.gap;
  const bottom = compareTop + all.length * comparison.row;
  const height = bottom + 44;
  const grid = gridLines(scale);
  const verticals = grid
    .map((at) => `M${x(at)} ${plot.top - 6}V${waterfallEnd}M${x(at)} ${compareTop - 8}V${bottom}`)
    .join('');
  const ticks = grid.map(
    (at) =>
      `<text class="small number" x="${x(at)}" y="${plot.top - 12}" text-anchor="middle">${at / 1e9} G</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
  <title id="title">The boot of a node, by what its instructions go into</title>
  <desc id="description">${escapeXml(describe(node, others))}</desc>
  <style>${style}
  </style>
  <text class="title" x="20" y="34">From power-on to READY in ${formatInstructions(boot.total)} instructions</text>
  <text class="small" x="20" y="55">${escapeXml('kernel, PID 1 and its modules: every instruction of the whole machine, by what it was for')}</text>
  ${legend(boot)}
  <path class="grid" d="${verticals}"/>
  ${ticks.join('')}
  <path class="end" d="M${x(boot.total)} ${plot.top - 6}V${waterfallEnd + 4}"/>
  <text class="strong" x="${x(boot.total)}" y="${waterfallEnd + 19}" text-anchor="middle">READY</text>
${boot.spans.map((span, index) => waterfallRow(span, boot, plot.top + index * plot.row, x)).join('\n')}
  <text class="heading" x="20" y="${compareTop - 18}">Beside others, on the same kernel, emulator and kind of root</text>
${all.map((one, index) => comparisonRow(one, node, compareTop + index * comparison.row, x)).join('\n')}
  <text class="small" x="20" y="${height - 12}">${escapeXml(machine)}</text>
</svg>
`;
}

function waterfallRow(span: Span, boot: Boot, top: number, x: (instructions: number) => number): string {
  const { name, by, begin, end } = span;
  const barTop = top + (plot.row - plot.bar) / 2;
  const base = top + plot.row / 2 + 4.5;
  const long = Math.max(2, round(x(end) - x(begin)));
  const value = formatInstructions(end - begin);
  // Behind the bar, or before it where there is no room left.
  const isBefore = x(end) + (value.length + 3) * characterWidth > plot.right + 70;
  const at = isBefore ? round(x(begin) - 7) : round(x(begin) + long + 7);
  const said = boot.steps.filter(({ module }) => by === 'module' && module === name);
  const dots = said.map(
    ({ text, at: when }) =>
      `<circle class="step" cx="${x(when)}" cy="${round(barTop + plot.bar / 2)}" r="3.6"><title>${escapeXml(text)}</title></circle>`,
  );
  const words =
    said.length === 0
      ? ''
      : `<text class="small" x="${round(x(begin) - 8)}" y="${base}" text-anchor="end">${escapeXml(gist(said))}</text>`;
  return `  <g><title>${escapeXml(`${name}: ${value}`)}</title>
    <text x="${plot.left - 12}" y="${base}" text-anchor="end">${escapeXml(name)}</text>
    <rect class="${by}" x="${x(begin)}" y="${barTop}" width="${long}" height="${plot.bar}" rx="2"/>${dots.join('')}${words}
    <text class="small number" x="${at}" y="${base}"${isBefore ? ' text-anchor="end"' : ''}>${value}</text>
  </g>`;
}

/** What a module says last, without the details: what it was all for. */
function gist(said: readonly Step[]): string {
  return (said.at(-1)?.text ?? '').replace(/:.*$/, '').slice(0, gistLimit);
}

function comparisonRow(
  one: NamedBoot,
  node: NamedBoot,
  top: number,
  x: (instructions: number) => number,
): string {
  const { title, about, boot } = one;
  const isNode = one.id === node.id;
  const barTop = top + (comparison.row - comparison.bar) / 2;
  const base = top + comparison.row / 2 + 4.5;
  const parts = boot.spans
    .filter(({ by }) => by !== 'module')
    .map(
      ({ by, begin, end }) =>
        `<rect class="${by}" x="${x(begin)}" y="${barTop}" width="${Math.max(0.3, round(x(end) - x(begin)))}" height="${comparison.bar}"/>`,
    );
  const ratio = isNode
    ? ''
    : `<tspan class="small" dx="7">a node is × ${(node.boot.total / boot.total).toFixed(2)}</tspan>`;
  return `  <g><title>${escapeXml(`${title}: ${formatInstructions(boot.total)}`)}</title>
    <text class="strong" x="${plot.left - 12}" y="${base - 7}" text-anchor="end">${escapeXml(title)}</text>
    <text class="small" x="${plot.left - 12}" y="${base + 8}" text-anchor="end">${escapeXml(about)}</text>
    ${parts.join('')}
    <text class="strong number" x="${round(x(boot.total) + 8)}" y="${base}">${formatInstructions(boot.total)}${ratio}</text>
  </g>`;
}

function legend({ spans }: Boot): string {
  const kinds = [...new Set<Span['by']>([...spans.map(({ by }) => by), 'system'])];
  let x = 20;
  return kinds
    .map((by) => {
      const at = x;
      x += 34 + titles[by].length * 6.6;
      return `<rect class="${by}" x="${at}" y="66" width="12" height="12" rx="2"/><text class="small" x="${at + 18}" y="76">${titles[by]}</text>`;
    })
    .join('');
}

/** Whole thousand millions, at most eight of them. */
function gridLines(scale: number): readonly number[] {
  const step = Math.max(1, Math.ceil(scale / 8e9)) * 1e9;
  return Array.from({ length: Math.floor(scale / step) + 1 }, (_, index) => index * step);
}

function describe({ boot }: NamedBoot, others: readonly NamedBoot[]): string {
  const spans = boot.spans.map(({ name, begin, end }) => `${name} ${formatInstructions(end - begin)}`);
  const rest = others.map(({ title, boot: other }) => `${title} ${formatInstructions(other.total)}`);
  return `Instructions until READY: ${spans.join(', ')}. Others until they are ready: ${rest.join(', ')}.`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
