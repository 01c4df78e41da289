/** The world of the cells that are measured: the program in one piece, as on a node, and a store of their own. */
import type { Cell, CellModule, CellWorld } from '../../supervisor/cells/cell.ts';
import type { SentError } from '../../supervisor/cells/cell-messages.ts';
import { CellProgram } from '../../supervisor/cells/cell-program.ts';
import { threadTransport } from '../../supervisor/cells/thread-transport.ts';
import { CellBench } from '../../tests/cells/cell-bench.ts';

export class BenchWorld extends CellBench {
  readonly #program: CellProgram;
  readonly open: CellWorld['open'];

  /** `source` is what `bundleCellProgram` gives. */
  constructor(source: string) {
    super();
    this.#program = new CellProgram(source);
    this.open = threadTransport(this.#program);
  }

  /** A cell that is not started yet, with the program in one piece. */
  override add(module: CellModule, overrides: Partial<CellWorld> = {}): Cell {
    return super.add(module, { open: this.open, ...overrides });
  }

  /** Starts and stops cells of `module` until new ones begin with the engine's code for the program. */
  async warmUp(module: CellModule): Promise<void> {
    for (let round = 0; !this.#program.isWarm; round += 1) {
      if (round > 100) throw new Error('no cell has handed its code over');
      await this.startNow(module);
      await pause(20);
      await this.close();
    }
  }

  /** Starts `module`; resolves as soon as it has started, in the same turn of the loop. */
  async startNow(module: CellModule, overrides: Partial<CellWorld> = {}): Promise<Cell> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const events: CellWorld['events'] = {
      onState: ({ phase }) => {
        if (phase !== 'starting') resolve();
      },
      onLog: () => undefined,
      onFailure: (_, error) => reject(toError(error)),
    };
    const cell = this.add(module, { events, ...overrides });
    cell.start();
    await promise;
    return cell;
  }
}

function toError({ code, message }: SentError): Error {
  return new Error(`${code}: ${message}`);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Milliseconds since `begin`, which is of `process.hrtime.bigint()`. */
export function msSince(begin: bigint): number {
  return Number(process.hrtime.bigint() - begin) / 1e6;
}
