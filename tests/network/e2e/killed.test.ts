/**
 * Cells of the network module that end in the middle of things: the network goes on, the next instance adopts what there is, and the record
 * of what happened runs again to the same end. Needs root, iproute2, dnsmasq-base.
 */
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { isDeletion, toldDuring } from '../kernel-news.ts';
import { buildModules, NetworkNode } from '../network-node.ts';
import { TestBed } from '../test-bed.ts';
import { address, dhcp, link, route } from './declarations.ts';
import { startScriptedServer } from './scripted-server.ts';

beforeAll(buildModules, 240_000);

const cli = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url));

/** What `eft replay` says of a record. */
async function replayed(file: string): Promise<unknown> {
  const run = promisify(execFile)(process.execPath, [cli, 'replay', '--json', file], {
    maxBuffer: 256 * 1024 * 1024,
  });
  // A record that ends in a failure is told by the exit status as well.
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  return JSON.parse(stdout);
}

it('leaves the network as it is when a cell is killed, keeps the lease, and asks for nothing again', async () => {
  await using bed = await TestBed.open();
  const server = await bed.addHost('10.77.0.1/24');
  const client = await bed.addHost();
  const scripted = await startScriptedServer(server, { options: [[3, '0a4d0001']] });
  await using node = await NetworkNode.open(client, {
    machine: {
      links: [
        link('eth0'),
        link('br0', { kind: { tag: 'bridge', val: { spanningTree: undefined, vlanFiltering: undefined } } }),
      ],
      addresses: [address('br0', '192.0.2.1/24')],
      routes: [route('10.9.0.0/16', { gateway: '192.0.2.9' })],
      dhcp: [dhcp('eth0')],
    },
  });
  const leased = await node.leased();
  const obtained = node.lease()?.lease?.obtained;
  const heard = scripted.heard.length;
  const { changes } = await node.counts();

  const told = await toldDuring(client, async () => {
    for (let kill = 0; kill < 3; kill += 1) {
      await node.kill();
      await node.until(() => node.phase() === 'idle' || node.phase() === 'handling', 'the next instance');
      await node.converged();
    }
    await sleep(500);
  });
  expect(told).toEqual([]);
  expect(node.lease()?.lease).toMatchObject({ address: leased, obtained });
  expect(scripted.heard).toHaveLength(heard);
  expect((await node.counts()).changes).toBe(changes);
  expect(await node.differences()).toEqual([]);
  expect(node.failures.map(({ code }) => code)).toEqual(['cell.lost', 'cell.lost', 'cell.lost']);
  for (const { file } of node.failures)
    expect(await replayed(file ?? 'there is no record')).toMatchObject({
      replayed: { verdict: 'same-up-to-the-kill' },
    });
});

it('renews a lease that an instance before it has got', async () => {
  await using bed = await TestBed.open();
  const server = await bed.addHost('10.77.0.1/24');
  const client = await bed.addHost();
  const scripted = await startScriptedServer(server, { seconds: 10 });
  await using node = await NetworkNode.open(client, {
    machine: { links: [link('eth0')], dhcp: [dhcp('eth0')] },
  });
  await node.leased();
  const obtained = node.lease()?.lease?.obtained ?? 0n;
  const told = await toldDuring(client, async () => {
    await node.kill();
    await node.until(
      () => (node.lease()?.lease?.obtained ?? 0n) > obtained,
      'a renewal by the next instance',
    );
  });
  // The lifetime of the address is set anew, and nothing else happens.
  expect(told.filter(isDeletion)).toEqual([]);
  expect(told.filter((line) => !line.includes('10.77.0.10/24'))).toEqual([]);
  expect(scripted.heard.some(({ unicast, client: from }) => unicast && from === '10.77.0.10')).toBe(true);
  expect(await node.differences()).toEqual([]);
});

it('comes to what is declared however often it is killed on the way', async () => {
  await using bed = await TestBed.open();
  const server = await bed.addHost('10.77.0.1/24');
  await server.startDnsmasq({ from: '10.77.0.10', to: '10.77.0.20', leaseSeconds: 120 });
  const client = await bed.addHost();
  await using node = await NetworkNode.open(client);
  const numbers = Array.from({ length: 40 }, (_, index) => index);
  await node.configure('machine', {
    links: [
      link('eth0'),
      link('a', { kind: { tag: 'veth', val: { peer: 'b' } } }),
      link('b', { kind: { tag: 'veth', val: { peer: 'a' } } }),
    ],
    addresses: numbers.map((number) => address('a', `10.100.${number}.1/24`)),
    routes: numbers.map((number) => route(`10.200.${number}.0/24`, { gateway: `10.100.${number}.2` })),
    dhcp: [dhcp('eth0')],
  });
  const told = await toldDuring(client, async () => {
    for (const pauseMs of [0, 20, 60, 150, 300]) {
      await sleep(pauseMs);
      await node.kill();
    }
    await node.leased();
  });
  // What an instance has made the next one takes as it is: each thing comes once, and nothing goes.
  expect(told.filter(isDeletion)).toEqual([]);
  const made = told.flatMap((line) => /^\d+: a +inet (\S+)|^(10\.200\.\S+) via/.exec(line)?.slice(1) ?? []);
  const names = made.filter((name) => name !== undefined);
  expect(names.length).toBeGreaterThanOrEqual(2 * numbers.length);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(node.network()).toMatchObject({ addresses: { declared: 41, applied: 41 } });
  expect(await node.differences()).toEqual([]);
  const record = await node.record();
  expect(await replayed(record)).toMatchObject({ replayed: { verdict: 'same' } });
  await node.stop();
  expect(await client.run('ip', 'route', 'show', '10.200.7.0/24')).toContain('via 10.100.7.2');
  await node.start();
  await node.converged();
  expect(await node.differences()).toEqual([]);
});
