import { expect, it } from 'vitest';
import { formatInstructions, medianBoot, readBoot, readNodeBoot } from './boot-phases.ts';

const kernel = [
  { line: 'Freeing SMP alternatives memory: 36K', instructions: 144e6 },
  { line: 'device-mapper: verity: sha256 using shash "sha256-avx2"', instructions: 576e6 },
  { line: 'Run /sbin/init as init process', instructions: 594e6 },
];
const node = [
  ...kernel,
  { line: 'eft: ✓ file-systems        4.0 ms  9 mounted', instructions: 2_880e6 },
  { line: 'eft: ~ modules          1161.9 ms  health 0.1.0; without network', instructions: 4_221e6 },
  { line: 'eft: network info: eth0: 10.0.2.15/24 leased from 10.0.2.2', instructions: 5_069e6 },
  { line: 'eft: health info: the node is ready', instructions: 5_477e6 },
  { line: 'eft: ✓ ready            1252.3 ms', instructions: 5_478e6 },
  { line: 'eft: READY after 2.623 s', instructions: 5_479e6 },
];

it('splits a boot into the kernel and what comes after it', () => {
  const boot = readBoot([...kernel, { line: 'bench: ready', instructions: 600e6 }]);
  expect(boot.total).toBe(600e6);
  expect(boot.spans.map(({ begin, end }) => [begin, end])).toEqual([
    [0, 144e6],
    [144e6, 576e6],
    [576e6, 594e6],
    [594e6, 600e6],
  ]);
});

it('splits the boot of a node by its phases, without a gap', () => {
  const boot = readNodeBoot(node);
  expect(boot.total).toBe(5_479e6);
  const inOrder = boot.spans.filter(({ by }) => by !== 'module');
  expect(inOrder.map(({ name }) => name).slice(3)).toEqual([
    'Node.js and program',
    'file-systems',
    'modules',
    'ready',
  ]);
  inOrder.reduce((end, span) => {
    expect(span.begin).toBe(end);
    return span.end;
  }, 0);
});

it('takes the start of Node.js to end when the first phase began', () => {
  const start = readNodeBoot(node).spans.find(({ by }) => by === 'node');
  expect(start).toEqual({ name: 'Node.js and program', by: 'node', begin: 594e6, end: 2_876e6 });
});

it('gives each module a span from when modules are started to its last word', () => {
  const { spans, steps } = readNodeBoot(node);
  expect(steps.map(({ module }) => module)).toEqual(['network', 'health']);
  expect(spans.filter(({ by }) => by === 'module')).toEqual([
    { name: 'health', by: 'module', begin: 2_880e6, end: 5_477e6 },
    { name: 'network', by: 'module', begin: 2_880e6, end: 5_069e6 },
  ]);
});

it('refuses a boot in which the kernel never came to PID 1', () => {
  expect(() => readBoot(kernel.slice(0, 2))).toThrow('Run');
});

it('takes the one in the middle, the lower one of two', () => {
  const boot = (total: number) => ({ spans: [], steps: [], total });
  expect(medianBoot([boot(3), boot(1), boot(2)]).total).toBe(2);
  expect(medianBoot([boot(3), boot(1)]).total).toBe(1);
});

it('writes counts with three figures', () => {
  expect([5.444e9, 594.57e6, 4.01e6].map(formatInstructions)).toEqual(['5.44 G', '595 M', '4.0 M']);
});
