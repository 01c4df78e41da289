/** Modules of nodes replaced by the commands, with nodes that are none. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Code, ConnectError } from '@connectrpc/connect';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeCluster } from '../../tests/cli/run-eft.ts';

let cluster: FakeCluster;
beforeEach(async () => {
  cluster = await FakeCluster.start(3);
  writeFileSync(at('network.wasm'), 'a module');
});
afterEach(() => cluster.stop());

const eft = (line: string) => cluster.eft(...line.split(' '));
const at = (name: string) => join(cluster.folder, name);

test('a swap brings the file, tells each step with the comparison, and says what came of it', async () => {
  const { status, out } = await eft(
    `module swap network ${at('network.wasm')} -n lab-1 --accept-capabilities eft:host/log`,
  );
  expect([status, out.split('\n')]).toEqual([
    0,
    [
      '   1.5 ms  verify     network  signatures, scope, versions',
      '   2.0 ms  compare    network',
      '                      + eft:host/log  tells of renewals',
      '✓ network 0.3.0 → 0.4.0 on lab-1, paused for 4.1 ms',
      '',
    ].map((line) => line.replace(/ +$/, '')),
  ]);
  expect(cluster.node(1).swaps).toEqual([
    { name: 'network', isWhole: true, accepted: ['eft:host/log'], dryRun: false },
  ]);
  const json = JSON.parse((await eft(`module swap network ${at('network.wasm')} -n lab-1 --json`)).out);
  expect(json.nodes[0]).toMatchObject({
    node: 'lab-1',
    swapped: [{ name: 'network', fromVersion: '0.3.0', toVersion: '0.4.0', pauseNs: 4_100_000 }],
  });
});

test('a dry run changes nothing, and several modules are accepted for by name', async () => {
  const file = at('network.wasm');
  const { status } = await eft(
    `module swap network ${file} disk ${file} --accept-capabilities disk=a,b --dry-run -n lab-1`,
  );
  expect(status).toBe(0);
  expect(cluster.node(1).swaps).toEqual([
    { name: 'network', isWhole: true, accepted: [], dryRun: true },
    { name: 'disk', isWhole: true, accepted: ['a', 'b'], dryRun: true },
  ]);
});

test('on several nodes it stops at the first failure, and those before go back', async () => {
  const refusal = new ConnectError('network 0.4.0 was not well within 30000 ms', Code.FailedPrecondition);
  refusal.metadata.set('eft-code', 'swap.never-healthy');
  cluster.node(2).swapFault = refusal;
  for (const node of cluster.nodes)
    node.put('eft:resources/node-status', 'node', { stage: 'running', ready: true, unmet: [] });
  const { status, out, err } = await eft(`module swap network ${at('network.wasm')} -n lab-1,lab-2,lab-3`);
  expect(status).toBe(1);
  expect(err).toContain('error[swap.never-healthy]: lab-2: network 0.4.0 was not well within 30000 ms');
  expect(out).toContain('↩ lab-1 runs the version before again');
  expect(out).toContain('· lab-3 was not touched');
  expect(cluster.node(1).calls).toContain('ModuleService/Rollback');
  expect(cluster.node(3).swaps).toEqual([]);
});

test('a node that takes the new version and is not ready with it goes back too', async () => {
  for (const [index, node] of cluster.nodes.entries())
    node.put('eft:resources/node-status', 'node', { stage: 'running', ready: index !== 1, unmet: [] });
  const { status, out, err } = await eft(
    `module swap network ${at('network.wasm')} -n lab-1,lab-2,lab-3 --ready-timeout 1`,
  );
  expect(status).toBe(1);
  expect(err).toContain('error[client.not-ready]: lab-2 took the new version, and was not ready after 1 s');
  for (const name of ['lab-1', 'lab-2']) expect(out).toContain(`↩ ${name} runs the version before again`);
  for (const index of [1, 2]) expect(cluster.node(index).calls).toContain('ModuleService/Rollback');
  expect(cluster.node(3).swaps).toEqual([]);
});

test('what makes no sense is refused before any node is asked', async () => {
  const file = at('network.wasm');
  for (const line of [
    `module swap network ${file} disk -n lab-1`,
    `module swap network ${file} -n lab-1 --max-unavailable 0`,
    `module swap network ${file} -n lab-1 --accept-capabilities ,`,
  ]) {
    expect((await eft(line)).status).toBe(2);
  }
  expect(await eft(`module swap network ${file}`)).toMatchObject({
    status: 1,
    err: expect.stringContaining('client.which-node'),
  });
  expect(await eft(`module swap network ${at('none.wasm')} -n lab-1`)).toMatchObject({
    status: 1,
    err: expect.stringContaining('file.not-found'),
  });
  expect(cluster.nodes.flatMap(({ swaps }) => swaps)).toEqual([]);
});

test('a rollback says what runs again, and the history what was tried', async () => {
  expect(await eft('module rollback network -n lab-1')).toMatchObject({
    status: 0,
    out: '✓ network 0.4.0 → 0.3.0 on lab-1, paused for 4.1 ms\n',
  });
  const { out } = await eft('module history network -n lab-1');
  expect(out.split('\n').map((line) => line.trim().split(/ {2,}/))).toMatchObject([
    ['WHEN', 'VERSION', 'DIGEST', 'BY', 'OUTCOME', 'WHO', 'MESSAGE'],
    [expect.any(String), '0.4.0', 'abababababab', 'swap', 'refused', 'admin (os:admin)', 'it is older'],
    [expect.any(String), '0.4.0', 'abababababab', 'swap', 'running', 'admin (os:admin)'],
    [''],
  ]);
});
