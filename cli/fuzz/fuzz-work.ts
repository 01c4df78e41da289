/** What a thread of a campaign does: it has the module twice, with counters, and with counters and comparisons, and follows orders. */
import { confirmFinding } from './confirm-finding.ts';
import { Executor } from './execute.ts';
import type { FuzzAnswer, FuzzGiven, FuzzOrder } from './fuzz-orders.ts';
import { Lanes } from './lane.ts';
import { openFuzzModule } from './open-module.ts';
import { Reached } from './reached.ts';
import { reduceCorpus } from './reduce-corpus.ts';
import { instrumentModule, Target } from './target.ts';

export class FuzzWork {
  readonly #executor: Executor;
  readonly #lanes: Lanes;

  /** Errors: as `openFuzzModule` and `instrumentModule`. */
  constructor({ component, file }: FuzzGiven) {
    const module = openFuzzModule(component, file);
    this.#executor = new Executor(new Target(instrumentModule(module, false)));
    const comparing = new Executor(new Target(instrumentModule(module, true)));
    this.#lanes = new Lanes(this.#executor, comparing, new Reached(this.#executor.target.counters.length));
  }

  /** Counters that the module has. */
  get sites(): number {
    return this.#executor.target.instrumented.instrumented.sites.length;
  }

  /** Undefined for an order that is not answered. */
  follow(order: FuzzOrder): FuzzAnswer | undefined {
    switch (order.order) {
      case 'adopt':
        this.#lanes.adopt(order.discoveries, order.keys);
        return undefined;
      case 'lane':
        return { answer: 'lane', result: this.#lanes.run(order.lane) };
      case 'reduce':
        return { answer: 'reduced', reduced: reduceCorpus(this.#executor, order.inputs) };
      case 'confirm':
        return { answer: 'confirmed', confirmed: confirmFinding(this.#executor, order.input) };
    }
  }
}
