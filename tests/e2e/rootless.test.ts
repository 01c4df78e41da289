/** Local nodes of a user who is not root, as the user `nobody` has them: where the machine lets users make user namespaces. */
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { partsFolder } from '../../image/built-parts.ts';
import { builtImage, imageBuildLimitMs } from '../image/built-image.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const nobody = 65_534;
const asNobody = [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--'];
const canRead = (...command: readonly string[]): boolean =>
  spawnSync('setpriv', [...asNobody, ...command], { cwd: '/', stdio: 'ignore' }).status === 0;
const isRoot = process.getuid?.() === 0;
const isRun =
  isRoot &&
  canRead('test', '-r', join(root, 'cli/main.ts'), '-a', '-x', process.execPath) &&
  canRead('unshare', '--user', '--map-root-user', '--net', '--mount', '--', 'true');
if (!isRun)
  console.log(
    'nodes without root are not tested: nobody may not read this checkout, or make user namespaces',
  );

let home = '';
let image = '';

/** Runs `eft` as nobody; before it, `command` may change what the process may do. */
function eft(
  parameters: readonly string[],
  command: readonly string[] = [],
  cluster: readonly string[] = ['--name', 'lab'],
) {
  const program = [process.execPath, join(root, 'cli/main.ts'), ...parameters, ...cluster];
  const { status, stdout, stderr } = spawnSync('setpriv', [...asNobody, ...command, ...program], {
    cwd: home,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', HOME: home, EFT_HOME: join(home, 'eft'), NO_COLOR: '1' },
  });
  return { status, out: stdout, err: stderr };
}

/** Processes that the clusters below `home` have. */
function processes(): readonly string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return /^\d+$/.test(pid) && line.includes(join(home, 'eft')) ? [line] : [];
    } catch {
      return [];
    }
  });
}

describe.skipIf(!isRun)('a local node without root', () => {
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'eft-rootless-'));
    chownSync(home, nobody, nobody);
    chmodSync(home, 0o755);
    const built = await builtImage();
    image = join(home, 'eft.img');
    copyFileSync(built, image);
    copyFileSync(`${built}.descriptor`, `${image}.descriptor`);
    copyFileSync(join(partsFolder, 'trust'), join(home, 'trust.yaml'));
    for (const file of [image, `${image}.descriptor`, join(home, 'trust.yaml')]) chmodSync(file, 0o644);
  }, imageBuildLimitMs);

  afterAll(() => {
    eft(['down']);
    rmSync(home, { recursive: true, force: true });
  });

  const up = ['up', '--image', 'eft.img', '--trust', 'trust.yaml'];

  it('comes up in a user namespace with an address, and leaves nothing behind', () => {
    const started = eft([...up, '-n', '2']);
    expect(started.status, started.err.slice(-3_000)).toBe(0);
    const console = eft(['console', 'lab-2']).out;
    expect(console).toMatch(/addresses {2}eth0 10\.57\.\d+\.3\/24/);
    expect(console).toContain('no control groups of its own: they belong to the host');
    expect(console).toMatch(/(?<!NOT )READY after/);
    expect(JSON.parse(eft(['status', '--json']).out)).toMatchObject({
      nodes: [{ state: 'running' }, { state: 'running' }],
    });
    // The bridge is in the namespace, and not on the host.
    const cluster = readFileSync(join(home, 'eft/clusters/lab/cluster.json'), 'utf8');
    const [bridge = ''] = /eftb[0-9a-f]+/.exec(cluster) ?? [];
    expect(bridge).not.toBe('');
    expect(spawnSync('ip', ['-brief', 'link'], { encoding: 'utf8' }).stdout).not.toContain(bridge);
    expect(processes().length).toBeGreaterThan(2);
    // The APIs of both are reached from outside, by ports of the loopback.
    const version = eft(['version', '--json'], [], []);
    expect(version.status, version.err).toBe(0);
    expect(JSON.parse(version.out)).toMatchObject({ nodes: [{ node: 'lab-1' }, { node: 'lab-2' }] });
    const down = eft(['down']);
    expect(down.status, down.err).toBe(0);
    expect(processes()).toEqual([]);
    expect(readdirSync(join(home, 'eft/clusters'))).toEqual([]);
  });

  it('is not tried where users may make no user namespaces, and one sentence says so', () => {
    // In a namespace below which only one more may be made, and in that one: to `eft` it is such a kernel.
    const limit = 'echo 1 > /proc/sys/user/max_user_namespaces; exec unshare --user --map-user=1000 -- "$@"';
    const refused = eft(up, ['unshare', '--user', '--map-root-user', '--', 'sh', '-c', limit, 'sh']);
    expect(refused.status).toBe(1);
    expect(refused.err).toContain(
      'error[provision.no-user-namespace]: this user is not root, and may not make a user',
    );
  });
});
