/** What is read from nodes, by the commands, from nodes that are none. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Code, ConnectError } from '@connectrpc/connect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakeCluster } from '../../tests/cli/run-eft.ts';

let cluster: FakeCluster;
beforeAll(async () => {
  cluster = await FakeCluster.start(2);
});
afterAll(() => cluster.stop());

const eft = (line: string) => cluster.eft(...line.split(' '));

test('a table has the columns that matter, and a node of its own column only if there are several', async () => {
  expect((await eft('get links -n lab-1')).out.split('\n')).toEqual([
    'ID    KIND      OPERATIONAL STATE  HARDWARE ADDRESS   MTU   OWNED',
    'eth0  ethernet  up                 02:00:00:00:00:02  1500  false',
    'eth1  ethernet  down               02:00:00:00:00:03  1500  false',
    '',
  ]);
  expect((await eft('get lights')).out.split('\n')).toEqual([
    'NODE   ID    COLOUR  LUMENS  WIRING',
    'lab-1  desk  red     40      {poles: 2}',
    'lab-2  desk  red     40      {poles: 2}',
    '',
  ]);
  expect((await eft('get boot -n lab-1')).out).toContain('network  2      done   0 µs   12.0 ms  DHCP');
});

test('for programs there is one object, of one node as of several, in JSON as in YAML', async () => {
  const { out } = await eft('get link eth0 -n lab-2 --json');
  const value = JSON.parse(out);
  expect(value).toMatchObject({
    nodes: [
      {
        node: 'lab-2',
        kind: 'eft:resources/link-status',
        resources: [{ id: 'eth0', version: '1', value: { mtu: 1500 } }],
      },
    ],
  });
  const { parse } = await import('yaml');
  expect(parse((await eft('get link eth0 -n lab-2 --yaml')).out)).toEqual(value);
  expect((await eft('get links --json --yaml')).status).toBe(2);
});

test('one node that fails hides no other, and the exit status says which it was', async () => {
  const refuse = (node: number, code: Code) =>
    cluster.node(node).refusals.set('StateService/List', new ConnectError('no', code));
  refuse(2, Code.PermissionDenied);
  const some = await eft('get links');
  expect(some).toMatchObject({
    status: 4,
    err: expect.stringContaining('error[client.denied]: lab-2 denies it: no'),
  });
  expect(some.out).toContain('lab-1  eth0');
  const parts = JSON.parse((await eft('get links --json')).out).nodes;
  expect(parts).toMatchObject([{ node: 'lab-1' }, { node: 'lab-2', error: { code: 'client.denied' } }]);
  refuse(1, Code.PermissionDenied);
  expect((await eft('get links')).status).toBe(6);
  refuse(1, Code.Unavailable);
  expect((await eft('get links')).status).toBe(4);
  refuse(2, Code.Unavailable);
  expect((await eft('get links')).status).toBe(5);
  for (const node of cluster.nodes) node.refusals.clear();
});

test('what a node tells cannot move the cursor', async () => {
  const { out } = await eft('dmesg -n lab-1');
  expect(out).toBe('[    1.234567] a disk is odd\\u{1b}[2J\n[   12.345678] eth0: link up\n');
  expect((await eft('logs supervisor -n lab-1')).out).toBe(
    '2026-11-23T09:00:00.001Z warn  supervisor: a clock\\u{a}that jumps\n',
  );
});

test('the lines of several nodes are in the order of their time', async () => {
  const lines = (await eft('events')).out.trimEnd().split('\n');
  expect(lines.map((line) => line.slice(0, 26))).toEqual([
    'lab-1  2026-11-23T09:00:00',
    'lab-2  2026-11-23T09:00:00',
    'lab-1  2026-11-23T09:00:05',
    'lab-2  2026-11-23T09:00:05',
  ]);
  const [first = ''] = (await eft('logs network --tail 1 --json')).out.split('\n');
  expect(JSON.parse(first)).toMatchObject({ node: 'lab-1', message: 'no lease', level: 'error' });
});

test('modules are listed and shown with what they may do', async () => {
  expect((await eft('module list -n lab-1')).out).toContain('network  0.3.0    healthy         1      0');
  const { out } = await eft('module show network -n lab-1');
  expect(out).toContain('eft:host/netlink  families: [route]  it makes links');
  expect(out).toContain('eft:host/netlink.send      3');
  expect(await eft('module show disk -n lab-1')).toMatchObject({
    status: 1,
    err: expect.stringContaining('no module disk'),
  });
});

test('versions are of this command and of nodes', async () => {
  expect((await eft('version --client')).out).toMatch(/^eft \d+\.\d+\.\d+\n$/);
  expect(JSON.parse((await eft('version --json')).out)).toMatchObject({
    client: { version: expect.any(String) },
    nodes: [{ node: 'lab-1', kernel: '6.12.0' }, { node: 'lab-2' }],
  });
});

test('a context is shown without its key', async () => {
  const shown = [
    await eft('context show'),
    await eft('context show --json'),
    await eft('context list --yaml'),
  ];
  const [, secret = ''] = cluster.context.key.split('\n');
  expect(secret.length).toBe(64);
  for (const { out } of shown) {
    expect(out).toContain('lab-2');
    expect(out).not.toContain(secret.slice(24));
  }
});

test('metrics and the audit log come as they are', async () => {
  expect((await eft('metrics -n lab-1')).out).toBe('# TYPE eft_up gauge\neft_up 1\n');
  expect((await eft('audit -n lab-1')).out).toBe('{"n":1,"method":"eft.v1.MachineService/Reboot"}\n');
});

test('an archive for support has all nodes, and a report that names what is odd', async () => {
  const file = join(cluster.folder, 'lab.tar.gz');
  cluster
    .node(2)
    .refusals.set('MachineService/Dmesg', new ConnectError('namespaces have none', Code.FailedPrecondition));
  expect(await eft(`support ${file}`)).toMatchObject({
    status: 0,
    out: expect.stringContaining('begin with report.md'),
  });
  cluster.node(2).refusals.clear();
  const unpacked = (...names: readonly string[]) =>
    execFileSync('tar', ['-xzOf', file, ...names], { encoding: 'utf8' });
  const report = unpacked('report.md');
  expect(report).toContain('## lab-1\n');
  expect(report).toContain('- event 2026-11-23T09:00:05.000Z error module network: failed\n');
  expect(report).toContain('Not to be had:\n\n- dmesg.log: lab-2: namespaces have none\n');
  expect(unpacked('lab-1/config.yaml')).toBe(cluster.node(1).config);
  expect(unpacked('lab-2/resources/eft_resources_link-status.yaml')).toContain('id: eth1');
  expect(unpacked('lab-1/logs.log')).toContain('a clock\\u{a}that jumps');
});
