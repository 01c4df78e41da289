/**
 * A restart of Debian's systemd-networkd beside a swap of the network module: the same cable, the same DHCP server, a lease in hand. What counts is
 * the time in which nobody handles what the network says: from the end asked for to the link said to be configured again.
 */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { dhcp, link } from '../../tests/network/e2e/declarations.ts';
import { NetworkNode } from '../../tests/network/network-node.ts';
import { layCable, serveLeases } from '../network/cable.ts';

const script = fileURLToPath(new URL('./networkd-again.sh', import.meta.url));
/** Nobody should wait longer than this for a lease, or for a restart. */
const limitMs = 30_000;

/** Milliseconds of each pause of `count` swaps of the network module. */
export async function networkSwaps(count: number): Promise<readonly number[]> {
  await using cable = await layCable();
  await serveLeases(cable);
  await using node = await NetworkNode.open(cable.client, {
    machine: { links: [link('eth1')], dhcp: [dhcp('eth1')] },
  });
  await cable.plug('up');
  await node.leased('eth1');
  const pauses: number[] = [];
  for (let swap = 1; swap <= count; swap += 1) pauses.push(await node.swap(`0.${swap + 1}.0`));
  return pauses;
}

/** Milliseconds of each of `count` restarts of systemd-networkd. */
export async function networkdRestarts(count: number): Promise<readonly number[]> {
  await using cable = await layCable();
  await serveLeases(cable);
  const inside = ['unshare', '--mount', '--uts', '--propagation', 'private', script, 'eth1'] as const;
  cable.client.startProgram(...inside);
  await cable.plug('up');
  const namespace = readlinkSync(`/proc/${cable.client.pid}/ns/net`);
  let pid = await daemonIn(namespace, undefined);
  await configuredSince(pid, 0);
  const times: number[] = [];
  for (let restart = 0; restart < count; restart += 1) {
    // So that what it writes now is told apart from what it wrote before.
    await sleep(50);
    const wallMs = Date.now();
    const beganMs = performance.now();
    process.kill(pid, 'SIGTERM');
    pid = await daemonIn(namespace, pid);
    await configuredSince(pid, wallMs);
    times.push(performance.now() - beganMs);
  }
  return times;
}

/** The process of systemd-networkd in a network namespace, another one than `before`. */
async function daemonIn(namespace: string, before: number | undefined): Promise<number> {
  return until(() => {
    for (const entry of readdirSync('/proc')) {
      const pid = Number(entry);
      if (!Number.isInteger(pid) || pid === before) continue;
      try {
        if (readFileSync(`/proc/${pid}/comm`, 'utf8').trim() !== 'systemd-network') continue;
        if (readlinkSync(`/proc/${pid}/ns/net`) === namespace) return pid;
      } catch {
        // It has ended meanwhile.
      }
    }
    return undefined;
  }, 'systemd-networkd to run');
}

/** Waits until the daemon has said, after `wallMs`, that a link is configured (/run/systemd/netif/links). */
async function configuredSince(pid: number, wallMs: number): Promise<void> {
  const folder = `/proc/${pid}/root/run/systemd/netif/links`;
  await until(() => {
    try {
      for (const name of readdirSync(folder)) {
        const file = `${folder}/${name}`;
        const isNew = statSync(file).mtimeMs > wallMs;
        if (isNew && readFileSync(file, 'utf8').includes('ADMIN_STATE=configured')) return true;
      }
    } catch {
      // Not there yet.
    }
    return undefined;
  }, 'systemd-networkd to have configured its link');
}

async function until<Value>(look: () => Value | undefined, what: string): Promise<Value> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`waited ${limitMs} ms for ${what}`);
    await sleep(1);
  }
}
