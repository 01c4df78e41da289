// Brings Debian packages onto this machine, from its own release, and says so first. Written for the Node 20 that the machine has: setup uses it
// before the pinned Node is there. What images and kernels are made of does not come this way (debian-packages.ts).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * Installs those of `packages` whose file is not there: `{ name, file, purpose }`, where `file` is one that the package brings.
 * Returns why that cannot be, as a sentence, or undefined when all are there. `tell` is given each line for people.
 */
export function ensureDebianPackages(packages, tell) {
  const missing = packages.filter(({ file }) => !existsSync(file));
  if (missing.length === 0) return undefined;
  for (const { name, purpose } of missing) tell(`the Debian package ${name} is missing (${purpose})`);
  const names = missing.map(({ name }) => name);
  if (process.getuid() !== 0) return `run as root: apt-get install ${names.join(' ')}`;
  tell(`installing ${names.join(', ')} with apt-get`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Another apt-get may be at work: wait for it.
  const install = [
    'install',
    '-y',
    '-o',
    'DPkg::Lock::Timeout=600',
    '--no-install-recommends',
    '-q',
    ...names,
  ];
  for (const parameters of [['update', '-q'], install]) {
    const run = spawnSync('apt-get', parameters, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: environment,
    });
    if (run.status !== 0) return `\`apt-get ${parameters.join(' ')}\` failed; its message is above`;
  }
  return undefined;
}
