import { afterEach, describe, expect, it } from 'vitest';
import { CellBench } from '../../tests/cells/cell-bench.ts';

const bench = new CellBench();
afterEach(() => bench.close());

describe('a cell in a thread', () => {
  it('runs a real module from its inputs to its outputs', async () => {
    const { store } = bench;
    const cell = await bench.start('modules/health');
    bench.putModuleStatus('network', 'healthy');
    await bench.until(() => store.get('eft:resources/node-status', 'node')?.value['ready'] === true);
    bench.putModuleStatus('network', 'backing-off');
    await bench.until(() => store.get('eft:resources/node-status', 'node')?.value['ready'] === false);
    expect(store.get('eft:resources/node-status', 'node')?.value['unmet']).toEqual([
      { name: 'module/network', reason: 'ended, and waits for its next start' },
    ]);
    expect(bench.logs.map(({ message }) => message)).toEqual([
      'the node is ready',
      'the node is not ready any more: module/network: ended, and waits for its next start',
    ]);
    expect(cell.phase).toBe('idle');
    expect(cell.counters.failures).toBe(0);
  });
});
