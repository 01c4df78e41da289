/** Leaks that are planted on purpose, round by round, so that a test can see the soak find them. */
import { openSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Store } from '../../supervisor/store/store.ts';

export const leaks = [
  'heap',
  'buffers',
  'descriptors',
  'threads',
  'timers',
  'store entries',
  'watches',
] as const;
export type Leak = (typeof leaks)[number];

/** Rounds for each of which there is one thread: it costs megabytes. */
const roundsPerThread = 16;
/** Bytes of heap, and of buffers, that each round loses. */
const leakedBytes = 256 * 1024;
const kind = 'eft:resources/module-status';

export class Planter {
  readonly #leaks: readonly Leak[];
  readonly #store: Store;
  readonly #kept: unknown[] = [];
  #planted = 0;

  constructor(leaks: readonly Leak[], store: Store) {
    this.#leaks = leaks;
    this.#store = store;
  }

  /** One more of each. */
  plant(): void {
    this.#planted += 1;
    for (const leak of this.#leaks) this.#plantOne(leak);
  }

  #plantOne(leak: Leak): void {
    switch (leak) {
      case 'heap':
        this.#kept.push(Array.from({ length: leakedBytes / 8 }, (_, index) => index));
        break;
      case 'buffers':
        this.#kept.push(new Uint8Array(leakedBytes));
        break;
      case 'descriptors':
        openSync('/dev/null', 'r');
        break;
      case 'threads':
        if (this.#planted % roundsPerThread !== 0) return;
        new Worker('setInterval(() => {}, 1000)', { eval: true }).unref();
        break;
      case 'timers':
        setTimeout(() => undefined, 2 ** 31 - 1);
        break;
      case 'store entries':
        this.#store.commit('supervisor', this.#store.revision, [
          {
            effect: 'put',
            kind,
            id: `leaked-${this.#planted}`,
            value: { state: 'healthy', version: '1.0.0', restarts: 0, message: '' },
          },
        ]);
        break;
      case 'watches':
        this.#store.watch([{ kind }], () => undefined);
        break;
    }
  }
}
