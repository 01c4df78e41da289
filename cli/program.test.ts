import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unsignedModule } from '../tests/errors/small-module.ts';
import { runEft } from './program.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/eft-cli-`);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function at(name: string): string {
  return `${folder}/${name}`;
}

/** A stream that keeps what is written. */
class Kept extends Writable {
  text = '';

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

/** Runs `eft` in this process; paths in what it prints are given relative to the folder of the test. */
async function eft(...commandLine: readonly string[]) {
  const terminal = { stdout: new Kept(), stderr: new Kept() };
  const status = await runEft(commandLine, terminal);
  const plain = (text: string) => text.replaceAll(`${folder}/`, '');
  return { status, out: plain(terminal.stdout.text), err: plain(terminal.stderr.text) };
}

/** Makes a key, a policy that trusts it for all, and the small module, signed. */
async function signedSetup() {
  writeFileSync(at('lamp.wasm'), unsignedModule());
  await eft('key', 'new', at('a.key'), '--comment', 'release  key');
  await eft(
    'key',
    'scope',
    at('a.key.pub'),
    '--trust',
    at('trust.yaml'),
    '--modules',
    '*',
    '--capabilities',
    '*',
  );
  return eft('module', 'sign', at('lamp.wasm'), '--key', at('a.key'));
}

test('a new key pair is written for its owner alone, and never over another', async () => {
  const made = await eft('key', 'new', at('a.key'));
  expect(made.status).toBe(0);
  expect(statSync(at('a.key')).mode & 0o777).toBe(0o600);
  const before = readFileSync(at('a.key'), 'utf8');
  const again = await eft('key', 'new', at('a.key'));
  expect(again.status).toBe(1);
  expect(again.err).toContain('error[key.exists]: a.key.pub: ');
  rmSync(at('a.key.pub'));
  expect((await eft('key', 'new', at('a.key'))).err).toContain('error[key.exists]: a.key: ');
  expect(readFileSync(at('a.key'), 'utf8')).toBe(before);
  expect(existsSync(at('a.key.pub'))).toBe(false);
});

test('both halves of a key show the same id, and neither shows the private half', async () => {
  await eft('key', 'new', at('a.key'), '--comment', 'release key');
  const [privateShown, publicShown] = [
    await eft('key', 'show', at('a.key'), '--json'),
    await eft('key', 'show', at('a.key.pub'), '--json'),
  ];
  const privateJson = JSON.parse(privateShown.out);
  const publicJson = JSON.parse(publicShown.out);
  expect({ ...privateJson, kind: 'public' }).toEqual(publicJson);
  expect(publicJson).toMatchObject({
    kind: 'public',
    comment: 'release key',
    kid: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  const secret = readFileSync(at('a.key'), 'utf8').split('\n')[2] ?? '';
  expect(secret.length).toBe(64);
  expect(privateShown.out).not.toContain(secret.slice(24));
  expect((await eft('key', 'show', at('a.key'))).out).toContain(`key id      ${publicJson.kid}`);
});

test('a module goes from unsigned to good, and each step says what is missing', async () => {
  writeFileSync(at('lamp.wasm'), unsignedModule());
  writeFileSync(at('trust.yaml'), 'keys: [] # nobody yet\n');
  const unsigned = await eft('module', 'verify', at('lamp.wasm'), '--trust', at('trust.yaml'));
  expect([unsigned.status, unsigned.err]).toEqual([
    1,
    expect.stringContaining('error[module.not-signed]: lamp.wasm'),
  ]);

  expect((await signedSetup()).err).toMatch(/^signed lamp 1\.2\.3 with [0-9a-f]{64}\n$/);
  const good = await eft('module', 'verify', at('lamp.wasm'), '--trust', at('trust.yaml'));
  expect([good.status, good.err]).toEqual([0, '']);
  expect(good.out.split('\n').filter((line) => line.startsWith('✓'))).toHaveLength(7);
  expect(good.out).toContain('(release key) counts\n');
  expect(good.out).toMatch(/\nlamp 1\.2\.3 is good: a node with this policy runs it\n$/);
  expect(readFileSync(at('trust.yaml'), 'utf8')).toContain('# nobody yet');

  const old = await eft(
    'module',
    'verify',
    at('lamp.wasm'),
    '--trust',
    at('trust.yaml'),
    '--minimum-security-version',
    '8',
  );
  expect([old.status, old.err]).toEqual([1, expect.stringContaining('error[module.security-version]')]);
  expect(old.out).toContain('✗ lamp.wasm is refused');
});

test('a verdict for programs is one JSON object, whether good or not', async () => {
  await signedSetup();
  const good = await eft('module', 'verify', at('lamp.wasm'), '--trust', at('trust.yaml'), '--json');
  expect(JSON.parse(good.out)).toMatchObject({ good: true, name: 'lamp', securityVersion: 7, needed: 1 });
  await eft('key', 'scope', at('a.key.pub'), '--trust', at('trust.yaml'), '--modules', 'fan');
  const bad = await eft('module', 'verify', at('lamp.wasm'), '--trust', at('trust.yaml'), '--json');
  expect(bad.status).toBe(1);
  expect(JSON.parse(bad.out)).toMatchObject({ good: false, code: 'trust.module-scope' });
});

test('signing with several keys, to another file, leaves the first as it was', async () => {
  await signedSetup();
  const before = readFileSync(at('lamp.wasm'));
  await eft('key', 'new', at('b.key'));
  await eft('key', 'new', at('c.key'));
  const signed = await eft(
    'module',
    'sign',
    at('lamp.wasm'),
    '--key',
    at('b.key'),
    at('c.key'),
    '--output',
    at('three.wasm'),
  );
  expect(signed.status).toBe(0);
  expect(readFileSync(at('lamp.wasm'))).toEqual(before);
  const [one, three] = [
    await eft('module', 'inspect', at('lamp.wasm'), '--json'),
    await eft('module', 'inspect', at('three.wasm'), '--json'),
  ];
  expect(JSON.parse(three.out).signers).toHaveLength(3);
  expect(JSON.parse(three.out).digest).toBe(JSON.parse(one.out).digest);
});

test('inspecting tells what a module may do and why, for people and for programs', async () => {
  await signedSetup();
  const { out } = await eft('module', 'inspect', at('lamp.wasm'));
  expect(out).toContain('eft:host/log@0.1.0     grant             write      says when the light changes\n');
  expect(out).toContain(
    'acme:lamp/dark@1.0.0   input             get, list  the lamp is lit when it is dark\n',
  );
  expect(out).toContain('acme:lamp/light@1.0.0  exclusive output  put        this module makes the light\n');
  expect(out).toMatch(/\nmanifest +\d+ B +\d+ % {2}█+/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is that there is none
  expect(out).not.toMatch(/\u001b/);
  const { manifest, imports, parts } = JSON.parse(
    (await eft('module', 'inspect', at('lamp.wasm'), '--json')).out,
  );
  expect(manifest.name).toBe('lamp');
  expect(imports).toHaveLength(3);
  const total = parts.reduce((sum: number, part: { bytes: number }) => sum + part.bytes, 8);
  expect(total).toBe(statSync(at('lamp.wasm')).size);
});

test('the scope of a key is changed in the file and shown as a table', async () => {
  await signedSetup();
  await eft('key', 'new', at('b.key'));
  const scope = (...more: readonly string[]) =>
    eft('key', 'scope', at('b.key.pub'), '--trust', at('trust.yaml'), ...more);
  const added = await scope(
    '--modules',
    'lamp, fan',
    '--capabilities',
    'eft:host/log',
    '--threshold',
    'lamp=2',
    '--threshold',
    '*=1',
  );
  expect(added.out.split('\n')).toEqual([
    'KEY               COMMENT      MODULES    CAPABILITIES',
    expect.stringMatching(/^[0-9a-f]{16} {2}release key {2}\* {10}\*$/),
    expect.stringMatching(/^[0-9a-f]{16} {15}lamp, fan {2}eft:host\/log$/),
    '',
    'MODULE  SIGNATURES NEEDED',
    'lamp    2',
    '*       1',
    '',
  ]);
  const text = readFileSync(at('trust.yaml'), 'utf8');
  const unreachable = await scope('--remove');
  expect([unreachable.status, unreachable.err]).toEqual([
    1,
    expect.stringContaining('trust.threshold-unreachable'),
  ]);
  expect(readFileSync(at('trust.yaml'), 'utf8')).toBe(text);
});

test('a command line that makes no sense ends with 2 and says what would', async () => {
  expect(await eft('module', 'verfy')).toMatchObject({
    status: 2,
    err: expect.stringContaining('Did you mean verify?'),
  });
  expect(await eft('module', 'sign', 'x')).toMatchObject({
    status: 2,
    err: expect.stringContaining('--key'),
  });
  expect(
    await eft('module', 'verify', 'x', '--trust', 't', '--minimum-security-version', '-1'),
  ).toMatchObject({ status: 2 });
  await eft('key', 'new', at('a.key'));
  expect(await eft('key', 'scope', at('a.key.pub'), '--trust', at('trust.yaml'))).toMatchObject({
    status: 2,
    err: expect.stringContaining('needs --modules and --capabilities'),
  });
  expect(existsSync(at('trust.yaml'))).toBe(false);
});

test('help is no error, and every command has examples in it', async () => {
  expect(await eft('--help')).toMatchObject({ status: 0, err: '' });
  for (const command of [
    'key new',
    'key show',
    'key scope',
    'module inspect',
    'module sign',
    'module verify',
    'module call',
  ]) {
    const { status, out } = await eft(...command.split(' '), '--help');
    expect([command, status]).toEqual([command, 0]);
    expect(out).toContain(`  eft ${command} `);
  }
});

test('the real command colours only where colour is wanted', async () => {
  await signedSetup();
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const run = (environment: Readonly<Record<string, string>>) => {
    const { NO_COLOR: _no, FORCE_COLOR: _force, ...rest } = process.env;
    const env = { ...rest, ...environment };
    return spawnSync(process.execPath, [main, 'module', 'inspect', at('lamp.wasm')], {
      env,
      encoding: 'utf8',
    });
  };
  const piped = run({});
  expect([piped.status, piped.stderr]).toEqual([0, '']);
  expect(piped.stdout).not.toContain('\u001b[');
  expect(run({ FORCE_COLOR: '1' }).stdout).toContain('\u001b[');
  expect(run({ NO_COLOR: '1' }).stdout).toBe(piped.stdout);
});
