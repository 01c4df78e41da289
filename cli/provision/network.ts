/**
 * The network of a cluster on the host: a bridge, and a cable to each node. `ip` does the work; every name is written down before it is used, and taking away what is not there is no error.
 */
import { spawnSync } from 'node:child_process';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import type { ClusterNode } from './cluster.ts';

/** The networks that clusters take: 10.57.0.0/24 and up. */
const firstNumbers = '10.57';

/** What a network is called, as a second name of the bridge that has it: the kernel gives a name to one link only. */
function claimName(network: string): string {
  return `eft-${network}`;
}

/**
 * Makes the bridge, with the host's address in the first /24 that neither the host nor a cluster uses. Gives its first three numbers, which
 * `onNetwork` is told before anything has them. Errors: `provision.no-network`, `provision.tool`.
 *
 * Two clusters may be made at once, by users who do not know of each other. So a network is claimed, and it is let go of with its bridge.
 */
export function makeBridge(
  bridge: string,
  taken: readonly string[],
  onNetwork: (network: string) => void,
): string {
  ip('link', 'add', bridge, 'type', 'bridge', 'stp_state', '0', 'forward_delay', '0');
  for (const network of freeNetworks(taken)) {
    onNetwork(network);
    if (!claim(bridge, claimName(network))) continue;
    ip('address', 'add', `${network}.1/24`, 'dev', bridge);
    ip('link', 'set', bridge, 'up');
    return network;
  }
  throw noNetwork();
}

/** The first numbers of each /24 that clusters may take, and that neither the host nor one of `taken` uses. Errors: `provision.no-network`, `provision.tool`. */
export function freeNetworks(taken: readonly string[]): readonly string[] {
  const used = hostAddresses();
  const free = Array.from({ length: 256 }, (_, third) => `${firstNumbers}.${third}`).filter(
    (network) => !(taken.includes(network) || used.some((address) => address.startsWith(`${network}.`))),
  );
  if (free.length === 0) throw noNetwork();
  return free;
}

function noNetwork(): EftError {
  return EftError.of('provision.no-network', { range: `${firstNumbers}.0.0/16` });
}

/** Also of links that are down or have no cable yet, which Node.js leaves out of `networkInterfaces`. */
function hostAddresses(): readonly string[] {
  const links: readonly { readonly addr_info: readonly { readonly local?: string }[] }[] = JSON.parse(
    ip('-json', '-4', 'address', 'show'),
  );
  return links.flatMap(({ addr_info: addresses }) => addresses.flatMap(({ local }) => local ?? []));
}

/** Whether the bridge has the name now; if not, another link has it. Errors: `provision.tool`. */
function claim(bridge: string, name: string): boolean {
  const parameters = ['link', 'property', 'add', 'dev', bridge, 'altname', name];
  try {
    ip(...parameters);
    return true;
  } catch (error) {
    if (hasLink(name)) return false;
    throw error;
  }
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

/** What `ip` says. Errors: `provision.tool`. */
export function ip(...parameters: readonly string[]): string {
  const result = spawnSync('ip', parameters, { encoding: 'utf8' });
  if (result.status === 0) return result.stdout;
  const reason = result.error?.message ?? result.stderr.trim();
  throw EftError.of('provision.tool', { command: `ip ${parameters.join(' ')}`, reason });
}
