/** The dashboard as people have it: in a terminal, of nodes that come and go. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakeCluster } from '../../tests/cli/run-eft.ts';

const main = join(import.meta.dirname, '../main.ts');
let cluster: FakeCluster;
beforeAll(async () => {
  cluster = await FakeCluster.start(2);
});
afterAll(() => cluster.stop());

/** A command in a terminal of its own, 80 columns by 24 rows, with a keyboard. */
class InTerminal {
  written = '';
  readonly #child: ChildProcess;

  constructor(...commandLine: readonly string[]) {
    const command = ['stty cols 80 rows 24; exec', process.execPath, main, ...commandLine].join(' ');
    const env = { ...process.env, EFT_CONFIG: cluster.config, NO_COLOR: '1', TERM: 'xterm' };
    this.#child = spawn('script', ['-qefc', command, '/dev/null'], { env });
    this.#child.stdout?.on('data', (chunk) => {
      this.written += String(chunk);
    });
  }

  async shows(pattern: RegExp | string): Promise<void> {
    await expect.poll(() => stripVTControlCharacters(this.written), { timeout: 30_000 }).toMatch(pattern);
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  async end(keys: string): Promise<number | null> {
    const ended = once(this.#child, 'close');
    this.type(keys);
    await ended;
    return this.#child.exitCode;
  }
}

test('shows a node, goes where keys lead, and gives the screen back', { timeout: 60_000 }, async () => {
  const run = new InTerminal('dashboard', '--interval', '0.5');
  await run.shows(/Eft 0\.1\.0 · namespace · up .*node 1 of 2/);
  await run.shows('network  0.3.0    healthy');
  await run.shows('a clock\\u{a}that jumps');
  expect(run.written).toContain('\u001b[?1049h');
  // NO_COLOR is heeded.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what colour is made of
  expect(run.written).not.toMatch(/\u001b\[3[0-9]m/);
  run.type('3');
  await run.shows('[3 network]');
  run.type('\t');
  await run.shows('node 2 of 2');
  cluster
    .node(2)
    .put('eft:resources/link-status', 'eth7', { kind: 'dummy', mtu: 1280, operationalState: 'up' });
  await run.shows('eth7  dummy');
  expect(await run.end('q')).toBe(0);
  expect(run.written).toContain('\u001b[?1049l');
});

test('writes only what is not as before, comes back to a node that was away, and ends by Ctrl-C', {
  timeout: 60_000,
}, async () => {
  const run = new InTerminal('dashboard', '--interval', '0.5', '-n', 'lab-1');
  await run.shows('network  0.3.0    healthy');
  run.type('3');
  await run.shows('[3 network]');
  const before = run.written.length;
  cluster
    .node(1)
    .put('eft:resources/link-status', 'eth8', { kind: 'dummy', mtu: 1280, operationalState: 'up' });
  await run.shows('eth8  dummy');
  // A whole screen would be 1,900 bytes and more.
  expect(run.written.length - before).toBeLessThan(1_000);
  cluster.node(1).hangUp();
  await run.shows('lost: ');
  const contacts = cluster.node(1).calls.filter((call) => call === 'MachineService/Version').length;
  await expect
    .poll(() => cluster.node(1).calls.filter((call) => call === 'MachineService/Version').length, {
      timeout: 20_000,
    })
    .toBeGreaterThan(contacts);
  expect(await run.end('\u0003')).toBe(0);
});

test('top shows a table that changes in place, and one table for a pipe and for programs', {
  timeout: 60_000,
}, async () => {
  const run = new InTerminal('top', '--interval', '0.5', '-n', 'lab-1');
  await run.shows(/processors – of 2 {3}memory/);
  await run.shows(/network {2,}25\.0 %/);
  expect(await run.end('\u0003')).toBe(0);
  const once = await cluster.eft('top', '--once', '--interval', '0.5');
  expect(once.status, once.err).toBe(0);
  const row = (node: string): string =>
    `${node}  network  25.0 %  128 KiB       5.0  ≤ 1.0 ms      2         1`;
  const lines = once.out.split('\n');
  expect(lines[0]).toBe('NODE   MODULE      CPU   MEMORY  EVENTS/S       P99  QUEUE  RESTARTS');
  // What takes most comes first, behind the whole.
  expect(lines.slice(1, 4).map((line) => line.split(/ {2,}/)[1])).toEqual(['PID 1', 'network', 'health']);
  expect(lines.filter((line) => line.includes('network'))).toEqual([row('lab-1'), row('lab-2')]);
  const json: { nodes: { node: string; processors: number }[] } = JSON.parse(
    (await cluster.eft('top', '--json', '--interval', '0.5', '-n', 'lab-2')).out,
  );
  expect(json.nodes).toMatchObject([{ node: 'lab-2', processors: 2 }]);
});

test('refuses a pipe, and says what there is for it', async () => {
  const { status, err } = await cluster.eft('dashboard');
  expect(status).toBe(1);
  expect(err).toContain('error[client.no-terminal]');
});
