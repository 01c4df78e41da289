import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runEft } from '../program.ts';

let folder = '';
let health = '';

/** A stream that keeps what is written. */
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

const start = ['lifecycle.start', '{"reason": "cold", "handles": []}'];

function moduleStatus(id: string, state: string): readonly string[] {
  const value = JSON.stringify({ state, version: '1.0.0', restarts: 0, message: '' });
  return ['--resource', `eft:resources/module-status/${id}=${value}`];
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'eft-call-'));
  health = join(folder, 'health.wasm');
  const source = join(import.meta.dirname, '../../modules/health');
  expect((await eft('module', 'build', source, '--output', health)).status).toBe(0);
});

afterAll(() => rmSync(folder, { recursive: true }));

test('a call shows what the module logs, what it wants done, and what it returns', async () => {
  const resources = [...moduleStatus('network', 'healthy'), ...moduleStatus('disk', 'healthy')];
  const run = await eft('module', 'call', health, ...start, '--unverified', ...resources);
  expect(run).toEqual({
    status: 0,
    out: '{"tag":"ok"}\n',
    err:
      'log info: the node is ready\n' +
      'would put eft:resources/node-status "node" {"stage":"running","ready":true,"unmet":[]}\n',
  });
});

test('the resources that are given are what the module sees', async () => {
  const resources = [...moduleStatus('network', 'healthy'), ...moduleStatus('disk', 'quarantined')];
  const run = await eft('module', 'call', health, ...start, '--unverified', '--json', ...resources);
  expect(JSON.parse(run.out)).toEqual({
    result: { tag: 'ok' },
    log: [],
    effects: [
      {
        effect: 'put',
        kind: 'eft:resources/node-status',
        id: 'node',
        value: {
          stage: 'booting',
          ready: false,
          unmet: [{ name: 'module/disk', reason: 'failed too often, and stays down' }],
        },
      },
    ],
  });
});

test('a function may be named by its whole interface, and bytes are shown in base64', async () => {
  const run = await eft('module', 'call', health, 'eft:module/lifecycle@0.1.0.save', '--unverified');
  expect([run.status, run.out]).toEqual([0, '{"format":1,"bytes":""}\n']);
});

test('a module that the policy does not trust is not run', async () => {
  const trust = join(folder, 'trust.yaml');
  const key = join(folder, 'a.key');
  await eft('key', 'new', key);
  await eft('key', 'scope', `${key}.pub`, '--trust', trust, '--modules', 'other', '--capabilities', '*');
  const unsigned = await eft('module', 'call', health, ...start, '--trust', trust);
  expect([unsigned.status, unsigned.out]).toEqual([1, '']);
  expect(unsigned.err).toMatch(/^error\[module\.not-signed\]/);
  const signed = join(folder, 'signed.wasm');
  await eft('module', 'sign', health, '--key', key, '--output', signed);
  const refused = await eft('module', 'call', signed, ...start, '--trust', trust);
  expect([refused.status, refused.out]).toEqual([1, '']);
  expect(refused.err).toMatch(/^error\[trust\.module-scope\]/);
});
