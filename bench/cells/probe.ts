/**
 * Events for a cell with the module in `bench/components/relay`, and when they are answered. An event is a change of a resource in the
 * store; its answer is the module's write, committed. The answer says what it has seen, so joined events are all answered by one.
 */
import type { Store } from '../../supervisor/store/store.ts';
import type { Watch } from '../../supervisor/store/watch.ts';

const asked = 'eft:resources/module-status';
const answered = 'eft:resources/node-status';

export class Probe {
  readonly #store: Store;
  readonly #watch: Watch;
  readonly #onAnswer: (count: number) => void;
  #count = 0;

  /** `supervisor` must have joined the store as the writer of `module-status`. `onAnswer` is told the last count that was seen. */
  constructor(store: Store, onAnswer: (count: number) => void) {
    this.#store = store;
    this.#onAnswer = onAnswer;
    this.#watch = store.watch([{ kind: answered }], () => this.#look());
    this.#watch.take();
  }

  /** One event. Gives its count. */
  ask(): number {
    this.#count += 1;
    const value = { state: 'healthy', version: '1.0.0', restarts: 0, message: String(this.#count) };
    const effects = [{ effect: 'put', kind: asked, id: 'probe', value }] as const;
    const { outcome } = this.#store.commit('supervisor', this.#store.revision, effects);
    if (outcome !== 'committed') throw new Error(`the store says ${outcome}`);
    return this.#count;
  }

  close(): void {
    this.#watch.close();
  }

  #look(): void {
    this.#watch.take();
    const unmet = this.#store.get(answered, 'node')?.value['unmet'];
    const first: unknown = Array.isArray(unmet) ? unmet[0] : undefined;
    if (typeof first === 'object' && first !== null && 'reason' in first)
      this.#onAnswer(Number(first.reason));
  }
}
