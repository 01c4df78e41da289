import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { minimalConfig } from '../../supervisor/config/minimal-config.ts';
import { checkMachineConfig } from '../../supervisor/config/parse-config.ts';
import { fingerprintOf } from '../../supervisor/pki/authority.ts';
import { addContext, readContexts } from '../api/contexts.ts';
import { authorityPair, newClusterAuthority } from '../pki/authority-file.ts';
import { newOperator } from '../pki/operator.ts';
import type { Cluster } from './cluster.ts';
import { addClusterContext, checkClusterContext, removeClusterContext } from './cluster-context.ts';
import { authorityPrefix, type HandedOptions, handedConfiguration } from './handed-configuration.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eft-handed-'));
  vi.stubEnv('EFT_CONFIG', join(folder, 'contexts.yaml'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const plain: HandedOptions = {
  cluster: 'lab',
  own: undefined,
  isMaintenance: false,
  isFetched: false,
  state: undefined,
  hasKept: () => false,
  names: [],
};

const faultsOf = async (text: string | undefined) =>
  (await checkMachineConfig(Buffer.from(text ?? ''), 'm.yaml')).faults;

it('gives each node a sound configuration with its name, and all of them one authority', async () => {
  const { of, authority, lack } = await handedConfiguration({ ...plain, names: ['127.0.0.1'] });
  for (const node of ['lab-1', 'lab-2']) {
    expect(await faultsOf(of(node))).toEqual([]);
    expect(of(node)).toContain(`hostname: ${node}\n`);
    expect(of(node)).toContain('names: ["127.0.0.1"]');
  }
  expect(authority).toBeDefined();
  expect(of('lab-1')?.replace('lab-1', 'lab-2')).toBe(of('lab-2'));
  expect(lack).toBe('');
});

it('hands nothing in maintenance', async () => {
  const { of, authority, lack } = await handedConfiguration({ ...plain, isMaintenance: true });
  expect([of('lab-1'), authority, lack]).toEqual([undefined, undefined, '']);
});

it('hands nothing to nodes that fetch their configuration, and says that their API is not known', async () => {
  const { of, authority, lack } = await handedConfiguration({ ...plain, isFetched: true });
  expect([of('lab-1'), authority]).toEqual([undefined, undefined]);
  expect(lack).toContain('the nodes fetch their configuration');
});

it("takes the authority of the user's own configuration, or says that there is none", async () => {
  const authority = await newClusterAuthority('own');
  const text = minimalConfig({ type: 'worker', hostname: undefined, authority: authorityPair(authority) });
  const handed = await handedConfiguration({ ...plain, own: { text, file: 'm.yaml' } });
  expect(handed.of('lab-1')).toBe(text);
  expect(handed.authority?.certificate).toEqual(authority.certificate);
  const bare = { text: minimalConfig({ type: 'worker', hostname: undefined }), file: 'm.yaml' };
  const without = await handedConfiguration({ ...plain, own: bare });
  expect([without.authority, without.lack]).toEqual([
    undefined,
    'm.yaml has no `machine.ca`: the nodes have no API',
  ]);
});

it('leaves a node what it keeps, and knows its authority again', async () => {
  const options = { ...plain, state: folder, hasKept: (node: string) => node === 'lab-1' };
  const first = await handedConfiguration({ ...options, hasKept: () => false });
  expect(statSync(join(folder, 'authority.pem')).mode & 0o777).toBe(0o600);
  const second = await handedConfiguration(options);
  expect(second.authority?.certificate).toEqual(first.authority?.certificate);
  expect(first.of('lab-1')).toBeDefined();
  expect(second.of('lab-1')).toBeUndefined();
  expect(second.of('lab-2')).toBe(first.of('lab-2'));
});

const cluster: Cluster = {
  name: 'lab',
  bridge: 'b',
  network: '10.57.3',
  nodes: ['lab-1', 'lab-2'].map((name) => ({ name, link: '', hardwareAddress: '', controlGroup: undefined })),
};

it('makes a context that comes and goes with the cluster, and leaves those of others alone', async () => {
  const { authority } = await handedConfiguration(plain);
  if (authority === undefined) throw new Error('no authority');
  checkClusterContext('lab', authority);
  await addClusterContext(cluster, authority, false);
  expect(readContexts()).toMatchObject({
    current: 'lab',
    contexts: [
      {
        name: 'lab',
        nodes: [
          { name: 'lab-1', address: '10.57.3.2:50000' },
          { name: 'lab-2', address: '10.57.3.3:50000' },
        ],
      },
    ],
  });
  // What an earlier cluster of the name has left is no hindrance.
  const later = await newClusterAuthority(`${authorityPrefix}lab`);
  checkClusterContext('lab', later);
  // The context of another authority is not that of this cluster.
  removeClusterContext({ ...cluster, authority: fingerprintOf(later.certificate) });
  expect(readContexts().contexts).toHaveLength(1);
  removeClusterContext({ ...cluster, authority: fingerprintOf(authority.certificate) });
  expect(readContexts().contexts).toEqual([]);
});

it('does not take the name of a context that somebody has made, and makes itself current only if it is asked to', async () => {
  const own = await newClusterAuthority('production');
  const credentials = await newOperator({
    authority: own,
    name: 'me',
    roles: [],
    days: 1,
    nowMs: Date.now(),
  });
  addContext({ name: 'lab', nodes: [{ name: 'p1', address: 'p1.example.org:50000' }], ...credentials });
  const { authority } = await handedConfiguration(plain);
  if (authority === undefined) throw new Error('no authority');
  expect(() => checkClusterContext('lab', authority)).toThrow('there is a context lab already');
  await addClusterContext({ ...cluster, name: 'lab2' }, authority, false);
  expect(readContexts().current).toBe('lab');
  const [first] = cluster.nodes;
  if (first === undefined) throw new Error('no node');
  const nodes = [{ ...first, loopbackPort: 40_001 }];
  await addClusterContext({ ...cluster, name: 'lab3', nodes }, authority, true);
  expect(readContexts()).toMatchObject({ current: 'lab3' });
  expect(readContexts().contexts.at(-1)?.nodes).toEqual([{ name: 'lab-1', address: '127.0.0.1:40001' }]);
});
