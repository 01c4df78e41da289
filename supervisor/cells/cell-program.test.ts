/** The program in one piece does what the sources do, and gets warm. */
import { afterEach, beforeAll, expect, it } from 'vitest';
import { bundleCellProgram } from '../../cli/toolchain/bundle-cell-program.ts';
import { CellBench } from '../../tests/cells/cell-bench.ts';
import { CellProgram } from './cell-program.ts';
import { threadTransport } from './thread-transport.ts';

const bench = new CellBench();
let source: string;
beforeAll(async () => {
  source = await bundleCellProgram();
});
afterEach(() => bench.close());

it('runs a module, and the next cell begins with the code of the first', async () => {
  const program = new CellProgram(source);
  const open = threadTransport(program);
  for (let round = 0; round < 2; round += 1) {
    const cell = await bench.start('modules/health', { open });
    bench.putModuleStatus('network', 'healthy');
    await bench.until(() => bench.entry('eft:resources/node-status', 'node')?.value['ready'] === true);
    expect(cell.counters.failures).toBe(0);
    if (round === 0) await bench.until(() => program.isWarm);
    await bench.close();
  }
});

it('tells what went wrong as the sources do', async () => {
  const open = threadTransport(new CellProgram(source));
  const cell = await bench.start('tests/components/hostile', { open });
  bench.putModuleStatus('order', 'healthy', 'timer name');
  await bench.until(() => cell.counters.failures > 0);
  expect(cell.lastError?.code).toBe('cell.timer-name');
});

it('is the same text whenever it is made', async () => {
  expect(await bundleCellProgram()).toBe(source);
});
