/**
 * A process with nothing in it but cells, for their memory to be told apart: takes `MemoryOrder` and gives bytes for each cell. Started
 * by cell-memory.ts.
 */
import { readFileSync } from 'node:fs';
import type { CellModule } from '../../supervisor/cells/cell.ts';
import { Component } from '../../supervisor/component/component.ts';
import { BenchWorld, pause } from './bench-world.ts';
import { cellsMeasured, type MemoryOrder } from './cell-memory.ts';

/** Events that each cell handles before it is weighed. */
const events = 50;

process.once('message', (order: MemoryOrder) => {
  void weigh(order).then((bytes) => process.send?.(bytes, () => process.exit(0)));
});

async function weigh({ source, component, manifest }: MemoryOrder): Promise<number> {
  const { modules } = Component.compile(component);
  const named = (name: string): CellModule => ({
    manifest: {
      ...manifest,
      name,
      outputs: manifest.outputs.map((output) => ({ ...output, mode: 'shared' })),
    },
    component,
    modules,
    digest: '',
  });
  const world = new BenchWorld(source);
  await world.warmUp(named('warm'));
  const before = await settledBytes();
  for (let index = 0; index < cellsMeasured; index += 1) await world.startNow(named(`cell-${index}`));
  // Events without an answer: all these cells could not write the same resource.
  for (let event = 0; event < events; event += 1) {
    world.putModuleStatus('other', 'healthy', `event ${event}`);
    await pause(10);
  }
  const after = await settledBytes();
  if (world.cells.some(({ counters }) => counters.events === 0 || counters.failures > 0))
    throw new Error('a cell that is weighed does not work');
  return (after - before) / cellsMeasured;
}

/** Pss of proc_pid_smaps(5), all mappings added up, when garbage is collected and threads that ended are gone. */
async function settledBytes(): Promise<number> {
  globalThis.gc?.();
  await pause(500);
  globalThis.gc?.();
  const found = /^Pss:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/smaps_rollup', 'utf8'));
  return Number(found?.[1] ?? Number.NaN) * 1024;
}
