/**
 * The network module keeps leases of real DHCP servers, and its resources agree with the kernel after every step. Needs root, iproute2,
 * dnsmasq-base, busybox and python3.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { buildModules, NetworkNode } from '../network-node.ts';
import { type Leases, TestBed } from '../test-bed.ts';
import { dhcp, link } from './declarations.ts';
import { type Heard, messageKinds, startScriptedServer } from './scripted-server.ts';

beforeAll(buildModules, 240_000);

/** For tests that live through several leases: half a minute on an idle machine, and a lease more wherever a busy one has missed a moment. */
const lifeLimitMs = 150_000;

const leases: Leases = { from: '10.77.0.10', to: '10.77.0.20', leaseSeconds: 120, router: '10.77.0.1' };
const asking = { machine: { links: [link('eth0')], dhcp: [dhcp('eth0')] } };

const isRequest = ({ kind }: Heard): boolean => kind === messageKinds.request;

describe.each(['startDnsmasq', 'startUdhcpd'] as const)('a lease of %s', (start) => {
  it('comes with its address and routes, and survives that the server forgets or refuses it', async () => {
    await using bed = await TestBed.open();
    const server = await bed.addHost('10.77.0.1/24');
    const client = await bed.addHost();
    const program = await server[start]({ ...leases, classlessRoutes: '0.0.0.0/0,10.77.0.1' });
    await using node = await NetworkNode.open(client, asking);
    expect(await node.leased()).toMatch(/^10\.77\.0\.(1\d|20)\/24$/);
    expect(await node.differences()).toEqual([]);
    expect(node.all('route-status').get('254/0.0.0.0/0/1024')).toMatchObject({
      gateway: '10.77.0.1',
      link: 'eth0',
      owned: true,
    });

    // The range changes; the link goes and comes: the client asks for what it had, is refused, and takes another.
    await program.restart({ ...leases, from: '10.77.0.50', to: '10.77.0.50' });
    await client.setLink('down');
    await node.until(() => node.lease()?.state !== 'bound', 'the client to notice');
    await node.until(() => node.lease()?.lease?.address === '10.77.0.50/24', 'a lease of the new range');
    await node.converged();
    expect(await node.differences()).toEqual([]);
    expect(node.failures).toEqual([]);
  });
});

describe.each(['startDnsmasq', 'startUdhcpd'] as const)('a lease of %s that is renewed often', (start) => {
  it(
    'is renewed, outlives the server, is rebound when that is back, and is declined where it is in use',
    async () => {
      await using bed = await TestBed.open();
      const server = await bed.addHost('10.77.0.1/24');
      const client = await bed.addHost();
      const often = { ...leases, to: '10.77.0.11', renewalSeconds: 3, rebindingSeconds: 10 };
      const program = await server[start](often);
      await using node = await NetworkNode.open(client, asking);
      const address = await node.leased();
      const obtained = (): bigint => node.lease()?.lease?.obtained ?? 0n;
      expect(await node.differences()).toEqual([]);

      // Between T1 and T2 the server alone is asked.
      const first = obtained();
      await node.until(() => obtained() > first, 'a renewal');
      expect(node.lease()?.lease?.address).toBe(address);
      expect(await node.differences()).toEqual([]);

      // The server goes, and nobody answers at T1; it comes back, and answers at T2, when all are asked. The address stays in use meanwhile.
      await program.stop();
      const second = obtained();
      await node.until(() => node.lease()?.state === 'renewing', 'the state renewing');
      expect(node.all('address-status').has(`eth0/${address}`)).toBe(true);
      expect(await node.differences()).toEqual([]);
      await program.restart(often);
      expect(obtained()).toBe(second);
      await node.until(() => node.lease()?.state === 'rebinding', 'the state rebinding');
      await node.until(() => obtained() > second, 'an answer of the server that is back');
      expect(node.lease()?.lease?.address).toBe(address);
      await node.converged();
      expect(await node.differences()).toEqual([]);

      // The server has one other address to give, and somebody else has that: it is declined, and asked for again later.
      await bed.addHost('10.77.0.15/24');
      await program.restart({ ...often, from: '10.77.0.15', to: '10.77.0.15' });
      await client.setLink('down');
      const isDeclined = (line: string): boolean => /has 10\.77\.0\.15 as well: declined/.test(line);
      await node.until(() => node.lines.some(isDeclined), 'the address in use to be declined');
      await node.until(() => node.lease()?.lease === undefined, 'the lease to be gone');
      await node.until(() => !node.all('address-status').has('eth0/10.77.0.15/24'), 'no such address');
      expect(await node.differences()).toEqual([]);
      await program.restart({ ...often, from: '10.77.0.16', to: '10.77.0.16' });
      await node.until(() => node.lease()?.lease?.address === '10.77.0.16/24', 'an address that is free');
      await node.converged();
      expect(await node.differences()).toEqual([]);
      expect(node.failures).toEqual([]);
    },
    lifeLimitMs,
  );
});

it('of dnsmasq and udhcpd on one wire, a lease is of one, and is renewed by that one', async () => {
  await using bed = await TestBed.open();
  const often = { leaseSeconds: 120, renewalSeconds: 3, rebindingSeconds: 60 };
  await (await bed.addHost('10.77.0.1/24')).startDnsmasq({
    ...{ ...often, from: '10.77.0.10', to: '10.77.0.19' },
    router: '10.77.0.1',
  });
  await (await bed.addHost('10.77.0.2/24')).startUdhcpd({
    ...{ ...often, from: '10.77.0.110', to: '10.77.0.119' },
    router: '10.77.0.2',
  });
  const client = await bed.addHost();
  await using node = await NetworkNode.open(client, asking);
  const address = await node.leased();
  const server = node.lease()?.lease?.server;
  expect(server).toBe(/^10\.77\.0\.1\d\//.test(address) ? '10.77.0.1' : '10.77.0.2');
  expect(node.all('route-status').get('254/0.0.0.0/0/1024')).toMatchObject({ gateway: server });
  for (let renewal = 0; renewal < 2; renewal += 1) {
    const before = node.lease()?.lease?.obtained ?? 0n;
    await node.until(() => (node.lease()?.lease?.obtained ?? 0n) > before, 'a renewal');
    expect(node.lease()?.lease).toMatchObject({ address, server });
    expect(await node.differences()).toEqual([]);
  }
  const addresses = [...node.all('address-status').keys()].filter((id) => id.startsWith('eth0/10.'));
  expect(addresses).toEqual([`eth0/${address}`]);
});

describe('a lease of a server that does as it is told', () => {
  it(
    'is renewed with the server alone, rebound with all, given up when it ends, and had again',
    async () => {
      await using bed = await TestBed.open();
      const server = await bed.addHost('10.77.0.1/24');
      const client = await bed.addHost();
      const scripted = await startScriptedServer(server, { seconds: 8 });
      await using node = await NetworkNode.open(client, asking);
      await node.leased();
      const heard = (from: number, holds: (message: Heard) => boolean) => () =>
        scripted.heard.slice(from).some((message) => isRequest(message) && holds(message));

      const first = node.lease()?.lease?.obtained ?? 0n;
      await node.until(
        heard(0, ({ unicast, client: from }) => unicast && from === '10.77.0.10'),
        'a renewal',
      );
      await node.until(() => (node.lease()?.lease?.obtained ?? 0n) > first, 'the lease to be renewed');
      expect(await node.differences()).toEqual([]);

      const silentFrom = scripted.heard.length;
      scripted.behave({ unicast: false });
      const second = node.lease()?.lease?.obtained ?? 0n;
      await node.until(() => node.lease()?.state === 'rebinding', 'the state rebinding');
      await node.until(() => (node.lease()?.lease?.obtained ?? 0n) > second, 'the lease to be rebound');
      expect(heard(silentFrom, ({ unicast, client: from }) => !unicast && from === '10.77.0.10')()).toBe(
        true,
      );

      scripted.behave({ discover: 'none', request: 'none' });
      await node.until(() => node.lease()?.lease === undefined, 'the lease to end');
      await node.until(() => !node.all('address-status').has('eth0/10.77.0.10/24'), 'the address to go');
      expect(await node.differences()).toEqual([]);

      scripted.behave({ discover: 'offer', request: 'ack', unicast: true, seconds: 120 });
      await node.leased();
      expect(await node.differences()).toEqual([]);
      expect(node.failures).toEqual([]);
    },
    lifeLimitMs,
  );

  it('is given up at once on a NAK, and another one is asked for', async () => {
    await using bed = await TestBed.open();
    const server = await bed.addHost('10.77.0.1/24');
    const client = await bed.addHost();
    const scripted = await startScriptedServer(server, { seconds: 8 });
    await using node = await NetworkNode.open(client, asking);
    await node.leased();
    scripted.behave({ request: 'nak', discover: 'none' });
    await node.until(() => node.lease()?.lease === undefined, 'the lease to be refused');
    await node.until(() => !node.all('address-status').has('eth0/10.77.0.10/24'), 'the address to go');
    expect(await node.differences()).toEqual([]);
    scripted.behave({ request: 'ack', discover: 'offer', address: '10.77.0.11', seconds: 120 });
    expect(await node.leased()).toBe('10.77.0.11/24');
    expect(await node.differences()).toEqual([]);
  });

  it('is declined if somebody else has the address', async () => {
    await using bed = await TestBed.open();
    const server = await bed.addHost('10.77.0.1/24');
    await bed.addHost('10.77.0.10/24');
    const client = await bed.addHost();
    const scripted = await startScriptedServer(server);
    await using node = await NetworkNode.open(client, asking);
    const isDeclined = ({ kind, requested }: Heard) =>
      kind === messageKinds.decline && requested === '10.77.0.10';
    await node.until(() => node.phase() !== undefined && scripted.heard.some(isDeclined), 'a DECLINE');
    await node.until(() => !node.all('address-status').has('eth0/10.77.0.10/24'), 'no such address');
    scripted.behave({ address: '10.77.0.12' });
    expect(await node.leased()).toBe('10.77.0.12/24');
    expect(await node.differences()).toEqual([]);
  });

  it('brings classless routes, an MTU, resolvers and names with it, and takes them away again', async () => {
    await using bed = await TestBed.open();
    const server = await bed.addHost('10.77.0.1/24');
    const client = await bed.addHost();
    const text = (value: string) => Buffer.from(value).toString('hex');
    await startScriptedServer(server, {
      options: [
        // 10.9.0.0/16 by 10.77.0.7, the default by 10.77.0.1, 10.8.0.0/24 on the link itself (RFC 3442).
        [121, '100a09' + '0a4d0007' + '00' + '0a4d0001' + '180a0800' + '00000000'],
        [3, '0a4d0063'],
        [26, '0578'],
        [6, '0a4d0035'],
        [12, text('named')],
        [15, text('example.net')],
      ],
    });
    await using node = await NetworkNode.open(client, asking);
    await node.leased();
    const routes = node.all('route-status');
    expect(routes.get('254/0.0.0.0/0/1024')).toMatchObject({ gateway: '10.77.0.1' });
    expect(routes.get('254/10.9.0.0/16/1024')).toMatchObject({ gateway: '10.77.0.7' });
    expect(routes.get('254/10.8.0.0/24/1024')).toMatchObject({ gateway: undefined, link: 'eth0' });
    expect(node.all('link-status').get('eth0')?.mtu).toBe(1400);
    expect(await node.differences()).toEqual([]);
    expect(await node.file('resolv.conf')).toMatch(/^nameserver 10\.77\.0\.53$/m);
    expect(await node.hostName()).toBe('named');

    await node.configure('machine', { links: [link('eth0')] });
    await node.until(() => node.lease() === undefined, 'the client to be stopped');
    await node.until(() => !routes.has('254/10.9.0.0/16/1024'), 'its routes to go');
    await node.converged();
    expect(await node.differences()).toEqual([]);
    expect(await node.file('resolv.conf')).not.toMatch(/nameserver/);
  });

  it('is one of two that disagree, and stays the one', async () => {
    await using bed = await TestBed.open();
    const one = await startScriptedServer(await bed.addHost('10.77.0.1/24'), { seconds: 8 });
    const other = await startScriptedServer(await bed.addHost('10.77.0.2/24'), {
      address: '10.77.0.99',
      server: '10.77.0.2',
      seconds: 8,
    });
    const client = await bed.addHost();
    await using node = await NetworkNode.open(client, asking);
    const address = await node.leased();
    const [giver, loser] = address === '10.77.0.10/24' ? [one, other] : [other, one];
    const renewals = () => giver.heard.filter(({ unicast }) => unicast).length;
    await node.until(() => node.phase() !== undefined && renewals() >= 2, 'two renewals');
    expect(loser.heard.some(({ unicast }) => unicast)).toBe(false);
    expect(node.lease()?.lease?.address).toBe(address);
    expect(await node.differences()).toEqual([]);
  });
});
