/** Generated files on disk: what differs from what should be there, and how to set it right. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeOutput } from '../files.ts';

/** How a folder of generated files differs from what it should hold, by paths from the folder. */
export type FileChanges = {
  /** Not there, or with another text. */
  readonly outdated: readonly string[];
  /** There, but not generated any more. */
  readonly stale: readonly string[];
};

/** Compares `folder` with `files`, the texts that it should hold, and nothing but them. */
export function compareFiles(folder: string, files: ReadonlyMap<string, string>): FileChanges {
  const outdated = [...files]
    .filter(([path, text]) => textOf(join(folder, path)) !== text)
    .map(([path]) => path);
  const present = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
  const stale = present
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !files.has(path));
  return { outdated: outdated.sort(), stale: stale.sort() };
}

/** Makes `folder` hold `files`; what is right already is not touched. Errors: `file.unwritable`. */
export function writeChanges(folder: string, files: ReadonlyMap<string, string>, changes: FileChanges): void {
  for (const path of changes.outdated) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeOutput(join(folder, path), files.get(path) ?? '');
  }
  for (const path of changes.stale) rmSync(join(folder, path));
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
