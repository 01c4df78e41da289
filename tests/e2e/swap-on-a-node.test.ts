/**
 * Modules of a real node that are replaced: a node whose PID 1 is killed at any moment of it, with all its processes, boots with exactly the old version
 * or exactly the new one; and `eft module dev` swaps at every save. Root only.
 *
 * To be killed is not to lose power: what was written and not synchronised is still there afterwards. What a disk may forget is played in tests/swap/reboot.test.ts.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildComponent } from '../../cli/toolchain/build-module.ts';
import { developmentKey } from '../../image/development-key.ts';
import { modulesFile } from '../../supervisor/config/sources/state.ts';
import { decodeGeneration } from '../../supervisor/swap/installed-modules.ts';
import { attachManifest, attachSignatures, readModule } from '../../supervisor/trust/module-file.ts';
import { builtImage, imageBuildLimitMs } from '../image/built-image.ts';
import { LocalCluster } from './local-cluster.ts';

/** Milliseconds for a node to be killed and started four times on a busy machine. */
const killsLimitMs = 240_000;
const roundsLimitMs = 120_000;
const isRoot = process.getuid?.() === 0;
const root = join(import.meta.dirname, '../..');
const name = 'lamp';
let cluster: LocalCluster;
let states = '';
let lamp = '';

/** When the node is killed: as soon as `eft module swap` tells of this step, or when the rename has been seen on STATE. */
const moments = ['prepare', 'probation', 'commit', 'renamed'] as const;
type Moment = (typeof moments)[number];

const onNode = (...parameters: readonly string[]) =>
  cluster.eft('module', ...parameters, '--context', cluster.name);

function pidOf(): number {
  const { nodes }: { nodes: { pid: number }[] } = JSON.parse(
    cluster.eft('status', '--name', cluster.name, '--json').out,
  );
  return nodes[0]?.pid ?? 0;
}

function begin(...parameters: readonly string[]): ChildProcess & { text: string } {
  const child = spawn(process.execPath, ['cli/main.ts', 'module', ...parameters, '--context', cluster.name], {
    cwd: root,
    env: cluster.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const told = Object.assign(child, { text: '' });
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      told.text += chunk.toString();
      child.emit('told');
    });
  return told;
}

/** The version that STATE has for the next boot; undefined: none. */
function installed(): string | undefined {
  const file = join(states, cluster.node(1), modulesFile);
  if (!existsSync(file)) return undefined;
  const module = decodeGeneration(new Uint8Array(readFileSync(file))).modules.get(name);
  return module === undefined ? undefined : readModule(module, file).manifest.version;
}

async function killedWhile(file: string, moment: Moment): Promise<void> {
  const pid = pidOf();
  expect(pid).toBeGreaterThan(1);
  let wasKilled = false;
  const kill = (): void => {
    if (wasKilled) return;
    wasKilled = true;
    process.kill(pid, 'SIGKILL');
  };
  const child = begin('swap', name, file, '--probation', '1');
  const watcher = watch(join(states, cluster.node(1)), (event, changed) => {
    if (moment === 'renamed' && event === 'rename' && changed === modulesFile) kill();
  });
  child.on('told', () => {
    if (new RegExp(` ms +${moment} `).test(child.text)) kill();
  });
  await new Promise((resolve) => child.on('close', resolve));
  watcher.close();
  expect([moment, wasKilled, child.text]).toEqual([moment, true, expect.any(String)]);
}

describe.skipIf(!isRoot)('a module of a node that runs', () => {
  beforeAll(async () => {
    cluster = new LocalCluster(`s${process.pid}`, await builtImage());
    states = join(cluster.home, 'states');
    lamp = join(cluster.home, name);
    expect(cluster.eft('module', 'new', name, '--in', cluster.home)).toMatchObject({ status: 0, err: '' });
    const { status, err } = cluster.up('--state', states);
    expect(status, err.slice(-2_000)).toBe(0);
  }, imageBuildLimitMs);

  afterAll(() => cluster.remove());

  it(
    'is exactly the old or the new one when the node is killed at any step of a swap, and the history says which',
    async () => {
      const { manifest, component } = await buildComponent(lamp, { compile: { optimizes: false } });
      const fileOf = (version: string): string => {
        const file = join(cluster.home, `lamp-${version}.wasm`);
        const module = attachManifest(component, { ...manifest, version });
        writeFileSync(file, attachSignatures(module, [developmentKey()]));
        return file;
      };
      const everything = 'eft:host/log,input eft:resources/module-status,output example:lamp/summary';
      const first = onNode('swap', name, fileOf('0.1.0'), '--accept-capabilities', everything);
      expect(first.status, first.err).toBe(0);
      let old = '0.1.0';
      for (const [index, moment] of moments.entries()) {
        const next = `0.${index + 2}.0`;
        await killedWhile(fileOf(next), moment);
        expect(cluster.down().status).toBe(0);
        const kept = installed();
        if (moment === 'renamed') expect([moment, kept]).toEqual([moment, next]);
        else if (moment === 'commit') expect([old, next]).toContain(kept);
        else expect([moment, kept]).toEqual([moment, old]);
        const { status, err } = cluster.up('--state', states);
        expect(status, err.slice(-2_000)).toBe(0);
        const { nodes }: { nodes: { modules: { name: string; version: string; phase: string }[] }[] } =
          JSON.parse(onNode('list', '--json').out);
        const running = nodes[0]?.modules.find((module) => module.name === name);
        expect([moment, running?.version, running?.phase]).toEqual([moment, kept, 'healthy']);
        const history: { nodes: { entries: { version: string; outcome: string }[] }[] } = JSON.parse(
          onNode('history', name, '--json').out,
        );
        const entries = history.nodes[0]?.entries ?? [];
        const ran = entries.filter(({ outcome }) => outcome === 'running').map(({ version }) => version);
        expect([moment, ran, entries[0]?.version]).toEqual([moment, [kept], kept]);
        old = kept ?? '';
      }
      expect(cluster.console()).not.toContain('the supervisor has failed');
    },
    killsLimitMs,
  );

  it(
    'is built and swapped at every save by `eft module dev`, which shows what does not build, and goes on',
    async () => {
      const source = join(lamp, 'assembly/lifecycle.ts');
      const text = readFileSync(source, 'utf8');
      const dev = begin('dev', lamp);
      const swaps = (): number => dev.text.match(/^✓ lamp \S+ {2}built in /gm)?.length ?? 0;
      const until = async (holds: () => boolean): Promise<void> => {
        while (!holds()) {
          const wake = new Promise((resolve) => dev.once('told', resolve));
          const late = new Promise((resolve) => setTimeout(resolve, 30_000, 'late'));
          if (dev.exitCode !== null || (await Promise.race([wake, late])) === 'late')
            throw new Error(`it says nothing more: ${dev.text}`);
        }
      };
      try {
        await until(() => dev.text.includes('watching ') && swaps() === 1);
        writeFileSync(source, text.replace('look();', 'look(); // again'));
        await until(() => swaps() === 2);
        writeFileSync(source, text.replace('look();', 'look(;'));
        await until(() => /error\[build\.[a-z-]+\]: .*\n(?:.*\n)*? {2}\S/.test(dev.text));
        const line = text.slice(0, text.indexOf('look();')).split('\n').length;
        expect(dev.text).toMatch(new RegExp(`\\n +${line} \\| .*look\\(;\\n +\\| +\\^\\n`));
        writeFileSync(source, text);
        await until(() => swaps() === 3);
        const versions = [...dev.text.matchAll(/^✓ lamp (\S+)/gm)].map(([, version]) => version);
        expect(new Set(versions).size).toBe(3);
        expect(onNode('list').out).toContain(versions[2]);
      } finally {
        dev.kill('SIGINT');
        await new Promise((resolve) => (dev.exitCode === null ? dev.once('close', resolve) : resolve(0)));
      }
    },
    roundsLimitMs,
  );
});
