/**
 * Lays the root file system out in a folder, entry by entry of the list, and makes a squashfs of it. Names, order, owners, modes and times are
 * fixed; nothing of the machine that builds gets in.
 */
import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { ContentEntry, FileOrigin } from './contents.ts';
import { runTool } from './run-tool.ts';

/** Bytes of a squashfs block: larger ones compress better, smaller ones are read faster. See docs/decisions/009. */
const blockBytes = 1024 * 1024;
/** zstd's: 19 is slow to make and as fast to read as any. */
export const defaultCompressionLevel = 19;

/** Where the files of an image are on the machine that builds it. */
export type FindFile = (origin: FileOrigin, path: string) => string;

/** Lays out `entries` below `folder`, which is empty. Errors: those of the file system. */
export function layOut(entries: readonly ContentEntry[], folder: string, find: FindFile): void {
  for (const entry of entries) if (entry.kind === 'directory') makeDirectory(folder, entry.path);
  for (const entry of entries) {
    const path = join(folder, entry.path);
    switch (entry.kind) {
      case 'directory':
        break;
      case 'link':
        symlinkSync(entry.target, path);
        break;
      case 'file':
        copyFileSync(find(entry.origin, entry.path), path);
        chmodSync(path, entry.mode);
        break;
    }
  }
}

/** Makes a directory and those above it, all of mode 0755 whatever the umask says. */
function makeDirectory(root: string, path: string): void {
  let at = root;
  for (const part of path.split('/')) {
    at = join(at, part);
    mkdirSync(at, { recursive: true });
    chmodSync(at, 0o755);
  }
}

/** The squashfs of a folder (Documentation/filesystems/squashfs.rst in the kernel). Errors: `image.tool`. */
export function makeSquashfs(
  folder: string,
  target: string,
  compressionLevel = defaultCompressionLevel,
): Uint8Array {
  const options = [
    ['-noappend', '-no-progress', '-quiet', '-no-xattrs', '-no-exports', '-all-root'],
    ['-mkfs-time', '0', '-all-time', '0', '-reproducible'],
    ['-b', String(blockBytes), '-comp', 'zstd', '-Xcompression-level', String(compressionLevel)],
  ].flat();
  runTool('/', 'mksquashfs', [folder, target, ...options]);
  return readFileSync(target);
}
