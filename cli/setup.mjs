// Makes a fresh clone ready: installs the npm packages that package-lock.json pins, when they are not there yet.
// Written for the Node 20 that the machine has; everything after it runs under the pinned Node 26.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = `${root}node_modules/.eft-setup`;
const wanted = createHash('sha256')
  .update(readFileSync(`${root}package-lock.json`))
  .digest('hex');
const have = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';

if (have !== wanted) {
  console.error('setup: installing the npm packages pinned in package-lock.json (once)');
  const run = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (run.status !== 0) {
    console.error('setup: `npm ci` failed; its message is above');
    process.exit(run.status ?? 1);
  }
  writeFileSync(stamp, wanted);
}
