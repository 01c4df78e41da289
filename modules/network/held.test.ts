/** The network module in a cell of its own, with a resource that somebody does not let go of. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, expect, it } from 'vitest';
import type { CellModule } from '../../supervisor/cells/cell.ts';
import { readManifestYaml } from '../../supervisor/manifest/manifest.ts';
import { CellBench, toCellModule } from '../../tests/cells/cell-bench.ts';
import { builtModuleComponent } from '../../tests/components/build.ts';
import { emptyConfig } from './simulated-node.ts';

const status = 'eft:resources/hostname-status';
const config = 'eft:resources/network-config';
const bench = new CellBench();
let module: CellModule;

beforeAll(async () => {
  const yaml = readFileSync(`${import.meta.dirname}/module.yaml`, 'utf8');
  module = toCellModule(await builtModuleComponent('network'), readManifestYaml(yaml, 'module.yaml'));
}, 240_000);
afterEach(() => bench.close());

it('that others hold is asked for again at a distance, and is put when they have let go', async () => {
  const cell = bench.add(module);
  cell.start();
  await bench.until(() => cell.phase === 'idle');
  const { store } = bench;
  const type = store.typeOf(config);
  store.join('config', { inputs: [], outputs: [{ kind: config, type, mode: 'exclusive' }] });
  store.join('reader', { inputs: [{ kind: status, type: store.typeOf(status) }], outputs: [] });
  const name = (hostName: string): void => {
    const value = { ...emptyConfig, hostName };
    const put = { effect: 'put', kind: config, id: 'machine', value } as const;
    expect(store.commit('config', store.revision, [put]).outcome).toBe('committed');
  };
  const shown = () => bench.entry(status, 'hostname');
  const reader = (effect: 'hold' | 'release'): void => {
    const effects = [{ effect, kind: status, id: 'hostname' }] as const;
    expect(store.commit('reader', store.revision, effects).outcome).toBe('committed');
  };
  name('first');
  await bench.until(() => shown()?.value['hostName'] === 'first');
  reader('hold');
  store.tearDown([{ kind: status, id: 'hostname' }]);
  name('second');
  // Enough in a row that it has to wait in between.
  await bench.until(() => cell.counters.conflicts >= 8);
  expect(cell.counters.waits).toBeGreaterThan(0);
  expect(shown()).toMatchObject({ metadata: { phase: 'tearing-down' }, value: { hostName: 'first' } });
  reader('release');
  await bench.until(() => shown()?.value['hostName'] === 'second');
  expect(shown()?.metadata.phase).toBe('running');
  expect(cell.counters.failures).toBe(0);
  const { conflicts } = cell.counters;
  name('third');
  await bench.until(() => shown()?.value['hostName'] === 'third');
  expect(cell.counters.conflicts - conflicts).toBeLessThan(3);
}, 60_000);
