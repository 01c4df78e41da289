/** Servers that answer with nonsense, by mistake or on purpose: the client takes what is sound, and nothing breaks. Needs root and python3. */
import { beforeAll, expect, it } from 'vitest';
import { buildModules, NetworkNode } from '../network-node.ts';
import { TestBed } from '../test-bed.ts';
import { dhcp, link } from './declarations.ts';
import { startScriptedServer } from './scripted-server.ts';

beforeAll(buildModules, 240_000);

const asking = { machine: { links: [link('eth0')], dhcp: [dhcp('eth0')] } };
const server = '36040a4d0001';
const lease = '330400000078';
const mask = '0104ffffff00';
const sound = `${server}${lease}${mask}ff`;

/** Replies that no lease may come of: the address that is given, and the options behind the message type. */
const nonsense: readonly (readonly [address: string, options: string])[] = [
  // Options that end in the middle, or that are not there at all.
  ['10.77.0.66', `${server}${lease}0104ffff`],
  ['10.77.0.66', `${server}33ff`],
  ['10.77.0.66', ''],
  ['10.77.0.66', 'ff'],
  // No server, no lease time, a lease of nothing, a netmask with holes, one of nothing.
  ['10.77.0.66', `${lease}${mask}ff`],
  ['10.77.0.66', `${server}${mask}ff`],
  ['10.77.0.66', `${server}330400000000${mask}ff`],
  ['10.77.0.66', `${server}${lease}0104ff00ff00ff`],
  ['10.77.0.66', `${server}${lease}010400000000ff`],
  // Addresses that no host can have.
  ['10.77.0.255', sound],
  ['10.77.0.0', sound],
  ['0.0.0.0', sound],
  ['127.0.0.1', sound],
  ['224.0.0.1', sound],
  ['255.255.255.255', sound],
];

it('takes no lease of nonsense, and the sound one behind it', async () => {
  await using bed = await TestBed.open();
  const client = await bed.addHost();
  await startScriptedServer(await bed.addHost('10.77.0.1/24'), {
    before: nonsense.map(([address, options]) => ({ address, options })),
  });
  await using node = await NetworkNode.open(client, asking);
  expect(await node.leased()).toBe('10.77.0.10/24');
  expect(await node.differences()).toEqual([]);
  const addresses = [...node.all('address-status').keys()].filter((id) => id.startsWith('eth0/10.'));
  expect(addresses).toEqual(['eth0/10.77.0.10/24']);
  expect(node.failures).toEqual([]);
});

it('leaves out of a lease what is not sound, and writes nothing of it into files', async () => {
  await using bed = await TestBed.open();
  const client = await bed.addHost();
  const text = (value: string): string => Buffer.from(value).toString('hex');
  const routes = Array.from(
    { length: 130 },
    (_, index) => `180b00${index.toString(16).padStart(2, '0')}0a4d0001`,
  );
  await startScriptedServer(await bed.addHost('10.77.0.1/24'), {
    options: [
      [121, routes.join('')],
      [26, '0044'],
      [6, '00000000' + 'ffffffff' + '7f000001' + 'e0000001' + '0a4d0035'],
      [12, text('evil\nnameserver 6.6.6.6')],
      [15, text('evil.net\nnameserver 6.6.6.6')],
      [119, 'c000c000ff'],
      [42, '0a4d'],
      [3, 'e0000001'],
    ],
  });
  await using node = await NetworkNode.open(client, asking);
  await node.until(() => node.lease()?.lease !== undefined, 'a lease');
  await node.until(() => node.all('address-status').has('eth0/10.77.0.10/24'), 'the address');
  await node.converged();
  expect(await node.differences()).toEqual([]);
  expect(node.lease()?.lease?.routes.length).toBeLessThanOrEqual(128);
  expect(node.all('link-status').get('eth0')?.mtu).toBe(1500);
  expect(await node.file('resolv.conf')).not.toContain('6.6.6.6');
  expect(await node.hostName()).not.toMatch(/evil\s/);
  expect(node.failures).toEqual([]);
});

it('is not brought down by a server that gives a thousand routes in a fragmented reply', async () => {
  await using bed = await TestBed.open();
  const client = await bed.addHost();
  const host = await bed.addHost('10.77.0.1/24');
  const route = (index: number): string =>
    `180b${(index >> 8).toString(16).padStart(2, '0')}${(index & 255).toString(16).padStart(2, '0')}0a4d0001`;
  const thousand = Array.from({ length: 1000 }, (_, index) => route(index)).join('');
  const scripted = await startScriptedServer(host, { options: [[121, thousand]] });
  await using node = await NetworkNode.open(client, asking);
  await node.until(() => node.phase() !== undefined && scripted.heard.length > 0, 'a DISCOVER');
  scripted.behave({ options: [] });
  expect(await node.leased()).toBe('10.77.0.10/24');
  expect(await node.differences()).toEqual([]);
  expect(node.failures).toEqual([]);
});
