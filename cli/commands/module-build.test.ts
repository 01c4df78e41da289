import { existsSync } from 'node:fs';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { besideLamp } from '../../tests/errors/module-folder.ts';
import { runEft } from '../program.ts';

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

/** The lamp, with the lifecycle that every module must have. */
const module = {
  'world.wit': 'package eft:lamp@0.1.0;\nworld lamp { export eft:module/lifecycle@0.1.0; }\n',
  'assembly/lifecycle.ts': `import { Result, Unit, unit } from 'eft';
import { Boot, Event, SavedState } from './bindings/module-lifecycle';

export function start(boot: Boot): Result<Unit, string> {
  return Result.ok<Unit, string>(unit);
}

export function handle(event: Event): void {}

export function save(): SavedState {
  return new SavedState(1, new StaticArray<u8>(0));
}
`,
};

test('a module is built of its folder, and found under its name and version', async () => {
  await besideLamp(module, async () => {
    const { status, out, err } = await eft('module', 'build', 'lamp');
    expect(err).toContain('lamp: compiling AssemblyScript');
    expect(out).toContain('lamp 0.1.0');
    expect(status).toBe(0);
    expect(existsSync('build/modules/lamp-0.1.0.wasm')).toBe(true);
    const inspected = await eft('module', 'inspect', 'build/modules/lamp-0.1.0.wasm', '--json');
    expect(JSON.parse(inspected.out).exports).toEqual(['eft:module/lifecycle@0.1.0']);
  });
});

test('a build tells programs what it made, and nothing else', async () => {
  await besideLamp(module, async () => {
    const { out } = await eft('module', 'build', 'lamp', '--output', 'here.wasm', '--json');
    expect(JSON.parse(out).modules).toMatchObject([{ name: 'lamp', version: '0.1.0', file: 'here.wasm' }]);
    expect((await eft('module', 'build', 'lamp', '--check-bindings')).status).toBe(0);
  });
});

test('a build without a folder is a mistake of the command line', async () => {
  const { status, err } = await eft('module', 'build');
  expect(status).toBe(2);
  expect(err).toContain('name a folder, or give --all');
});
