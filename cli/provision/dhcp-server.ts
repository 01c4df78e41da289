/** The DHCP server of a cluster on the bridge: Debian's dnsmasq, which goes on when `eft up` has ended. */
import { spawn } from 'node:child_process';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { type Cluster, clusterFolder } from './cluster.ts';
import { identify, type ProcessIdentity } from './process-identity.ts';

/** Seconds that a lease is good for: long enough to be no burden, short enough to see it renewed. */
const leaseSeconds = 600;
const identityFile = 'dhcp-server.json';

/** Starts it, and writes down which process it is. Errors: `provision.tool`. */
export function startDhcpServer(cluster: Cluster): ProcessIdentity {
  const folder = clusterFolder(cluster.name);
  const log = openSync(join(folder, 'dhcp-server.log'), 'a', 0o600);
  const child = spawn('dnsmasq', optionsOf(cluster, folder), { detached: true, stdio: ['ignore', log, log] });
  child.on('error', () => undefined);
  child.unref();
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity === undefined) {
    const reason = `it does not start; see ${join(folder, 'dhcp-server.log')}`;
    throw EftError.of('provision.tool', { command: 'dnsmasq', reason });
  }
  writeFileSync(join(folder, identityFile), JSON.stringify(identity));
  return identity;
}

/** The server of a cluster, as it was written down; undefined if there never was one. */
export function readDhcpServer(cluster: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(join(clusterFolder(cluster), identityFile), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Each node gets the address of its place in the cluster; strangers on the bridge get one from .100 on. */
function optionsOf({ bridge, network, nodes, isRootless }: Cluster, folder: string): readonly string[] {
  return [
    // In debugging mode it stays who it is: in a user namespace there is nobody else to become.
    isRootless ? '--no-daemon' : '--keep-in-foreground',
    '--conf-file=/dev/null',
    // Without one: it is known by its number and its begin, and the usual place is root's.
    '--pid-file=',
    '--no-resolv',
    '--no-hosts',
    '--port=0',
    '--log-facility=-',
    '--log-dhcp',
    '--bind-interfaces',
    `--interface=${bridge}`,
    '--except-interface=lo',
    '--dhcp-authoritative',
    '--no-ping',
    `--dhcp-leasefile=${join(folder, 'dhcp-server.leases')}`,
    `--dhcp-range=${network}.100,${network}.199,${leaseSeconds}`,
    `--dhcp-option=option:router,${network}.1`,
    `--dhcp-option=option:dns-server,${network}.1`,
    ...nodes.map(
      ({ hardwareAddress, name }, index) => `--dhcp-host=${hardwareAddress},${network}.${index + 2},${name}`,
    ),
  ];
}
