/**
 * The configuration of real nodes, changed by the API as an operator changes it: on trial, for the next boot, with a reboot, and by a node that is killed
 * in the middle of it.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { builtImage, imageBuildLimitMs } from '../image/built-image.ts';
import { LocalCluster, type Run } from './local-cluster.ts';

/** Milliseconds for a node to be killed and started three times on a busy machine. */
const killsLimitMs = 240_000;
const isRoot = process.getuid?.() === 0;
const root = join(import.meta.dirname, '../..');
let cluster: LocalCluster;
let states = '';

const node = (): string => cluster.node(1);
const apply = (file: string, ...more: readonly string[]): Run =>
  cluster.eft('config', 'apply', file, '--context', cluster.name, ...more);

/** What `eft version` says of the node; undefined if it does not answer. */
function seen(): { readonly hostName: string; readonly maintenance: string } | undefined {
  const { status, out } = cluster.eft('version', '--context', cluster.name, '--json');
  if (status !== 0) return undefined;
  const parsed: { nodes: { hostName: string; maintenance: string }[] } = JSON.parse(out);
  const [first] = parsed.nodes;
  return first === undefined ? undefined : { hostName: first.hostName, maintenance: first.maintenance };
}

/** Tries until `look` gives something, or fails after a while. */
async function eventually<Value>(look: () => Value | undefined): Promise<Value> {
  for (let left = 60; left > 0; left -= 1) {
    const value = look();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`it did not come: ${cluster.console().slice(-2_000)}`);
}

/** A file with the node's configuration, in which one text stands for another. */
function changed(name: string, from: string, to: string): string {
  const { out, err } = cluster.eft('config', 'get', '--context', cluster.name);
  expect(out, err).toContain(from);
  const file = join(cluster.home, name);
  writeFileSync(file, out.replace(from, to));
  return file;
}

const onState = (file: string): string => join(states, node(), file);
const boots = (): number => {
  const { nodes }: { nodes: { boots: number }[] } = JSON.parse(
    cluster.eft('status', '--name', cluster.name, '--json').out,
  );
  return nodes[0]?.boots ?? 0;
};

describe.skipIf(!isRoot)('the configuration of a node that runs', () => {
  beforeAll(async () => {
    cluster = new LocalCluster(`l${process.pid}`, await builtImage());
    states = join(cluster.home, 'states');
    const { status, err } = cluster.up('--state', states);
    expect(status, err.slice(-2_000)).toBe(0);
  }, imageBuildLimitMs);

  afterEach(() => expect(cluster.console()).not.toContain('the supervisor has failed'));
  afterAll(() => cluster.remove());

  it('is applied at once, outlives a reboot, and no secret leaves the node for it', () => {
    const file = changed('named.yaml', `hostname: ${node()}`, 'hostname: applied');
    expect(readFileSync(file, 'utf8')).toContain('key: (secret kept)');
    const dry = apply(file, '--dry-run');
    expect(dry.out, dry.err).toContain(`machine.network.hostname: ${node()} → applied`);
    expect(seen()?.hostName).toBe(node());
    const { status, out, err } = apply(file);
    expect([status, err]).toEqual([0, '']);
    expect(out).toContain('✓ applied');
    expect(seen()?.hostName).toBe('applied');
    const kept = readFileSync(onState('config.yaml'), 'utf8');
    expect(kept).toContain('hostname: applied');
    expect(kept).toContain('PRIVATE KEY');
    const before = boots();
    expect(cluster.eft('reboot', '--context', cluster.name).status).toBe(0);
    expect([seen()?.hostName, boots()]).toEqual(['applied', before + 1]);
    expect(cluster.console()).toContain('from STATE');
  });

  it('comes back by itself when one on trial takes the only address away', async () => {
    const file = changed('dark.yaml', 'dhcp: true', 'dhcp: false');
    const before = boots();
    const { status, err } = apply(file, '--mode', 'try', '--timeout', '8');
    expect(status, err).toBe(0);
    // It is gone, and nobody can say that it should stay.
    await eventually(() => (/10\.\d+\.\d+\.\d+ is lost/.test(cluster.console()) ? true : undefined));
    expect((await eventually(seen)).hostName).toBe('applied');
    expect(readFileSync(onState('config.yaml'), 'utf8')).toContain('dhcp: true');
    expect(boots()).toBe(before);
    expect(cluster.console()).toContain('nobody has confirmed it in time');
  });

  it('on trial ends with the node too, and stays when it is confirmed', async () => {
    const file = changed('trial.yaml', 'hostname: applied', 'hostname: tried');
    expect(apply(file, '--mode', 'try').status).toBe(0);
    expect(seen()?.hostName).toBe('tried');
    expect(cluster.eft('reboot', '--context', cluster.name).status).toBe(0);
    expect(seen()?.hostName).toBe('applied');
    const { out } = apply(file, '--mode', 'try', '--timeout', '8');
    const word = /eft config confirm (\S+)/.exec(out)?.[1] ?? '';
    expect(cluster.eft('config', 'confirm', word, '--context', cluster.name).status).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 8_500));
    expect(seen()?.hostName).toBe('tried');
    expect(readFileSync(onState('config.yaml'), 'utf8')).toContain('hostname: tried');
  });

  it('that is staged waits for the next boot', () => {
    const file = changed('staged.yaml', 'hostname: tried', 'hostname: staged');
    expect(apply(file, '--mode', 'staged').out).toContain('staged for the next boot');
    expect(seen()?.hostName).toBe('tried');
    expect(cluster.eft('reboot', '--context', cluster.name).status).toBe(0);
    expect(seen()?.hostName).toBe('staged');
    expect(existsSync(onState('config.staged.yaml'))).toBe(false);
  });

  it('that is staged and found wrong at the boot gives way to the one before, and it is said', () => {
    writeFileSync(onState('config.staged.yaml'), 'kind: Pod\n');
    expect(cluster.eft('reboot', '--context', cluster.name).status).toBe(0);
    expect(seen()?.hostName).toBe('staged');
    expect(cluster.console()).toContain('that of the file that was staged is refused');
    expect(existsSync(onState('config.staged.yaml'))).toBe(false);
  });

  it('that takes a reboot is refused where there is to be none, and else starts the node again', async () => {
    const file = changed('nameless.yaml', 'hostname: staged', '# no name');
    const refused = apply(file, '--mode', 'no-reboot');
    expect(refused.err).toContain('error[config.needs-reboot]');
    const before = boots();
    expect(apply(file).out).toContain('kept; the node starts again with it');
    await eventually(() => (boots() > before ? true : undefined));
    expect((await eventually(seen)).hostName).toBe(node());
    // Whatever would leave the node without an API is no configuration that the API takes.
    const { out } = cluster.eft('config', 'get', '--context', cluster.name);
    const bare = join(cluster.home, 'bare.yaml');
    writeFileSync(bare, out.slice(0, out.indexOf('  ca:')));
    expect(apply(bare).err).toContain('error[config.no-api]');
  });

  it(
    'is exactly the old or the new one when the node is killed at any step of changing it',
    async () => {
      let old = node();
      for (const step of [1, 3, 5]) {
        const next = `killed-${step}`;
        const before = readFileSync(onState('config.yaml'), 'utf8');
        const file =
          step === 1
            ? changed('killed.yaml', '# no name', `hostname: ${next}`)
            : changed('killed.yaml', /hostname: \S+/.exec(before)?.[0] ?? '# no name', `hostname: ${next}`);
        await killedWhile(file, step);
        expect(cluster.down().status).toBe(0);
        const after = readFileSync(onState('config.yaml'), 'utf8');
        const isNew = after !== before;
        // The file as a whole, with the key that the placeholder stood for.
        if (isNew) expect(after).toBe(before.replace(/# no name|hostname: \S+/, `hostname: ${next}`));
        const { status, err } = cluster.up('--state', states);
        expect(status, err.slice(-2_000)).toBe(0);
        const now = await eventually(seen);
        expect(now).toEqual({ hostName: isNew ? next : old, maintenance: '' });
        old = now.hostName;
      }
    },
    killsLimitMs,
  );

  it('is gone after a reset, and whoever gives the fingerprint that the console shows gives the node another', async () => {
    const full = join(cluster.home, 'full.yaml');
    writeFileSync(full, readFileSync(onState('config.yaml'), 'utf8'));
    const { status, err } = cluster.eft('reset', '-n', node(), '--context', cluster.name, '--yes');
    expect(status, err).toBe(0);
    expect(existsSync(onState('config.yaml'))).toBe(false);
    const console = cluster.console();
    const fingerprint = /SHA-256 +([0-9A-F:]{95})\n/.exec(
      console.slice(console.lastIndexOf('maintenance')),
    )?.[1];
    const address =
      /addresses +eth0 ([0-9.]+)/.exec(console.slice(console.lastIndexOf('addresses')))?.[1] ?? '';
    const maintained = ['-n', address, '--fingerprint', fingerprint ?? ''];
    const wrong = cluster.eft('config', 'apply', full, '-n', address, '--fingerprint', '00'.repeat(32));
    expect(wrong.status).not.toBe(0);
    expect(existsSync(onState('config.yaml'))).toBe(false);
    const given = cluster.eft('config', 'apply', full, ...maintained);
    expect(given.out, given.err).toContain('✓ applied');
    expect((await eventually(seen)).maintenance).toBe('');
    // Nobody is let in by the fingerprint any more.
    expect(cluster.eft('config', 'apply', full, ...maintained).status).not.toBe(0);
  });
});

/** Kills PID 1 of the node when the folder that is STATE has changed so often, or a while after the answer. */
async function killedWhile(file: string, changes: number): Promise<void> {
  const { nodes }: { nodes: { pid: number }[] } = JSON.parse(
    cluster.eft('status', '--name', cluster.name, '--json').out,
  );
  const pid = nodes[0]?.pid ?? 0;
  expect(pid).toBeGreaterThan(1);
  const child = spawn(process.execPath, ['cli/main.ts', 'config', 'apply', file, '--context', cluster.name], {
    cwd: root,
    env: cluster.environment,
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  let count = 0;
  const watcher = watch(join(states, node()), (_, name) => {
    if (name?.startsWith('config') !== true) return;
    count += 1;
    if (count === changes) process.kill(pid, 'SIGKILL');
  });
  await ended;
  watcher.close();
  if (count < changes) process.kill(pid, 'SIGKILL');
}
