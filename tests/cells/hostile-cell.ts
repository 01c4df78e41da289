/** The hostile module (tests/components/hostile) in a cell, beside a quiet cell that must not notice. */
import type { Carrier, Cell, CellModule, CellWorld } from '../../supervisor/cells/cell.ts';
import { CellBench, moduleIn } from './cell-bench.ts';

export const scrapKind = 'eft:hostile/scrap';
const quietFolder = 'modules/health';
const hostileFolder = 'tests/components/hostile';

/** What of the hostile module's manifest is changed. */
export type HostilePolicy = Partial<CellModule['manifest']['restart']> & {
  readonly eventMilliseconds?: number;
};

/** The hostile module, with its restart policy and its time limit changed. */
export async function hostileModule({
  eventMilliseconds,
  ...policy
}: HostilePolicy = {}): Promise<CellModule> {
  const module = await moduleIn(hostileFolder);
  const limits = {
    ...module.manifest.limits,
    ...(eventMilliseconds === undefined ? {} : { eventMilliseconds }),
  };
  const restart = { ...module.manifest.restart, ...policy };
  return { ...module, manifest: { ...module.manifest, limits, restart } };
}

/** Carries nothing out, and says so at once. */
export const readNothing: Carrier = () => Promise.resolve(new Uint8Array(0));

export class HostileBench extends CellBench {
  #quiet: Cell | undefined;
  #rounds = 0;

  get quiet(): Cell {
    if (this.#quiet === undefined) throw new Error('the quiet cell has not been started');
    return this.#quiet;
  }

  /** Starts the quiet cell, then the hostile one with an order. */
  async begin(order: string, module: CellModule, overrides: Partial<CellWorld> = {}): Promise<Cell> {
    this.#quiet = await this.start(quietFolder);
    const cell = this.add(module, { carriers: new Map([['eft:host/files', readNothing]]), ...overrides });
    this.putModuleStatus('order', 'healthy', order);
    cell.start();
    return cell;
  }

  /** One event of the quiet cell, and what it makes of it: resolves when that is in the store. */
  async askQuiet(): Promise<void> {
    this.#rounds += 1;
    const reason = `round ${this.#rounds}`;
    this.putModuleStatus('watched', 'degraded', reason);
    await this.until(
      () => JSON.stringify(this.unmet()) === JSON.stringify([{ name: 'module/watched', reason }]),
    );
  }

  /** What the quiet cell has in the store. */
  unmet(): unknown {
    return this.entry('eft:resources/node-status', 'node')?.value['unmet'];
  }

  override async close(): Promise<void> {
    await super.close();
    this.#quiet = undefined;
  }
}
