import { afterEach, describe, expect, it } from 'vitest';
import { CellBench, moduleIn } from '../../tests/cells/cell-bench.ts';
import { CellRoster, moduleStatusKind } from './cell-roster.ts';
import { declarationOf } from './load-module.ts';
import { processTransport } from './process-transport.ts';

const bench = new CellBench();
let roster: CellRoster | undefined;

afterEach(async () => {
  await roster?.stopAll();
  roster = undefined;
  await bench.close();
});

/** A roster whose supervisor may write module-status, in the type that the health module was built with. */
async function newRoster(overrides: Parameters<CellBench['world']>[0] = {}): Promise<CellRoster> {
  const module = await moduleIn('modules/health');
  bench.store.join('elsewhere', { ...declarationOf(module), outputs: [] });
  bench.join('supervisor');
  roster = new CellRoster(bench.world(overrides));
  return roster;
}

describe.each(['thread', 'process'] as const)('a node of one module, in a %s', (isolation) => {
  it('says how the module is, and the module says how the node is', async () => {
    const cells = await newRoster(isolation === 'process' ? { open: processTransport() } : {});
    const cell = cells.start(await moduleIn('modules/health'));
    await bench.until(() => bench.entry('eft:resources/node-status', 'node')?.value['ready'] === true);
    expect(bench.entry(moduleStatusKind, 'health')?.value).toEqual({
      state: 'healthy',
      version: '0.1.0',
      restarts: 0,
      message: '',
    });
    expect(cell.phase).toBe('idle');
  });

  it('takes down what a removed module owns', async () => {
    const cells = await newRoster(isolation === 'process' ? { open: processTransport() } : {});
    cells.start(await moduleIn('modules/health'));
    await bench.until(() => bench.entry('eft:resources/node-status', 'node') !== undefined);
    await cells.remove('health');
    expect(bench.entry('eft:resources/node-status', 'node')).toBeUndefined();
    expect(bench.entry(moduleStatusKind, 'health')).toBeUndefined();
  });
});

it('a name can run only once', async () => {
  const cells = await newRoster();
  const module = await moduleIn('modules/health');
  cells.start(module);
  expect(() => cells.start(module)).toThrow('a module named health runs already');
});
