import { expect, it } from 'vitest';
import { bootChart } from './boot-chart.ts';
import { bootSvg } from './boot-svg.ts';

const node = {
  id: 'eft',
  title: 'Eft',
  about: 'a node',
  boot: {
    spans: [
      { name: 'drivers', by: 'kernel', begin: 0, end: 600e6 },
      { name: 'Node.js and program', by: 'node', begin: 600e6, end: 2_900e6 },
      { name: 'modules', by: 'phase', begin: 2_900e6, end: 4_000e6 },
      { name: 'network', by: 'module', begin: 2_900e6, end: 3_900e6 },
    ],
    steps: [{ module: 'network', text: 'eth0 <leased> & well', at: 3_800e6 }],
    total: 4_000e6,
  },
} as const;
const other = {
  id: 'floor',
  title: 'C program',
  about: 'switches the machine off',
  boot: {
    spans: [
      { name: 'drivers', by: 'kernel', begin: 0, end: 600e6 },
      { name: 'programs', by: 'system', begin: 600e6, end: 1_000e6 },
    ],
    steps: [],
    total: 1_000e6,
  },
} as const;

it('draws every stretch, and the others by their totals', () => {
  const svg = bootSvg(node, [other], 'a machine');
  for (const { name } of node.boot.spans) expect(svg).toContain(`>${name}</text>`);
  expect(svg).toContain('4.00 G instructions');
  expect(svg).toContain('a node is × 4.00');
  expect(svg).toContain('eth0 &lt;leased> &amp; well');
});

it('draws nothing outside the picture', () => {
  const svg = bootSvg(node, [other], 'a machine');
  const edges = [...svg.matchAll(/<rect class="\w+" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g)];
  expect(edges.length).toBeGreaterThan(6);
  for (const [, x, width] of edges) expect(Number(x) + Number(width)).toBeLessThanOrEqual(1_010.1);
});

it('draws bars on a terminal that end where they should, in no more columns than it has', () => {
  const lines = bootChart(node, [other], 90);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(90);
  const bar = (name: string): string | undefined => lines.find((line) => line.includes(name));
  expect(bar('modules')?.indexOf('█')).toBeGreaterThan(bar('Node.js')?.indexOf('█') ?? Number.NaN);
  expect(bar('C program')).toContain('a node is × 4.00');
});
