/** A folder to be wrong in. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** Runs `run` with a new, empty folder as the current directory, so that relative paths in errors are the same everywhere. */
export function inTemporaryFolder(run: () => unknown): unknown {
  const folder = mkdtempSync(`${tmpdir()}/eft-`);
  const before = process.cwd();
  process.chdir(folder);
  try {
    return run();
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
}
