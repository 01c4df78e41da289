/** 1,000 addresses and 10,000 routes from nothing, by Eft and by `ip -batch`, and what a link that flaps costs when all is well. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NetworkConfig } from '../../supervisor/capabilities/generated/resources-network-config.ts';
import { address, link, route } from '../../tests/network/e2e/declarations.ts';
import { NetworkNode } from '../../tests/network/network-node.ts';
import { layCable } from './cable.ts';

const addressCount = 1_000;
const routeCount = 10_000;
/** Routes in one source of the configuration. */
const routesPerSource = 1_000;

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
const addressOf = (index: number): string => `10.${100 + (index >> 8)}.${index & 255}.1/32`;
const destinationOf = (index: number): string => `11.${index >> 8}.${index & 255}.0/24`;
const gateway = '10.88.0.1';

export type Applied = { readonly ms: number; readonly messages: number };

/** From the declaration, which the node has as `ip` has its file, to the network as declared. */
export async function applyByEft(): Promise<Applied> {
  await using cable = await layCable();
  await cable.plug('up');
  await using node = await NetworkNode.open(cable.client, {
    machine: { links: [link('eth1')], addresses: [address('eth1', '10.88.0.2/24')] },
  });
  await node.converged();
  const { messages } = await node.counts();
  const sources: Record<string, Partial<NetworkConfig>> = {
    addresses: { addresses: numbers(addressCount).map((index) => address('eth1', addressOf(index))) },
  };
  for (let begin = 0; begin < routeCount; begin += routesPerSource) {
    const routes = numbers(routesPerSource).map((index) => route(destinationOf(begin + index), { gateway }));
    sources[`routes-${begin}`] = { routes };
  }
  const ms = await node.apply(sources, routeCount);
  return { ms, messages: (await node.counts()).messages - messages };
}

/** As fast as iproute2 can: one request and one answer a line. */
export async function applyByIp(): Promise<Applied> {
  await using cable = await layCable();
  await cable.plug('up');
  await cable.client.run('ip', 'link', 'set', 'eth1', 'up');
  await cable.client.run('ip', 'addr', 'add', '10.88.0.2/24', 'dev', 'eth1');
  const lines = [
    ...numbers(addressCount).map((index) => `addr add ${addressOf(index)} dev eth1`),
    ...numbers(routeCount).map((index) => `route add ${destinationOf(index)} via ${gateway}`),
  ];
  const folder = await mkdtemp(join(tmpdir(), 'eft-bench-network-'));
  try {
    const file = join(folder, 'batch');
    await writeFile(file, `${lines.join('\n')}\n`);
    const startMs = performance.now();
    await cable.client.run('ip', '-batch', file);
    return { ms: performance.now() - startMs, messages: lines.length };
  } finally {
    await rm(folder, { recursive: true });
  }
}

export type FlapCost = { readonly messages: number; readonly events: number; readonly cpuMs: number };

/** What one loss of the carrier and its return cost, with an address and a route declared. */
export async function flapCost(flaps: number): Promise<FlapCost> {
  await using cable = await layCable();
  await cable.plug('up');
  await using node = await NetworkNode.open(cable.client, {
    machine: {
      links: [link('eth1')],
      addresses: [address('eth1', '10.88.0.2/24')],
      routes: [route('0.0.0.0/0', { gateway })],
    },
  });
  await node.converged();
  const before = await node.counts();
  const hasCarrier = (carrier: boolean) => () => node.all('link-status').get('eth1')?.carrier === carrier;
  for (let flap = 0; flap < flaps; flap += 1) {
    await cable.plug('down');
    await node.until(hasCarrier(false), 'the carrier to go');
    await cable.plug('up');
    await node.until(hasCarrier(true), 'the carrier to come');
    await node.converged();
  }
  const after = await node.counts();
  return {
    messages: (after.messages - before.messages) / flaps,
    events: (after.events - before.events) / flaps,
    cpuMs: (after.cpuMicroseconds - before.cpuMicroseconds) / 1_000 / flaps,
  };
}

/** What runs the kernel and iproute2, for the conditions. */
export function iproute2Version(): Promise<string> {
  return new Promise((resolve) =>
    execFile('ip', ['-V'], (_, printed) => resolve(printed.trim().split(', ')[1] ?? '')),
  );
}
