/**
 * What goes wrong between the network module and the real kernel: news that is lost because nobody reads it in time (ENOBUFS), and somebody who undoes
 * what the module does. Needs root and iproute2.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { buildModules, NetworkNode } from '../network-node.ts';
import { TestBed } from '../test-bed.ts';
import { address, link, route } from './declarations.ts';

beforeAll(buildModules, 240_000);

const machine = {
  links: [link('eth0')],
  addresses: [address('eth0', '10.77.0.30/24')],
  routes: [route('10.20.0.0/16', { gateway: '10.77.0.1' })],
};

/** Far more than the kernel keeps for a socket that nobody reads: 212,992 bytes by default (net.core.rmem_default). */
const foreignRoutes = 4_000;

it('asks for everything when the kernel had no room for its news, and puts right what it has not heard of', async () => {
  await using bed = await TestBed.open();
  const host = await bed.addHost();
  await using node = await NetworkNode.open(host, { machine });
  await node.converged();
  expect(await node.differences()).toEqual([]);
  await sleep(500);
  const before = await node.counts();

  node.suspend();
  const routes = Array.from(
    { length: foreignRoutes },
    (_, index) => `route add blackhole 10.${100 + (index >> 8)}.${index & 255}.0/24 table 500`,
  );
  // The last of it is what the module must not overlook.
  const flood = [
    ...routes,
    'route flush table 500',
    'addr del 10.77.0.30/24 dev eth0',
    'link set eth0 mtu 1400',
  ];
  await host.run('sh', '-c', `printf '%s\\n' "$@" | ip -batch -`, 'sh', ...flood);
  // What differs is seen to differ: the comparison is not of nothing with nothing.
  expect(await node.differences()).not.toEqual([]);
  node.resume();

  const isBack = (): boolean => {
    const mtu = node.all('link-status').get('eth0')?.mtu;
    return mtu === 1400 && node.all('route-status').has('254/10.20.0.0/16/0') && isAddressBack();
  };
  const isAddressBack = (): boolean => node.all('address-status').has('eth0/10.77.0.30/24');
  await node.until(isBack, 'what was overlooked to be seen and repaired');
  await node.converged();
  expect(await node.differences()).toEqual([]);
  const after = await node.counts();
  // All six dumps, which nothing but lost news asks for in a life of the module; and the address and its route again.
  expect(after.messages - after.changes - (before.messages - before.changes)).toBeGreaterThanOrEqual(6);
  expect(after.changes - before.changes).toBeGreaterThanOrEqual(2);
  expect(after.changes - before.changes).toBeLessThanOrEqual(10);
  expect(node.failures).toEqual([]);
});

it('backs off from somebody who undoes what it does, says so, and wins when they stop', async () => {
  await using bed = await TestBed.open();
  const host = await bed.addHost();
  await using node = await NetworkNode.open(host, { machine });
  await node.converged();
  const before = await node.counts();
  const script = `while :; do ip addr del 10.77.0.30/24 dev eth0 2>/dev/null && echo undone; sleep 0.01; done`;
  const opponent = host.startProgram('sh', '-c', script);
  let undone = 0;
  opponent.stdout?.on('data', (bytes) => (undone += String(bytes).split('undone').length - 1));

  const subject = 'address-spec/eth0/10.77.0.30/24';
  const isTold = (): boolean =>
    node.network()?.problems.some((problem) => problem.subject === subject && problem.attempts >= 5) === true;
  await node.until(isTold, 'a word about the fight');
  const reason = node.network()?.problems.find((problem) => problem.subject === subject)?.reason;
  expect(reason).toMatch(
    /^something else keeps changing it|^the kernel takes the change, and then it is not there/,
  );
  await sleep(4_000);
  const fought = await node.counts();
  expect(undone).toBeGreaterThanOrEqual(5);
  // 50 ms, doubled each time: by now it waits for seconds. An address costs two messages, with the route that goes with it.
  expect(fought.changes - before.changes).toBeLessThanOrEqual(40);

  opponent.kill('SIGKILL');
  await node.until(
    () =>
      node.all('route-status').has('254/10.20.0.0/16/0') &&
      node.all('address-status').has('eth0/10.77.0.30/24'),
    'what is declared to be there again',
    100_000,
  );
  expect(await node.differences()).toEqual([]);
  expect(node.failures).toEqual([]);
}, 140_000);
