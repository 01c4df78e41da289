/** STATE and files handed in as sources: the configuration is one file. */
import type { FoundConfig } from './source.ts';

/** The file on STATE, from its root; the name that the reference system uses. */
export const stateFile = 'config.yaml';

/** What the next boot takes over, if it is sound. */
export const stagedFile = 'config.staged.yaml';

/** What is installed on the node, and what will be if the swap under way is kept. */
export const modulesFile = 'modules.eft';
export const preparedModulesFile = 'modules.eft.next';
/** Bytes that it may have: those of all module files, and of what is said about them. */
export const modulesFileLimit = (6 * 1024 + 128) * 1024;

/** The label of the file system that is STATE, of ext4; the name of the reference system's partition. */
export const stateLabel = 'STATE';

/** The configuration that the node has accepted before. An empty file is none: a crash while it was written left it. */
export function configOfState(bytes: Uint8Array | undefined): FoundConfig | undefined {
  if (bytes === undefined || bytes.length === 0) return undefined;
  return { source: 'state', file: stateFile, bytes };
}

/** The configuration that waits on STATE for this boot. */
export function configStaged(bytes: Uint8Array | undefined): FoundConfig | undefined {
  if (bytes === undefined || bytes.length === 0) return undefined;
  return { source: 'staged', file: stagedFile, bytes };
}

/** The file that was given to `eft up`. */
export function configHandedIn(bytes: Uint8Array | undefined, file: string): FoundConfig | undefined {
  return bytes === undefined ? undefined : { source: 'handed-in', file, bytes };
}
