/**
 * The attacks as a picture: a strip for each, all over the same time, with the quiet cell's latency on a logarithmic scale and the
 * attacker's lives as bands. It follows the reader's colour scheme.
 */
import { formatMs } from './attack-chart.ts';
import { eventLimitMs } from './attacks.ts';
import type { AttackResult } from './neighbour.ts';
import { type AttackRun, beforeMs, windowMs } from './run-attack.ts';

const plot = { left: 262, right: 794, top: 96, strip: 42, gap: 8 } as const;
const width = 1120;
/** Milliseconds before the attack that are drawn. */
const shownBeforeMs = Math.min(500, beforeMs);
const binMs = 10;
const scale = { lowestMs: 0.03, highestMs: 300 } as const;
const gridMs = [0.1, 1, 10, 100] as const;
const tickMs = [-500, 0, 500, 1_000, 1_500, 2_000, 2_500] as const;

const style = `
    text { font: 13px system-ui, sans-serif; fill: #1f2933; }
    .title { font-weight: 600; font-size: 17px; }
    .name { font-weight: 600; }
    .number { font-weight: 600; }
    .small { font-size: 11.5px; fill: #52606d; }
    .tiny { font-size: 9px; fill: #7b8794; }
    .strip { fill: #f4f6f8; }
    .grid { stroke: #d5dbe1; stroke-width: 1; }
    .begin { stroke: #52606d; stroke-width: 1; stroke-dasharray: 3 2; }
    .life { fill: #e4572e; fill-opacity: 0.2; }
    .cut { stroke: #c63d17; stroke-width: 1.5; }
    .held { stroke: #b7791f; stroke-width: 1.5; stroke-dasharray: 4 2; }
    .latency { stroke: #1769aa; stroke-width: 1.7; fill: none; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e4e7eb; }
      .small { fill: #aab6c2; }
      .tiny { fill: #8694a3; }
      .strip { fill: #1b2229; }
      .grid { stroke: #323d48; }
      .begin { stroke: #aab6c2; }
      .life { fill: #ff7a52; fill-opacity: 0.26; }
      .cut { stroke: #ff8f6b; }
      .held { stroke: #e5b45a; }
      .latency { stroke: #6fb7ee; }
    }`;

/** The picture, as SVG. `machine` is one line about where it was measured. */
export function attackSvg(results: readonly AttackResult[], machine: string): string {
  const bottom = plot.top + results.length * (plot.strip + plot.gap);
  const height = bottom + 66;
  const ticks = tickMs.map(
    (ms) =>
      `<text class="small" x="${round(xOf(ms))}" y="${bottom + 12}" text-anchor="middle">${ms / 1000}</text>`,
  );
  const middle = (plot.left + plot.right) / 2;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
  <title id="title">A quiet cell while another one attacks</title>
  <desc id="description">For each of ${results.length} attacks: the latency of a quiet cell's events before and during it, when the attacker was alive, and when and by what it was contained.</desc>
  <style>${style}
  </style>
  <text class="title" x="20" y="32">A quiet cell while another one attacks</text>
  <path class="latency" d="M20 51H38"/><text class="small" x="44" y="55">latency of the quiet cell's events (ms, logarithmic; shortest to longest of each ${binMs} ms)</text>
  <rect class="life" x="20" y="64" width="18" height="12"/><text class="small" x="44" y="74">the attacker lives</text>
  <path class="cut" d="M168 62V78"/><text class="small" x="176" y="74">it is cut out</text>
  <path class="held" d="M274 62V78"/><text class="small" x="282" y="74">it is held back</text>
  <text class="small" x="${plot.right + 20}" y="74">contained after · by · p99 before → during</text>
${results.map((result, index) => strip(result, plot.top + index * (plot.strip + plot.gap))).join('\n')}
  ${ticks.join('')}
  <text class="small" x="${middle}" y="${bottom + 30}" text-anchor="middle">seconds from the beginning of the attack</text>
  <text class="small" x="20" y="${height - 10}">Events come every 2 ms from outside. An event may take ${eventLimitMs} ms; after four failures the attacker stays down. ${escapeXml(machine)}</text>
</svg>
`;
}

function strip({ attack, run, p99BeforeMs, p99DuringMs }: AttackResult, top: number): string {
  const bottom = top + plot.strip;
  const y = (ms: number) => round(yOf(ms, top));
  const grid = gridMs.map((ms) => `M${plot.left} ${y(ms)}H${plot.right}`).join('');
  const labels = gridMs.map(
    (ms) => `<text class="tiny" x="${plot.left - 5}" y="${y(ms) + 3}" text-anchor="end">${ms}</text>`,
  );
  const bands = run.lives
    .filter(({ beginMs }) => beginMs < windowMs)
    .map(({ beginMs, endMs }) => {
      const from = xOf(beginMs);
      const to = xOf(Math.min(endMs ?? windowMs, windowMs));
      const cut =
        endMs === undefined || endMs > windowMs
          ? ''
          : `<path class="cut" d="M${round(to)} ${top}V${bottom}"/>`;
      return `<rect class="life" x="${round(from)}" y="${top}" width="${round(Math.max(0.5, to - from))}" height="${plot.strip}"/>${cut}`;
    });
  const held =
    attack.held === undefined || run.containedMs > windowMs
      ? ''
      : `<path class="held" d="M${round(xOf(run.containedMs))} ${top}V${bottom}"/>`;
  const x = plot.right + 20;
  const percentiles = `p99 ${p99BeforeMs.toFixed(2)} → ${p99DuringMs.toFixed(2)} ms`;
  return `  <g>
    <text class="name" x="20" y="${top + 26}">${escapeXml(attack.title)}</text>
    <rect class="strip" x="${plot.left}" y="${top}" width="${plot.right - plot.left}" height="${plot.strip}"/>
    <path class="grid" d="${grid}"/>${labels.join('')}
    ${bands.join('')}${held}
    <path class="begin" d="M${round(xOf(0))} ${top}V${bottom}"/>
    <path class="latency" d="${envelope(run, top)}"/>
    <text x="${x}" y="${top + 17}"><tspan class="name">${formatMs(run.containedMs)}</tspan> · ${escapeXml(run.containedBy)}</text>
    <text class="small" x="${x}" y="${top + 34}">${percentiles}</text>
  </g>`;
}

/** A bar from the shortest to the longest latency of each bin. */
function envelope({ samples }: AttackRun, top: number): string {
  const bins = new Map<number, { shortest: number; longest: number }>();
  for (const { atMs, latencyMs } of samples) {
    if (atMs < -shownBeforeMs || atMs >= windowMs) continue;
    const bin = Math.floor(atMs / binMs);
    const known = bins.get(bin) ?? { shortest: latencyMs, longest: latencyMs };
    bins.set(bin, {
      shortest: Math.min(known.shortest, latencyMs),
      longest: Math.max(known.longest, latencyMs),
    });
  }
  return [...bins]
    .map(([bin, { shortest, longest }]) => {
      const low = yOf(shortest, top) + 0.6;
      return `M${round(xOf((bin + 0.5) * binMs))} ${round(low)}V${round(Math.min(low - 1.2, yOf(longest, top)))}`;
    })
    .join('');
}

function xOf(ms: number): number {
  return plot.left + ((ms + shownBeforeMs) / (windowMs + shownBeforeMs)) * (plot.right - plot.left);
}

function yOf(ms: number, top: number): number {
  const share = Math.log(ms / scale.lowestMs) / Math.log(scale.highestMs / scale.lowestMs);
  return top + plot.strip * (1 - Math.min(1, Math.max(0, share)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
