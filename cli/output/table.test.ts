import { expect, test } from 'vitest';
import { formatBars, formatBytes } from './bar-chart.ts';
import { formatTable } from './table.ts';

test('columns are as wide as their widest cell, and colour takes no room', () => {
  const rows = [
    ['\u001b[36mnetwork\u001b[39m', '7'],
    ['pki', '12'],
  ];
  expect(formatTable([{ title: 'NAME' }, { title: 'N', align: 'right' }], rows)).toEqual([
    'NAME      N',
    '\u001b[36mnetwork\u001b[39m   7',
    'pki      12',
  ]);
});

test('a table without rows is its titles', () => {
  expect(formatTable([{ title: 'KEY' }, { title: 'MODULES' }], [])).toEqual(['KEY  MODULES']);
});

test('sizes have three figures', () => {
  expect([0, 1023, 1024, 12_700, 1_048_575, 1_572_864].map(formatBytes)).toEqual([
    '0 B',
    '1023 B',
    '1.00 KiB',
    '12.4 KiB',
    '1024 KiB',
    '1.50 MiB',
  ]);
});

test('the longest bar is as wide as the chart, the others are in proportion', () => {
  const bars = [
    { label: 'code', bytes: 300 },
    { label: 'rest', bytes: 100 },
  ];
  expect(formatBars(bars, 9)).toEqual(['code      300 B   75 %  █████████', 'rest      100 B   25 %  ███']);
  expect(formatBars([{ label: 'code', bytes: 0 }], 9)).toEqual(['code        0 B    0 %']);
});
