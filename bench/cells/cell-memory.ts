/** What a cell adds to the memory of its process (proportional set size), in a fresh process with some cells and nothing else. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CellModule } from '../../supervisor/cells/cell.ts';
import type { Manifest } from '../../supervisor/manifest/manifest.ts';

export const cellsMeasured = 8;

export type MemoryOrder = {
  readonly source: string;
  readonly component: Uint8Array;
  readonly manifest: Manifest;
};

/** Bytes for each cell. */
export function measureMemory(source: string, { component, manifest }: CellModule): Promise<number> {
  const child = fork(fileURLToPath(new URL('./memory-process.ts', import.meta.url)), [], {
    serialization: 'advanced',
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.on('message', (bytes) => resolve(Number(bytes)));
    child.on('exit', (code) => reject(new Error(`the process with the cells ended with status ${code}`)));
    child.send({ source, component, manifest } satisfies MemoryOrder);
  });
}
