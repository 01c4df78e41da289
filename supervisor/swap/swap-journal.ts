/**
 * What a swap writes down, so that a reboot at any moment comes up with exactly the old modules or exactly the new ones. The swap knows
 * when; where and how is the journal's.
 */
import type { CellModule } from '../cells/cell-world.ts';

export type SwapJournal = {
  /** Has the bytes of `candidates` safe on disk, and the next boot still start what runs now. Called before anything that runs is touched. */
  readonly prepare: (candidates: readonly CellModule[]) => Promise<void>;
  /** From now on the next boot starts the candidates, all of them. When it resolves, that holds whatever happens to the power. */
  readonly commit: () => Promise<void>;
  /**
   * The candidates are given up, also after a commit, whether it resolved or not: the next boot starts what ran before. Does nothing if nothing was
   * prepared, and must not reject.
   */
  readonly abandon: () => Promise<void>;
};
