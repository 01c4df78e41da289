/** Watches as people have them: in a pipe and in a terminal, ended by Ctrl-C. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakeCluster } from '../../tests/cli/run-eft.ts';

const main = join(import.meta.dirname, '../main.ts');
let cluster: FakeCluster;
beforeAll(async () => {
  cluster = await FakeCluster.start(2);
});
afterAll(() => cluster.stop());

/** A command that runs, and what it has written so far. */
class Running {
  text = '';
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.on('data', (chunk) => {
      this.text += String(chunk);
    });
  }

  async shows(pattern: RegExp | string): Promise<void> {
    await expect.poll(() => this.text, { timeout: 30_000 }).toMatch(pattern);
  }

  async end(how: (child: ChildProcess) => void): Promise<number | null> {
    const ended = once(this.#child, 'close');
    how(this.#child);
    await ended;
    return this.#child.exitCode;
  }
}

const environment = () => ({ ...process.env, EFT_CONFIG: cluster.config, NO_COLOR: '1' });
const piped = (...commandLine: readonly string[]) =>
  new Running(spawn(process.execPath, [main, ...commandLine], { env: environment() }));
/** In a terminal of its own, 80 columns by 24 rows. */
const inTerminal = (...commandLine: readonly string[]) => {
  const command = ['stty cols 80 rows 24; exec', process.execPath, main, ...commandLine].join(' ');
  return new Running(spawn('script', ['-qefc', command, '/dev/null'], { env: environment() }));
};
const interrupt = (child: ChildProcess) => child.kill('SIGINT');

const light = (lumens: number) => ({ colour: 'red', lumens });

test('in a pipe there is a line for each change, and Ctrl-C is a good end', async () => {
  const run = piped('get', 'lights', '-w', '-n', 'lab-1');
  await run.shows('+ desk  ');
  cluster.node(1).put('acme:lamp/light', 'hall', light(10));
  cluster.node(1).put('acme:lamp/light', 'hall', light(20));
  cluster.node(1).remove('acme:lamp/light', 'hall');
  await run.shows('- hall');
  expect(await run.end(interrupt)).toBe(0);
  expect(run.text.split('\n')).toEqual([
    '+ desk  colour: red, lumens: 40, wiring: {poles: 2}',
    '+ hall  colour: red, lumens: 10',
    '~ hall  lumens: 10 → 20',
    '- hall',
    '',
  ]);
});

test('for programs every change is one object in one line', async () => {
  const run = piped('get', 'lights', 'desk', '-w', '--json');
  await run.shows(/lab-2/);
  await run.shows(/lab-1/);
  cluster.node(2).put('acme:lamp/light', 'desk', light(7));
  await run.shows('"lumens":7');
  expect(await run.end(interrupt)).toBe(0);
  const lines = run.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ node }) => node).sort()).toEqual(['lab-1', 'lab-2', 'lab-2']);
  expect(lines.at(-1)).toMatchObject({
    node: 'lab-2',
    change: 'put',
    resource: { id: 'desk', value: { lumens: 7 } },
  });
});

test('in a terminal only the line that changes is written again, and Ctrl-C leaves the cursor as it was', async () => {
  const run = inTerminal('get', 'links', '-w');
  await run.shows(/lab-2 +eth1 /);
  const link = {
    index: 2,
    kind: 'ethernet',
    hardwareAddress: '02:00:00:00:00:02',
    mtu: 9000,
    up: true,
    operationalState: 'up',
    owned: true,
  };
  run.text = '';
  cluster.node(1).put('eft:resources/link-status', 'eth0', { ...link, owned: false });
  await run.shows('9000');
  expect(run.text).toMatch(/lab-1 +eth0 .* 9000 /);
  expect(run.text).not.toContain('eth1');
  expect(run.text).not.toContain('\u001b[2J');
  expect(await run.end((child) => child.stdin?.write('\u0003'))).toBe(0);
  expect(run.text.lastIndexOf('\u001b[?25h')).toBeGreaterThan(run.text.lastIndexOf('\u001b[?25l'));
});

test('logs that are followed go on until Ctrl-C', async () => {
  const run = piped('logs', 'network', '-f', '-n', 'lab-1');
  await run.shows('what comes');
  expect(await run.end(interrupt)).toBe(0);
  expect(run.text.split('\n')).toHaveLength(4);
});

test('a node that goes away ends the watch, and the exit status says so', async () => {
  const run = piped('get', 'lights', '-w', '-n', 'lab-2');
  await run.shows('desk');
  expect(await run.end(() => cluster.node(2).hangUp())).toBe(5);
});
