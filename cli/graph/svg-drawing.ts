/** The graph as a picture that follows the reader's light or dark scheme, in the look of the other pictures of the documents. */
import type { AuthorityGraph } from './authority-graph.ts';
import { type Channel, centreOf, type Net, routeLayout, widthForLines } from './channel.ts';
import { boxesOf, type GraphBox } from './graph-boxes.ts';
import type { Placed } from './layered-layout.ts';

/** All in pixels. The width of a character is that of the widest usual ones: text is set by the reader's own fonts. */
const characterWidth = 7.6;
const rowHeight = 17;
const padding = 12;
const margin = 20;
const gap = 26;
const widthLimit = 1000;
const trackHeight = 12;
/** Between two lines that go down. */
const columnWidth = 12;
/** Between a box and the lines below or above it. */
const channelMargin = 16;
const corner = 6;

type Drawing = { readonly paths: string[]; readonly boxes: string[]; y: number };

/** An SVG file. `title` is for those who do not see it. */
export function drawSvg(graph: AuthorityGraph, title: string): string {
  const { boxes, lines } = boxesOf(graph);
  const contents = new Map(boxes.map((box) => [box.id, box]));
  const sized = boxes.map(({ id, rows }) => ({
    id,
    width: Math.max(
      Math.round(Math.max(...rows.map(({ text }) => text.length)) * characterWidth) + 2 * padding,
      widthForLines(id, lines, columnWidth),
    ),
    height: rows.length * rowHeight + padding,
  }));
  const { layers, channels, width } = routeLayout(sized, lines, { gap, widthLimit }, columnWidth);
  const drawing: Drawing = { paths: [], boxes: [], y: margin };
  for (const [index, layer] of layers.entries()) drawLayer(drawing, layer, channels[index], contents);
  const words = wordsBelow(graph);
  const full = Math.max(width, 560) + 2 * margin;
  const shift = Math.round((full - width) / 2);
  const texts = words.map(
    (text, index) =>
      `  <text class="words" x="${full / 2}" y="${drawing.y + 28 + index * 18}">${escapeXml(text)}</text>`,
  );
  const height = drawing.y + 28 + words.length * 18;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${full} ${height}" width="${full}" height="${height}" role="img" aria-labelledby="title description">
  <title id="title">${escapeXml(title)}</title>
  <desc id="description">${escapeXml(describe(graph))}</desc>
  <style>
    text { font: 12.5px system-ui, sans-serif; fill: #1f2933; }
    .title { font-weight: 600; font-size: 14px; }
    .name { font: 12px ui-monospace, monospace; }
    .faint, .words { fill: #52606d; }
    .words { text-anchor: middle; }
    .module { fill: #e3f1ea; stroke: #2f7a55; stroke-width: 1.5; }
    .part { fill: #ffffff; stroke: #7b8794; stroke-width: 1.5; }
    .kinds { fill: #f0f4f8; stroke: #9aa5b1; stroke-width: 1; }
    .arrow { stroke: #52606d; stroke-width: 1.3; fill: none; }
    .head { fill: #52606d; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e4e7eb; }
      .faint, .words { fill: #aab6c2; }
      .module { fill: #1d3a2c; stroke: #62b58b; }
      .part { fill: #1b2229; stroke: #7b8794; }
      .kinds { fill: #27313b; stroke: #61707f; }
      .arrow { stroke: #aab6c2; }
      .head { fill: #aab6c2; }
    }
  </style>
  <defs>
    <marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path class="head" d="M0 0 L10 5 L0 10 z"/></marker>
  </defs>
  <g transform="translate(${shift} 0)">
${[...drawing.paths, ...drawing.boxes].join('\n')}
  </g>
${texts.join('\n')}
</svg>
`;
}

function drawLayer(
  drawing: Drawing,
  layer: readonly Placed[],
  channel: Channel | undefined,
  contents: ReadonlyMap<string, GraphBox>,
): void {
  const top = drawing.y;
  const bottom = top + Math.max(0, ...layer.map(({ height }) => height));
  for (const placed of layer) {
    const box = contents.get(placed.id);
    if (box !== undefined) drawing.boxes.push(drawBox(box, placed, top));
    else drawing.paths.push(`    <path class="arrow" d="M${centreOf(placed)} ${top} V${bottom}"/>`);
  }
  drawing.y = bottom;
  if (channel === undefined) return;
  const { nets, tracks } = channel;
  const end = bottom + 2 * channelMargin + tracks * trackHeight;
  for (const net of nets) {
    const source = layer.find(({ left, width }) => left <= net.from && net.from <= left + width);
    const from = source?.isBox ? top + source.height : bottom;
    drawing.paths.push(...drawNet(net, from, bottom + channelMargin, end));
  }
  drawing.y = end;
}

function drawNet({ from, to, track }: Net, top: number, tracksTop: number, end: number): readonly string[] {
  return to.map(({ at, isEnd }) => {
    const head = isEnd ? ' marker-end="url(#head)"' : '';
    if (track === undefined || at === from)
      return `    <path class="arrow"${head} d="M${from} ${top} V${end}"/>`;
    const y = tracksTop + track * trackHeight;
    const turn = Math.min(corner, Math.abs(at - from) / 2) * Math.sign(at - from);
    const bend = Math.abs(turn);
    return `    <path class="arrow"${head} d="M${from} ${top} V${y - bend} Q${from} ${y} ${from + turn} ${y} H${at - turn} Q${at} ${y} ${at} ${y + bend} V${end}"/>`;
  });
}

function drawBox({ shape, rows }: GraphBox, { left, width, height }: Placed, top: number): string {
  const radius = shape === 'kinds' ? 14 : 5;
  const texts = rows.map(({ text, meaning }, index) => {
    const y = top + padding / 2 + 12.5 + index * rowHeight;
    return `    <text class="${meaning}" x="${left + padding}" y="${y}">${escapeXml(text).replace(/ {2,}/g, (spaces) => '\u00a0'.repeat(spaces.length))}</text>`;
  });
  return [
    `    <rect class="${shape}" x="${left}" y="${top}" width="${width}" height="${height}" rx="${radius}"/>`,
    ...texts,
  ].join('\n');
}

function wordsBelow({ readsAll }: AuthorityGraph): readonly string[] {
  return [
    'Green: modules, with what they use of the host. Round: kinds of resource.',
    'An arrow is a right: to write the kind that it leads to, or to read the one that it comes from.',
    ...(readsAll.length === 0 ? [] : [`Not drawn: ${readsAll.join(', ')} reads every kind.`]),
  ];
}

function describe({ actors, kinds }: AuthorityGraph): string {
  const sentences = actors.map(({ name }) => {
    const writes = kinds.filter(({ writers }) => writers.some(({ actor }) => actor === name));
    const reads = kinds.filter(({ readers }) => readers.includes(name));
    const list = (some: typeof kinds) => some.map((kind) => kind.name).join(', ') || 'nothing';
    return `${name} writes ${list(writes)} and reads ${list(reads)}.`;
  });
  return sentences.join(' ');
}

function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
