import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { buildModule } from '../../cli/toolchain/build-module.ts';
import { policyYaml } from '../../tests/errors/small-module.ts';
import type { OpenTransport } from '../cells/transport.ts';
import { Node } from '../node.ts';
import { privateKeyFromSeed } from '../trust/key-file.ts';
import { attachSignatures } from '../trust/module-file.ts';
import { readTrustPolicy } from '../trust/trust-policy.ts';
import { startModules } from './start-modules.ts';

const key = privateKeyFromSeed(new Uint8Array(32).fill(7));
const policy = readTrustPolicy(policyYaml([{ key }]), 'trust.yaml');
const folder = mkdtempSync(join(tmpdir(), 'start-modules-'));
let health = new Uint8Array();

beforeAll(async () => {
  const { module } = await buildModule(`${import.meta.dirname}/../../modules/health`);
  health = attachSignatures(module, [key]);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** A folder of modules: bytes by file name, or undefined for a folder of that name. */
function image(files: Readonly<Record<string, Uint8Array | undefined>>): string {
  const modules = mkdtempSync(join(folder, 'modules-'));
  for (const [name, bytes] of Object.entries(files)) {
    if (bytes === undefined) mkdirSync(join(modules, name));
    else writeFileSync(join(modules, name), bytes);
  }
  return modules;
}

function newNode(
  open: OpenTransport = () => ({ send: () => undefined, terminate: () => Promise.resolve() }),
): Node {
  return new Node({
    open,
    carriers: new Map(),
    time: () => ({ now: 0n, wall: 0n, isSynchronized: false }),
    after: () => () => undefined,
    random: (count) => new Uint8Array(count),
    events: { onState: () => undefined, onLog: () => undefined, onFailure: () => undefined },
  });
}

it('a node goes on without every module that cannot be read, verified or started, and says of each why', () => {
  const node = newNode();
  const modules = image({
    'a-broken.wasm': Uint8Array.of(1, 2, 3),
    'b-folder.wasm': undefined,
    'c-health.wasm': health,
    'd-again.wasm': health,
  });
  const { value, missing = [] } = startModules(node, policy, { modules, trust: '' });
  expect(value).toEqual(['health 0.1.0']);
  expect([...node.roster.cells.keys()]).toEqual(['health']);
  expect(missing.length).toBe(3);
  expect(missing.find((line) => line.startsWith('a-broken.wasm is left out: '))).toBeDefined();
  expect(missing.find((line) => line.startsWith('b-folder.wasm is left out: EISDIR'))).toBeDefined();
  expect(missing).toContain('d-again.wasm is left out: a module named health runs already');
});

it('a module whose thread cannot be opened is there, and tries again', async () => {
  const node = newNode(() => {
    throw new Error('there is no room for another thread');
  });
  startModules(node, policy, { modules: image({ 'health.wasm': health }), trust: '' });
  const cell = node.roster.cells.get('health');
  expect(cell?.phase).toBe('starting');
  await vi.waitFor(() => expect(cell?.phase).toBe('backing-off'));
  expect(cell?.lastError?.message).toContain('there is no room for another thread');
  await cell?.stop();
});
