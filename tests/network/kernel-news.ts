/** What the kernel tells of a host's network while something is done there. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from './test-bed.ts';

/** Everything that changes in the kernel while `work` is done, but for links of this test, as `ip monitor` tells of it. */
export async function toldDuring(host: Host, work: () => Promise<void>): Promise<readonly string[]> {
  const monitor = host.startProgram('ip', '-o', 'monitor', 'link', 'address', 'route', 'rule');
  let printed = '';
  monitor.stdout?.on('data', (bytes) => (printed += bytes));
  // What it tells of first is known to be there: a link of the test's own that comes until it has been heard of.
  for (let round = 0; !printed.includes('marker'); round += 1) {
    await host.run('ip', 'link', 'add', `marker${round}`, 'type', 'veth', 'peer', 'name', `mark${round}`);
    await sleep(50);
    await host.run('ip', 'link', 'del', `marker${round}`);
  }
  await work();
  await host.run('ip', 'link', 'add', 'last', 'type', 'veth', 'peer', 'name', 'tsal');
  while (!printed.includes('last')) await sleep(20);
  monitor.kill();
  const markers = /\bmark(er)?\d|\b(last|tsal)\b/;
  // Link-local addresses are the kernel's own: it announces them when it has asked whether somebody has them.
  const isForeign = (line: string): boolean => markers.test(line) || line.includes('fe80:');
  return printed.split('\n').filter((line) => line.length > 0 && !isForeign(line));
}

/** Whether a line tells that something is gone. */
export const isDeletion = (line: string): boolean => /\bDeleted\b/i.test(line);
