/** A new module, from its folder to its tests: what is made must work as it is. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestNode } from '../author/test-node.ts';
import { runEft } from '../program.ts';

const folder = mkdtempSync(join(tmpdir(), 'eft-new-'));
const lamp = join(folder, 'lamp-post');

class Kept extends Writable {
  text = '';

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

async function eft(...commandLine: readonly string[]) {
  const terminal = { stdout: new Kept(), stderr: new Kept() };
  const status = await runEft(commandLine, terminal);
  return { status, out: terminal.stdout.text, err: terminal.stderr.text };
}

beforeAll(async () => {
  expect(await eft('module', 'new', 'lamp-post', '--in', folder)).toMatchObject({ status: 0, err: '' });
});
afterAll(() => rmSync(folder, { recursive: true }));

test('it has a manifest, a world, sources, a test and a README, all under its own name', () => {
  const files = readdirSync(lamp, { recursive: true, encoding: 'utf8' }).filter((name) => /\./.test(name));
  expect(files.sort()).toEqual([
    'README.md',
    'assembly/lifecycle.ts',
    'lamp-post.test.ts',
    'module.yaml',
    'world.wit',
  ]);
  const texts = files.map((file) => readFileSync(join(lamp, file), 'utf8')).join('');
  expect(texts).toContain('world: example:lamp-post/lamp-post@0.1.0');
  expect(texts).not.toMatch(/\bsample\b/);
});

test('it builds, and its tests pass, without an edit; and they fail when the module does something else', async () => {
  const good = await eft('module', 'test', lamp);
  expect(good.out).toContain('✔ goes on after a swap');
  expect(good).toMatchObject({ status: 0, out: expect.stringMatching(/pass 3\n.*fail 0\n/) });
  const source = join(lamp, 'assembly/lifecycle.ts');
  const text = readFileSync(source, 'utf8');
  writeFileSync(source, text.replace('!= State.Healthy', '== State.Healthy'));
  const bad = await eft('module', 'test', lamp);
  writeFileSync(source, text);
  expect(bad).toMatchObject({ status: 1, out: expect.stringMatching(/pass 0\n.*fail 3\n/) });
  expect(bad.out).toContain('unwell: [');
});

test('its tests can run by vitest as well, which builds it itself', async () => {
  const node = await TestNode.of(lamp);
  await node.start();
  await node.pass(60_000);
  expect(node).toMatchObject({ state: 'healthy', failures: [] });
  expect(node.get('example:lamp-post/summary', 'lamp-post')).toEqual({ modules: 1, healthy: 1, unwell: [] });
  expect(node.ids('eft:resources/module-status')).toEqual(['lamp-post']);
});

test('it goes to the folder of its name in the current one, and never over something that is there', async () => {
  const before = process.cwd();
  process.chdir(folder);
  try {
    const made = await eft('module', 'new', 'bell', '--json');
    expect(JSON.parse(made.out)).toMatchObject({ name: 'bell', folder: 'bell' });
    expect(existsSync(join(folder, 'bell/bell.test.ts'))).toBe(true);
    const manifest = readFileSync('bell/module.yaml', 'utf8');
    const again = await eft('module', 'new', 'bell');
    expect(again).toMatchObject({ status: 1, err: expect.stringContaining('error[author.exists]') });
    expect(readFileSync('bell/module.yaml', 'utf8')).toBe(manifest);
  } finally {
    process.chdir(before);
  }
});

test.each(['Lamp', 'lamp_post', 'list', 'lamp-2', '../lamp', ''])(
  'a module is not called %j',
  async (name) => {
    expect(await eft('module', 'new', name, '--in', folder)).toMatchObject({
      status: 1,
      err: expect.stringContaining('error[author.name]'),
    });
  },
);
