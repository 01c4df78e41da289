/**
 * Lets STATE say what the node has accepted, so that it counts at the next boot whatever that is booted with. A node that cannot keep it runs with it
 * all the same, and says so.
 */
import type { StateChange } from '../config/life-cycle/state-changes.ts';
import { modulesFile, preparedModulesFile, stagedFile, stateFile } from '../config/sources/state.ts';
import type { PhaseOutcome } from './phase.ts';

/** Changes what STATE says, as a whole or not at all: gives why it could not, a sentence, or undefined. */
export type ChangeState = (change: StateChange) => Promise<string | undefined>;

const messages: Readonly<Record<StateChange['type'], string>> = {
  accept: `${stateFile} is on STATE`,
  stage: `${stagedFile} is on STATE`,
  promote: `${stagedFile} is ${stateFile} now`,
  discard: `${stagedFile} is taken away`,
  'prepare-modules': `${preparedModulesFile} is on STATE`,
  'commit-modules': `${preparedModulesFile} is ${modulesFile} now`,
  'abandon-modules': `${preparedModulesFile} is taken away`,
  'keep-modules': `${modulesFile} is on STATE`,
  wipe: 'STATE is empty',
};

/** The phase `keep-config`. */
export async function keepOnState(change: StateChange, keep: ChangeState): Promise<PhaseOutcome<undefined>> {
  const failure = await keep(change);
  if (failure === undefined) return { value: undefined, message: messages[change.type] };
  return { value: undefined, missing: [`STATE is as it was: ${failure}`] };
}
