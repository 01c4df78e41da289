/** Runs one of the scripts of this folder in a process of its own, where it may change namespaces and credentials. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CHILD_TIMEOUT_MS = 30_000;

/** What the script printed as JSON. Throws with its error output if it fails. */
export function runChild(script: string, ...args: readonly string[]): unknown {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const run = spawnSync(process.execPath, [path, ...args], { encoding: 'utf8', timeout: CHILD_TIMEOUT_MS });
  if (run.status !== 0) throw new Error(`${script} ended with ${run.status ?? run.signal}: ${run.stderr}`);
  return JSON.parse(run.stdout);
}
