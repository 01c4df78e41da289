/**
 * The network of a cluster on the host: a bridge, and a cable to each node. `ip` does the work; every name is written down before it is used, and taking away what is not there is no error.
 */
import { spawnSync } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import type { Cluster, ClusterNode } from './cluster.ts';

/** The networks that clusters take: 10.57.0.0/24 and up. */
const firstNumbers = '10.57';
/** The first /24 that neither the host nor a cluster uses. Errors: `provision.no-network`. */
export function freeNetwork(taken: readonly string[]): string {
  const used = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address }) => address);
  for (let third = 0; third < 256; third += 1) {
    const network = `${firstNumbers}.${third}`;
    if (taken.includes(network) || used.some((address) => address.startsWith(`${network}.`))) continue;
    return network;
  }
  throw EftError.of('provision.no-network', { range: `${firstNumbers}.0.0/16` });
}

/** Makes the bridge, with the host's address on it. */
export function makeBridge({ bridge, network }: Cluster): void {
  ip('link', 'add', bridge, 'type', 'bridge', 'stp_state', '0', 'forward_delay', '0');
  ip('address', 'add', `${network}.1/24`, 'dev', bridge);
  ip('link', 'set', bridge, 'up');
}

/** Puts a cable from the bridge into the network namespace of the process `pid`, where it is called eth0. */
export function attachCable(bridge: string, { link, hardwareAddress }: ClusterNode, pid: number): void {
  removeLink(link);
  const peer = ['peer', 'name', 'eth0', 'address', hardwareAddress, 'netns', String(pid)];
  ip('link', 'add', link, 'type', 'veth', ...peer);
  ip('link', 'set', link, 'master', bridge, 'up');
}

/** Makes a tap device for a virtual machine, and puts it into the bridge. */
export function attachTap(bridge: string, { link }: ClusterNode): void {
  removeLink(link);
  ip('tuntap', 'add', 'dev', link, 'mode', 'tap');
  ip('link', 'set', link, 'master', bridge, 'up');
}

/** Takes a link away, and with a cable its other end. */
export function removeLink(name: string): void {
  spawnSync('ip', ['link', 'delete', name], { stdio: 'ignore' });
}

export function hasLink(name: string): boolean {
  return spawnSync('ip', ['link', 'show', 'dev', name], { stdio: 'ignore' }).status === 0;
}

/** Errors: `provision.tool`. */
export function ip(...parameters: readonly string[]): void {
  const result = spawnSync('ip', parameters, { encoding: 'utf8' });
  if (result.status === 0) return;
  const reason = result.error?.message ?? result.stderr.trim();
  throw EftError.of('provision.tool', { command: `ip ${parameters.join(' ')}`, reason });
}
