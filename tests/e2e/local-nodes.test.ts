/** Local nodes as a person has them: by the `eft` command alone, from the image of this checkout, on this machine's kernel. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { builtImage, imageBuildLimitMs } from '../image/built-image.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cluster = `t${process.pid}`;
const first = `${cluster}-1`;
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.log('local nodes are not tested: only root can make namespaces and links');

let home = '';
let image = '';

type Run = { readonly status: number | null; readonly out: string; readonly err: string };

const environment = () => ({
  ...process.env,
  EFT_HOME: home,
  EFT_CONFIG: join(home, 'contexts.yaml'),
  NO_COLOR: '1',
});

function eft(...parameters: readonly string[]): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['cli/main.ts', ...parameters], {
    cwd: root,
    encoding: 'utf8',
    env: environment(),
  });
  return { status, out: stdout, err: stderr };
}

const up = (...parameters: readonly string[]): Run =>
  eft('up', '--name', cluster, '--image', image, ...parameters);

type Status = { readonly state: string; readonly boots: number; readonly pid: number };

function statusOf(node = first): Status | undefined {
  const parsed: { nodes: (Status & { readonly node: string })[] } = JSON.parse(
    eft('status', '--name', cluster, '--json').out,
  );
  return parsed.nodes.find((one) => one.node === node);
}

/** What a cluster may leave on the host. */
function traces(): readonly string[] {
  const links = spawnSync('ip', ['-brief', 'link'], { encoding: 'utf8' }).stdout;
  const mine = readClusterLinks().filter((name) => links.includes(name));
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return line.includes(home) ? [line] : [];
      } catch {
        return [];
      }
    });
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(home));
  const folders = existsSync(join(home, 'clusters')) ? readdirSync(join(home, 'clusters')) : [];
  return [...mine, ...processes, ...mounts, ...folders];
}

let links: readonly string[] = [];

/** The names that the cluster's links have, remembered for when its file is gone. */
function readClusterLinks(): readonly string[] {
  try {
    const text = readFileSync(join(home, 'clusters', cluster, 'cluster.json'), 'utf8');
    links = [...text.matchAll(/"eft[bn][0-9a-f]+"/g)].map(([name]) => name.slice(1, -1));
  } catch {
    // It has been taken away, or was never made.
  }
  return links;
}

/** The programs of the node on the host: its machine, and the launcher below it. */
function programs(name: 'machine' | 'launcher'): readonly number[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return line.includes(home) && line.includes(`${name}.ts`) ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });
}

/** The processes that PID 1 of a node has started, by the host's numbers. */
function childrenOf(first: number): readonly number[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const [, parent] = line.slice(line.lastIndexOf(')') + 2).split(' ');
      return Number(parent) === first ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 100));
}

describe.skipIf(!isRoot)('a local node', () => {
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'eft-nodes-'));
    image = await builtImage();
  }, imageBuildLimitMs);

  afterEach(() => {
    eft('down', '--name', cluster);
    expect(traces()).toEqual([]);
  });

  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('comes up, says how it is, and heals or goes down when it is told to', async () => {
    const started = up();
    expect(started.err).toContain('READY after');
    expect(started.status).toBe(0);
    expect(eft('console', first, '--name', cluster).out).toContain('network 0.1.0 healthy');
    const running = statusOf();
    expect(running).toMatchObject({ state: 'running', boots: 1 });
    // A second one of its name is refused, and this one stays as it is.
    expect(up().err).toContain('error[provision.exists]');
    // SIGINT is Ctrl-Alt-Del: the node starts again by itself.
    process.kill(running?.pid ?? 0, 'SIGINT');
    // Not before it is up again: the kernel drops a signal that the first process of a namespace does not handle yet.
    await until(() => eft('console', first, '--name', cluster).out.split('READY after').length === 3);
    expect(statusOf()).toMatchObject({ state: 'running', boots: 2 });
    process.kill(statusOf()?.pid ?? 0, 'SIGTERM');
    await until(() => statusOf()?.state === 'stopped');
    expect(eft('console', first, '--name', cluster).out).toContain('going down to power-off');
  });

  it('heals when all its processes but PID 1 are killed, and its network is taken away', async () => {
    expect(up().status).toBe(0);
    const { pid = 0 } = statusOf() ?? {};
    const killed = childrenOf(pid);
    expect(killed.length).toBeGreaterThan(0);
    for (const child of killed) process.kill(child, 'SIGKILL');
    const ip = (...parameters: readonly string[]) =>
      spawnSync('nsenter', [`--net=/proc/${pid}/ns/net`, 'ip', ...parameters], { encoding: 'utf8' }).stdout;
    const address = / inet (\S+)/.exec(ip('-4', '-o', 'address', 'show', 'dev', 'eth0'))?.[1] ?? 'no address';
    ip('address', 'flush', 'dev', 'eth0');
    ip('link', 'set', 'eth0', 'down');
    await until(() => ip('-4', '-o', 'address', 'show', 'dev', 'eth0').includes(address));
    await until(() => ip('route', 'show', 'default') !== '');
    expect(childrenOf(pid).filter((child) => killed.includes(child))).toEqual([]);
    expect(statusOf()).toMatchObject({ state: 'running', boots: 1, pid });
    expect(eft('console', first, '--name', cluster).out).not.toContain('has failed');
  });

  it('ends with the program that made it, and `down` finds what is left', async () => {
    for (const program of ['launcher', 'machine'] as const) {
      expect(up().status).toBe(0);
      for (const pid of programs(program)) process.kill(pid, 'SIGKILL');
      if (program === 'launcher') await until(() => statusOf()?.state === 'failed');
      expect(eft('down', '--name', cluster).status).toBe(0);
      expect(traces()).toEqual([]);
    }
  });

  it('leaves nothing behind when `up` is killed at any moment', async () => {
    for (const delayMs of [250, 450, 700, 1_100]) {
      const child = spawn(process.execPath, ['cli/main.ts', 'up', '--name', cluster, '--image', image], {
        cwd: root,
        env: environment(),
        stdio: 'ignore',
      });
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      child.kill('SIGKILL');
      await new Promise((resolve) => child.on('close', resolve));
      readClusterLinks();
      eft('down', '--name', cluster);
      expect(traces()).toEqual([]);
    }
  });

  it('is one of three on a network', () => {
    expect(up('-n', '3').status).toBe(0);
    const addresses = [1, 2, 3].map((index) => eft('console', `${cluster}-${index}`, '--name', cluster).out);
    for (const [index, console] of addresses.entries()) expect(console).toContain(`.${index + 2}/24`);
  });

  it('is not started from an image with one byte changed, or signed by a stranger', () => {
    const bad = join(home, 'bad.img');
    const bytes = readFileSync(image);
    bytes.writeUInt8(bytes.readUInt8(20_000_000) ^ 1, 20_000_000);
    writeFileSync(bad, bytes);
    writeFileSync(`${bad}.descriptor`, readFileSync(`${image}.descriptor`));
    expect(eft('up', '--name', cluster, '--image', bad).err).toContain('error[image.damaged]');
    const trust = join(home, 'trust.yaml');
    writeFileSync(trust, 'keys: []\n');
    expect(up('--trust', trust).err).toContain('error[image.unknown-key]');
  });
});
