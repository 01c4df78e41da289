/**
 * Draws states as boxes and what leads from one to another as arrows, for pictures that are generated from tables in the code. Where the boxes stand
 * is said by hand; everything else comes from the table.
 */

export type Point = readonly [x: number, y: number];

export type StateBox = {
  readonly name: string;
  /** Its middle. */
  readonly place: Point;
  /** Lines below the box. */
  readonly notes: readonly string[];
  readonly isGreen: boolean;
};

export type StateArrow = {
  readonly from: Point;
  readonly to: Point;
  readonly labels: readonly string[];
  /** How far it bends to its right. */
  readonly bend: number;
};

export type StateDiagram = {
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly StateBox[];
  readonly arrows: readonly StateArrow[];
  /** Lines in the middle of the foot, the first with its base line at `wordsAt`. */
  readonly words: readonly string[];
  readonly wordsAt: Point;
};

const halfWidth = 72;
const halfHeight = 21;

/** Where the line from the middle of a box towards a point leaves the box. */
function edgeOf([x, y]: Point, [towardsX, towardsY]: Point): Point {
  const [dx, dy] = [towardsX - x, towardsY - y];
  const scale = Math.min(
    halfWidth / Math.max(Math.abs(dx), 1e-9),
    (halfHeight + 2) / Math.max(Math.abs(dy), 1e-9),
  );
  return [Math.round(x + dx * scale), Math.round(y + dy * scale)];
}

function drawArrow({ from, to, labels, bend }: StateArrow): string {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  const middle: Point = [
    Math.round((from[0] + to[0]) / 2 - (dy / length) * bend),
    Math.round((from[1] + to[1]) / 2 + (dx / length) * bend),
  ];
  const [x1, y1] = edgeOf(from, middle);
  const [x2, y2] = edgeOf(to, middle);
  const [labelX, labelY] = [
    Math.round((x1 + 2 * middle[0] + x2) / 4),
    Math.round((y1 + 2 * middle[1] + y2) / 4) - (labels.length - 1) * 7 + 4,
  ];
  const texts = labels.map(
    (label, index) => `  <text class="label" x="${labelX}" y="${labelY + index * 14}">${label}</text>`,
  );
  const path = `M${x1} ${y1} Q${middle[0]} ${middle[1]} ${x2} ${y2}`;
  return [`  <path class="arrow" marker-end="url(#head)" d="${path}"/>`, ...texts].join('\n');
}

function drawBox({ name, place: [x, y], notes, isGreen }: StateBox): string {
  const lines = notes.map(
    (text, index) => `  <text class="inside" x="${x}" y="${y + halfHeight + 15 + index * 13}">${text}</text>`,
  );
  return [
    `  <rect class="${isGreen ? 'using' : 'box'}" x="${x - halfWidth}" y="${y - halfHeight}" width="${2 * halfWidth}" height="${2 * halfHeight}" rx="6"/>`,
    `  <text class="name" x="${x}" y="${y + 5}">${name}</text>`,
    ...lines,
  ].join('\n');
}

/** An SVG that follows the reader's light or dark scheme. */
export function drawStates(diagram: StateDiagram): string {
  const { title, description, width, height, wordsAt } = diagram;
  const words = diagram.words.map(
    (text, index) => `  <text class="inside" x="${wordsAt[0]}" y="${wordsAt[1] + index * 18}">${text}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
  <title id="title">${title}</title>
  <desc id="description">${description}</desc>
  <style>
    text { font: 12px system-ui, sans-serif; fill: #1f2933; text-anchor: middle; }
    .name { font-weight: 600; font-size: 14px; }
    .inside { fill: #52606d; }
    .label { paint-order: stroke; stroke: #ffffff; stroke-width: 4px; }
    .box { fill: #ffffff; stroke: #7b8794; stroke-width: 1.5; }
    .using { fill: #e3f1ea; stroke: #2f7a55; stroke-width: 1.5; }
    .arrow { stroke: #52606d; stroke-width: 1.3; fill: none; }
    .head { fill: #52606d; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e4e7eb; }
      .inside { fill: #aab6c2; }
      .label { stroke: #0d1117; }
      .box { fill: #1b2229; stroke: #7b8794; }
      .using { fill: #1d3a2c; stroke: #62b58b; }
      .arrow { stroke: #aab6c2; }
      .head { fill: #aab6c2; }
    }
  </style>
  <defs>
    <marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path class="head" d="M0 0 L10 5 L0 10 z"/></marker>
  </defs>
${diagram.arrows.map(drawArrow).join('\n')}
${diagram.boxes.map(drawBox).join('\n')}
${words.join('\n')}
</svg>
`;
}
