/**
 * Keeps on STATE what the node has accepted, so that it counts at the next boot whatever that is booted with. A node that cannot keep it runs with it
 * all the same, and says so.
 */
import { keepConfigurationIn } from '../config/disks/config-disks.ts';
import type { FoundConfig } from '../config/sources/source.ts';
import { stateFile } from '../config/sources/state.ts';
import type { PhaseOutcome } from './phase.ts';

/** Writes a configuration onto STATE: gives why it could not, a sentence, or undefined. */
export type KeepConfiguration = (content: Uint8Array) => Promise<string | undefined>;

export async function keepAccepted(
  { bytes }: FoundConfig,
  keep: KeepConfiguration,
): Promise<PhaseOutcome<undefined>> {
  const failure = await keep(bytes);
  if (failure === undefined) return { value: undefined, message: `${stateFile} is on STATE` };
  return { value: undefined, missing: [`STATE does not have it: ${failure}`] };
}

/** Keeps it in a folder. */
export function keepInFolder(path: string): KeepConfiguration {
  return async (content) => {
    try {
      keepConfigurationIn(path, content);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
}
