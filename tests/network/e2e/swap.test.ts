/**
 * The network module is replaced while it runs, on a network with a real DHCP server: no address goes, no lease is lost or asked for again, and
 * what is declared in the middle of it is done. Needs root, iproute2, dnsmasq-base.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { isDeletion, toldDuring } from '../kernel-news.ts';
import { buildModules, NetworkNode } from '../network-node.ts';
import { TestBed } from '../test-bed.ts';
import { address, dhcp, link } from './declarations.ts';
import { startScriptedServer } from './scripted-server.ts';

beforeAll(buildModules, 240_000);

it('keeps addresses and lease over five swaps, asks the server for nothing, and takes nothing away', async () => {
  await using bed = await TestBed.open();
  const server = await bed.addHost('10.77.0.1/24');
  const client = await bed.addHost();
  const scripted = await startScriptedServer(server, { options: [[3, '0a4d0001']] });
  await using node = await NetworkNode.open(client, {
    machine: { links: [link('eth0')], addresses: [address('eth0', '192.0.2.1/24')], dhcp: [dhcp('eth0')] },
  });
  const leased = await node.leased();
  const obtained = node.lease()?.lease?.obtained;
  const heard = scripted.heard.length;
  const { changes } = await node.counts();
  const told = await toldDuring(client, async () => {
    for (let swap = 1; swap <= 5; swap += 1) await node.swap(`0.${swap + 1}.0`);
    await node.converged();
    await sleep(300);
  });
  expect(told.filter(isDeletion)).toEqual([]);
  expect(await node.leased()).toBe(leased);
  expect(node.lease()?.lease?.obtained).toEqual(obtained);
  expect(scripted.heard.slice(heard)).toEqual([]);
  expect((await node.counts()).changes).toBe(changes);
  expect(node.value('module-status', 'network')).toMatchObject({
    version: '0.6.0',
    restarts: 0,
    state: 'healthy',
  });
  expect(await node.differences()).toEqual([]);
  expect(node.failures).toEqual([]);
}, 120_000);

it('does what is declared, and gets the lease that it waits for, in the middle of swaps', async () => {
  await using bed = await TestBed.open();
  const server = await bed.addHost('10.77.0.1/24');
  const client = await bed.addHost();
  await using node = await NetworkNode.open(client, {
    machine: { links: [link('eth0')], dhcp: [dhcp('eth0')] },
  });
  await startScriptedServer(server, { options: [[3, '0a4d0001']] });
  for (let swap = 1; swap <= 6; swap += 1) {
    const swapping = node.swap(`0.${swap + 1}.0`);
    await node.configure('more', { addresses: [address('eth0', `192.0.2.${swap}/24`)] });
    await swapping;
  }
  await node.leased();
  await node.converged();
  expect([...node.all('address-status').values()].map((status) => JSON.stringify(status))).toContainEqual(
    expect.stringContaining('192.0.2.6/24'),
  );
  expect(await node.differences()).toEqual([]);
  expect(node.failures).toEqual([]);
}, 120_000);
