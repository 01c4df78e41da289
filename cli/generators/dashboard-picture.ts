/** The picture of the dashboard in the README: the screen that `eft dashboard` draws of a node that is always the same. */
import type { Span } from '../dashboard/lines.ts';
import { sampleNode } from '../dashboard/sample-node.ts';
import { drawScreen, firstChoice } from '../dashboard/screen.ts';
import type { Generator } from '../generate.ts';

const size = { columns: 80, rows: 24 };
/** Pixels. A character is as wide as those of usual monospaced fonts at this size; `textLength` holds each to it. */
const characterWidth = 8.4;
const rowHeight = 18;
const margin = 18;

export const dashboardPicture: Generator = {
  name: 'picture of the dashboard',
  generate: async () => ({ files: new Map([['docs/pictures/dashboard.svg', picture()]]), ownedFolders: [] }),
};

function picture(): string {
  const lines = drawScreen([sampleNode()], firstChoice, size, 0);
  const width = Math.round(size.columns * characterWidth + 2 * margin);
  const height = size.rows * rowHeight + 2 * margin;
  const texts = lines.flatMap((line, row) => {
    let column = 0;
    return line.flatMap((span) => {
      const x = margin + column * characterWidth;
      column += [...span.text].length;
      return textOf(span, x, margin + (row + 0.75) * rowHeight);
    });
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
  <title id="title">eft dashboard</title>
  <desc id="description">A terminal of 80 columns and 24 rows: a node that is ready, what it takes of processors and memory, its modules with their events, queues and restarts, its links and addresses, its boot, and its log.</desc>
  <style>
    text { font: 14px ui-monospace, "DejaVu Sans Mono", monospace; fill: #dfe5ea; white-space: pre; }
    .frame { fill: #14191e; stroke: #3a454f; }
    .title { font-weight: 700; fill: #ffffff; }
    .good { fill: #6fce98; }
    .bad { fill: #ff8c82; }
    .faint { fill: #8b98a4; }
    .name { fill: #7cc7e8; }
  </style>
  <rect class="frame" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${texts.join('\n')}
</svg>
`;
}

/** Spaces at the ends are left out: only where a word stands counts. */
function textOf({ text, meaning }: Span, x: number, y: number): readonly string[] {
  const word = text.trim();
  if (word === '') return [];
  const before = text.length - text.trimStart().length;
  const at = (x + before * characterWidth).toFixed(1);
  const length = ([...word].length * characterWidth).toFixed(1);
  const look = meaning === undefined ? '' : ` class="${meaning}"`;
  const escaped = word.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [`  <text${look} x="${at}" y="${y}" textLength="${length}">${escaped}</text>`];
}
