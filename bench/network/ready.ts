/**
 * From the cable plugged in to an address by DHCP: Eft and systemd-networkd run and wait for a carrier, udhcpc is started with it. Each in a fresh
 * namespace with a fresh server, in turns.
 */
import { fileURLToPath } from 'node:url';
import { dhcp, link } from '../../tests/network/e2e/declarations.ts';
import { NetworkNode } from '../../tests/network/network-node.ts';
import { type Cable, layCable, serveLeases, timeToAddress } from './cable.ts';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
/** For a daemon to have begun and to have nothing to do. */
const settleMs = 1_500;
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, settleMs));

export type Contender = { readonly name: string; readonly run: () => Promise<number> };

export const contenders: readonly Contender[] = [
  { name: 'eft', run: () => onCable(eft) },
  { name: 'networkd', run: () => onCable(networkd) },
  { name: 'udhcpc', run: () => onCable(udhcpc) },
];

async function onCable(measure: (cable: Cable) => Promise<number>): Promise<number> {
  await using cable = await layCable();
  await serveLeases(cable);
  return await measure(cable);
}

async function eft(cable: Cable): Promise<number> {
  await using node = await NetworkNode.open(cable.client, {
    machine: { links: [link('eth1')], dhcp: [dhcp('eth1')] },
  });
  await node.until(() => node.lease('eth1') !== undefined, 'the client to wait for a carrier');
  await settle();
  return await timeToAddress(cable, () => cable.plug('up'));
}

async function networkd(cable: Cable): Promise<number> {
  const inside = [
    'unshare',
    '--mount',
    '--uts',
    '--propagation',
    'private',
    path('./networkd.sh'),
    'eth1',
  ] as const;
  cable.client.startProgram(...inside);
  await settle();
  return timeToAddress(cable, () => cable.plug('up'));
}

async function udhcpc(cable: Cable): Promise<number> {
  await cable.client.run('ip', 'link', 'set', 'eth1', 'up');
  await settle();
  return timeToAddress(cable, async () => {
    await cable.plug('up');
    cable.client.startProgram('busybox', 'udhcpc', '-f', '-q', '-i', 'eth1', '-s', path('./udhcpc.sh'));
  });
}
