import { afterEach, describe, expect, it } from 'vitest';
import { CellBench, moduleIn } from '../../tests/cells/cell-bench.ts';
import type { CellModule } from './cell.ts';
import { CellRoster, moduleStatusKind } from './cell-roster.ts';
import { declarationOf } from './load-module.ts';
import { processTransport } from './process-transport.ts';
import { threadTransport } from './thread-transport.ts';

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

describe('the status of a module', () => {
  it('that somebody holds does not keep the module from being started again, and is written when it is let go', async () => {
    const lines: string[] = [];
    const { events } = bench.world();
    const cells = await newRoster({
      events: { ...events, onLog: (_, { fields }) => lines.push(fields.map(({ value }) => value).join()) },
    });
    const module = await moduleIn('modules/health');
    const first = cells.start(module);
    await bench.until(() => first.phase === 'idle');
    const reader = (effect: 'hold' | 'release'): void => {
      const effects = [{ effect, kind: moduleStatusKind, id: 'health' }] as const;
      expect(bench.store.commit('elsewhere', bench.store.revision, effects).outcome).toBe('committed');
    };
    reader('hold');
    await cells.remove('health');
    expect(bench.entry(moduleStatusKind, 'health')?.metadata.phase).toBe('tearing-down');
    const again = cells.start(module);
    await bench.until(() => again.phase === 'idle');
    expect(bench.entry('eft:resources/node-status', 'node')).toBeDefined();
    expect(lines.filter((line) => line.includes('held by elsewhere')).length).toBe(1);
    expect(cells.unwritten.waiting).toBe(1);
    expect(cells.unwritten.failures).toBeGreaterThan(0);
    reader('release');
    await bench.until(() => bench.entry(moduleStatusKind, 'health')?.value['state'] === 'healthy');
    expect(cells.unwritten.waiting).toBe(0);
  });
});

describe('several modules at once', () => {
  /** The health module under another name, which wants the same exclusive output. */
  async function rival(): Promise<CellModule> {
    const module = await moduleIn('modules/health');
    return { ...module, manifest: { ...module.manifest, name: 'rival' } };
  }

  it('all start', async () => {
    const cells = await newRoster();
    cells.startAll([await moduleIn('modules/health'), await moduleIn('tests/components/tree')]);
    expect([...cells.cells.keys()]).toEqual(['health', 'tree']);
  });

  it('do not start at all when one of them cannot', async () => {
    const cells = await newRoster();
    const [health, tree] = [await moduleIn('modules/health'), await moduleIn('tests/components/tree')];
    const other = await rival();
    expect(() => cells.startAll([tree, health, other])).toThrow('writes it already');
    expect(() => cells.startAll([tree, health, tree])).toThrow('a module named tree runs already');
    expect(cells.cells.size).toBe(0);
    expect(bench.store.report().revision).toBe(0);
    // Nothing is left of the try: what it would have written is free.
    cells.start(other);
    expect([...cells.cells.keys()]).toEqual(['rival']);
  });

  it('run without one whose thread cannot be opened, which tries again', async () => {
    const open = threadTransport();
    let refusals = 1;
    const cells = await newRoster({
      open: (manifest, events) => {
        if (manifest.name === 'health' && refusals > 0) {
          refusals -= 1;
          throw new Error('there is no room for another thread');
        }
        return open(manifest, events);
      },
    });
    const [, health] = cells.startAll([
      await moduleIn('tests/components/tree'),
      await moduleIn('modules/health'),
    ]);
    await bench.until(() => health?.counters.starts === 2 && health.phase === 'idle');
    expect(health?.counters).toMatchObject({ starts: 2, failures: 1 });
    expect([...cells.cells.keys()]).toEqual(['tree', 'health']);
  });
});
