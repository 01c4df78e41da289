import { expect, it } from 'vitest';
import { formatLineChart } from './line-chart.ts';

const chart = { width: 4, height: 2, from: 0, to: 16, format: (value: number) => String(value) };

it('blocks are as high as their values, with the scale beside them', () => {
  expect(formatLineChart({ ...chart, values: [16, 8, 4, 0] })).toEqual(['16 ┤█', ' 0 ┴██▄▁']);
});

it('more values than columns are joined, and each column shows its largest', () => {
  expect(formatLineChart({ ...chart, values: [1, 16, 1, 1, 8, 1, 4, 1] })).toEqual(['16 ┤█', ' 0 ┴█▁█▄']);
});

it('a logarithmic scale gives each power the same room', () => {
  const values = [1, 10, 100];
  expect(formatLineChart({ ...chart, values, from: 1, to: 100, scale: 'logarithmic' })).toEqual([
    '100 ┤  █',
    '  1 ┴▁██',
  ]);
});
