/** What a node is made of when it runs from the image: one executable, which holds the programs of its threads as assets. */
import { getAsset } from 'node:sea';
import { filesName } from './capabilities/files.ts';
import { CellProgram } from './cells/cell-program.ts';
import { processTransport } from './cells/process-transport.ts';
import { threadTransport } from './cells/thread-transport.ts';
import { transportByIsolation } from './cells/transport.ts';
import type { Parts } from './init.ts';
import { carryFiles } from './io/carry-files.ts';
import { IoPool } from './io/io-pool.ts';
import { ioProcesses } from './io/io-transport.ts';
import { networkCarriers } from './network/network-carriers.ts';
import { imageLayout } from './phases/start-modules.ts';

/** The names of the assets, the programs of threads; image/ puts them there. */
export const cellProgramAsset = 'cell-program';
export const configProgramAsset = 'config-program';

/** Errors: those of `getAsset` if the executable was built without the program. */
export function imageParts(): Parts {
  const pool = new IoPool({ open: ioProcesses('io') });
  return {
    layout: imageLayout,
    records: '/run/eft/records',
    configProgram: new CellProgram(getAsset(configProgramAsset, 'utf8')),
    diskProgram: 'config-disks',
    fetchProgram: 'config-fetch',
    gatewayProgram: 'gateway',
    open: transportByIsolation({
      thread: threadTransport(new CellProgram(getAsset(cellProgramAsset, 'utf8'))),
      process: processTransport({ program: 'cell' }),
    }),
    carriers: new Map([[filesName, carryFiles(pool)], ...networkCarriers()]),
    close: () => pool.close(),
  };
}
