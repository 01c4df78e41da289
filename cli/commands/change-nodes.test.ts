/** What changes nodes, by the commands, with nodes that are none. */
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Code, ConnectError } from '@connectrpc/connect';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeCluster } from '../../tests/cli/run-eft.ts';

let cluster: FakeCluster;
beforeEach(async () => {
  cluster = await FakeCluster.start(2);
});
afterEach(() => cluster.stop());

const eft = (line: string) => cluster.eft(...line.split(' '));
const at = (name: string) => join(cluster.folder, name);

test('a plan names fields, who acts on them, what starts again, and whether a reboot is needed', async () => {
  writeFileSync(at('c.yaml'), 'machine: {}\n');
  cluster.node(1).plan = {
    changes: [
      {
        path: 'machine.network.hostname',
        before: 'lab-1',
        after: 'lab-9',
        acts: ['network'],
        needsReboot: false,
      },
      { path: 'machine.sysctls', before: '', after: '{ a.b: 1 }', acts: ['sysctls'], needsReboot: true },
    ].map((change) => ({ $typeName: 'eft.v1.ConfigChange', ...change })),
    needsReboot: true,
    restarted: ['network'],
    kinds: ['eft:resources/link-spec'],
    message: 'would be applied by a reboot',
  };
  const { status, out } = await eft(`config apply ${at('c.yaml')} -n lab-1 --dry-run`);
  expect([status, out.split('\n')]).toEqual([
    0,
    [
      '~ machine.network.hostname: lab-1 → lab-9   (network)',
      '+ machine.sysctls: { a.b: 1 }   (sysctls; at a reboot)',
      'resources that change: link-spec',
      'modules that start again: network',
      'reboot: needed',
      '✓ would be applied by a reboot',
      '',
    ],
  ]);
  expect(cluster.node(1).applied).toMatchObject([{ dryRun: true, mode: 1 }]);
  const json = JSON.parse((await eft(`config diff ${at('c.yaml')} -n lab-1 --json`)).out);
  expect(json.nodes[0]).toMatchObject({
    node: 'lab-1',
    needsReboot: true,
    changes: [{ before: 'lab-1' }, {}],
  });
  expect(cluster.node(1).applied.map(({ dryRun }) => dryRun)).toEqual([true, true]);
});

test('what changes something is not for all nodes of a context unasked', async () => {
  writeFileSync(at('c.yaml'), 'machine: {}\n');
  for (const line of [
    `config apply ${at('c.yaml')}`,
    'reboot',
    'shutdown',
    'reset --yes',
    'operation etcd snapshot',
  ]) {
    expect(await eft(line)).toMatchObject({ status: 1, err: expect.stringContaining('client.which-node') });
  }
  expect(cluster.nodes.flatMap(({ calls }) => calls)).toEqual([]);
});

test('a try says how it is kept', async () => {
  writeFileSync(at('c.yaml'), 'machine: {}\n');
  cluster.node(2).plan = { confirmation: '5f0c', message: 'applied; it goes back in 90 s' };
  const { out } = await eft(`config apply ${at('c.yaml')} -n lab-2 --mode try --timeout 90`);
  expect(out).toContain('keep it with: eft config confirm 5f0c -n lab-2\n');
  expect(cluster.node(2).applied).toMatchObject([{ mode: 4, trySeconds: 90 }]);
  expect((await eft('config confirm 5f0c -n lab-2')).out).toContain('kept what 5f0c has applied');
});

test('a patch is made of what the node has, and keeps its comments', async () => {
  writeFileSync(at('p.yaml'), 'machine: { network: { hostname: lab-9 } }\n');
  expect((await eft(`config patch ${at('p.yaml')} -n lab-1`)).status).toBe(0);
  const [request] = cluster.node(1).applied;
  expect(Buffer.from(request?.config ?? []).toString()).toBe(
    cluster.node(1).config.replace('hostname: lab-1', 'hostname: lab-9'),
  );
});

test('an edit applies what is saved, nothing if nothing is changed, and keeps what is refused', async () => {
  const editor = process.env['EDITOR'];
  const visual = process.env['VISUAL'];
  delete process.env['VISUAL'];
  try {
    process.env['EDITOR'] = 'true';
    expect(await eft('config edit -n lab-1')).toMatchObject({ status: 0, err: 'nothing is changed\n' });
    expect(cluster.node(1).applied).toEqual([]);
    writeFileSync(at('editor'), '#!/bin/sh\nsed -i s/worker/controlplane/ "$1"\n');
    chmodSync(at('editor'), 0o700);
    process.env['EDITOR'] = at('editor');
    expect((await eft('config edit -n lab-1')).status).toBe(0);
    expect(Buffer.from(cluster.node(1).applied[0]?.config ?? []).toString()).toContain(
      'type: controlplane # no',
    );
    cluster
      .node(1)
      .refusals.set('MachineService/ApplyConfig', new ConnectError('no', Code.FailedPrecondition));
    const { status, err } = await eft('config edit -n lab-1');
    expect(status).toBe(1);
    const [, kept = ''] = /what you wrote is kept in (\S+)/.exec(err) ?? [];
    expect(readFileSync(kept, 'utf8')).toContain('controlplane');
  } finally {
    if (editor === undefined) delete process.env['EDITOR'];
    else process.env['EDITOR'] = editor;
    if (visual !== undefined) process.env['VISUAL'] = visual;
  }
});

test('a reboot is waited for', async () => {
  const { status, out } = await eft('reboot -n lab-1');
  expect([status, out]).toEqual([0, '✓ lab-1 is back\n']);
  expect(cluster.node(1).calls.filter((call) => call === 'MachineService/Reboot')).toHaveLength(1);
  expect(cluster.node(2).calls).toEqual([]);
});

test('a reset needs a yes, and names the node as it calls itself', async () => {
  cluster.node(1).uptimeMs = 0n;
  expect(await eft('reset -n lab-1 --yes --no-wait')).toMatchObject({ status: 0 });
  expect(cluster.node(1).calls).toContain('MachineService/Reset');
});

test('an operation is watched to its end', async () => {
  const node = cluster.node(1);
  const run = eft('operation etcd snapshot name=x -n lab-1');
  await expect.poll(() => node.watchers).toBe(1);
  const operation = (more: object) =>
    node.put('eft:resources/operation', 'op-1', { target: 'etcd', verb: 'snapshot', ...more });
  operation({ state: 'running', progress: 500, message: 'halfway' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  operation({ state: 'succeeded', message: 'in blob 12' });
  const { status, out, err } = await run;
  expect([status, out, err]).toEqual([
    0,
    'NODE   ID    STATE      MESSAGE\nlab-1  op-1  succeeded  in blob 12\n',
    expect.stringContaining('lab-1: halfway\n'),
  ]);
});

test('a blob goes up and down, from where it was cut off', async () => {
  const bytes = Buffer.alloc(700_000, 'eft ');
  writeFileSync(at('file'), bytes);
  const digest = createHash('sha256').update(bytes).digest('hex');
  cluster.node(1).refusals.set('BlobService/Upload data', new ConnectError('cut off', Code.Unavailable));
  expect((await eft(`blob put ${at('file')} -n lab-1`)).status).toBe(5);
  cluster.node(1).refusals.clear();
  expect(await eft(`blob put ${at('file')} -n lab-1`)).toMatchObject({ status: 0, out: `${digest}\n` });
  expect(cluster.node(1).blobs.get(digest)?.equals(bytes)).toBe(true);
  writeFileSync(at('back.part'), bytes.subarray(0, 300_000));
  expect((await eft(`blob get ${digest} -n lab-1 -o ${at('back')}`)).status).toBe(0);
  expect(readFileSync(at('back')).equals(bytes)).toBe(true);
  expect(existsSync(at('back.part'))).toBe(false);
});
