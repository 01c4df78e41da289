/**
 * The changes of what a node keeps on its STATE, each as a whole: whenever the power goes, STATE says what it said before or what it says after.
 *
 *   config.yaml          what the node has accepted
 *   config.staged.yaml   what the next boot takes over
 *   modules.eft          what is installed (swap/installed-modules.ts)
 *   modules.eft.next     the same, once the swap that is under way is kept
 *
 * A file is written under another name, and takes its own by a rename when its content is on the disk: rename(2) is atomic. No change needs two of
 * them, for nothing could be done between two renames about a power cut there.
 */
import { modulesFile, preparedModulesFile, stagedFile, stateFile } from '../sources/state.ts';

export type StateChange =
  /** The node has accepted this; what was staged counts no more. */
  | { readonly type: 'accept'; readonly content: Uint8Array }
  /** The next boot is to take this over. */
  | { readonly type: 'stage'; readonly content: Uint8Array }
  /** The boot has taken over what was staged. */
  | { readonly type: 'promote' }
  /** What was staged cannot be taken over. */
  | { readonly type: 'discard' }
  /** What will be installed if the swap under way is kept: it is safe on the disk, and does not count. */
  | { readonly type: 'prepare-modules'; readonly content: Uint8Array }
  /** From now on what was prepared counts. */
  | { readonly type: 'commit-modules' }
  /** What was prepared will not count. */
  | { readonly type: 'abandon-modules' }
  /** This is installed. */
  | { readonly type: 'keep-modules'; readonly content: Uint8Array }
  /** Nothing is to be left. */
  | { readonly type: 'wipe' };

/** What is done in the folder that is STATE. Nothing but `sync` has to outlive a power cut by itself. */
export type StateFolder = {
  /** Writes a file anew. */
  readonly write: (name: string, content: Uint8Array) => void;
  readonly rename: (from: string, to: string) => void;
  /** Removes a file or a folder with all that is in it; nothing happens if it is not there. */
  readonly remove: (name: string) => void;
  readonly names: () => readonly string[];
  /** All that was done is on the disk when it returns. */
  readonly sync: () => void;
};

/** What mkfs.ext4 makes, and fsck wants. */
const keptNames: ReadonlySet<string> = new Set(['lost+found']);

/** Carries out a change. Errors: those of `folder`; STATE is then as before, or as after. */
export function changeState(folder: StateFolder, change: StateChange): void {
  switch (change.type) {
    case 'accept':
      // First, so that no boot takes an older one over after this.
      folder.remove(stagedFile);
      folder.sync();
      putInPlace(folder, stateFile, change.content);
      break;
    case 'stage':
      putInPlace(folder, stagedFile, change.content);
      break;
    case 'promote':
      folder.rename(stagedFile, stateFile);
      folder.sync();
      break;
    case 'discard':
      folder.remove(stagedFile);
      folder.sync();
      break;
    case 'prepare-modules':
      folder.write(preparedModulesFile, change.content);
      folder.sync();
      break;
    case 'commit-modules':
      folder.rename(preparedModulesFile, modulesFile);
      folder.sync();
      break;
    case 'abandon-modules':
      folder.remove(preparedModulesFile);
      folder.sync();
      break;
    case 'keep-modules':
      putInPlace(folder, modulesFile, change.content);
      break;
    case 'wipe': {
      folder.remove(stagedFile);
      folder.sync();
      folder.remove(stateFile);
      folder.sync();
      for (const name of folder.names()) if (!keptNames.has(name)) folder.remove(name);
      folder.sync();
      break;
    }
  }
}

function putInPlace(folder: StateFolder, name: string, content: Uint8Array): void {
  const temporary = `${name}.new`;
  folder.write(temporary, content);
  folder.sync();
  folder.rename(temporary, name);
  folder.sync();
}
