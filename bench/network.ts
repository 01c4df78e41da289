/**
 * The network module beside the programs of Debian that do the same, in the same kind of namespace: how soon a plugged-in cable has an address, how
 * fast many addresses and routes are made, and what a flapping link costs. Needs root, iproute2, dnsmasq-base, busybox and systemd.
 */
import { buildModules } from '../tests/network/network-node.ts';
import { conditionsHere, type Figure, printFigures, say } from './figures.ts';
import { applyByEft, applyByIp, flapCost, iproute2Version } from './network/apply.ts';
import { contenders } from './network/ready.ts';
import { readOptions } from './options.ts';
import { quantile } from './quantile.ts';

readOptions(
  {
    command: 'npm run bench:network',
    about:
      'Measures the network module beside systemd-networkd, udhcpc and ip -batch. Needs root and their packages.',
  },
  {},
);

const readyRounds = 9;
const applyRounds = 3;
const flaps = 20;

const median = (samples: readonly number[]): number => quantile(samples, 0.5);

await buildModules();
const readyMs = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
for (let round = 0; round < readyRounds; round += 1) {
  for (const { name, run } of contenders) {
    say(`an address by ${name}, round ${round + 1} of ${readyRounds}`);
    readyMs.get(name)?.push(await run());
  }
}
const ready = (name: string): number => median(readyMs.get(name) ?? []);

const applied = { eft: [] as number[], ip: [] as number[] };
let messages = { eft: 0, ip: 0 };
for (let round = 0; round < applyRounds; round += 1) {
  say(`addresses and routes, round ${round + 1} of ${applyRounds}`);
  const [byEft, byIp] = [await applyByEft(), await applyByIp()];
  applied.eft.push(byEft.ms);
  applied.ip.push(byIp.ms);
  messages = { eft: byEft.messages, ip: byIp.messages };
}
say('a link that flaps');
const flap = await flapCost(flaps);
say('');

const lower = { better: 'lower' } as const;
const ms = { ...lower, unit: 'ms' } as const;
const figures: readonly Figure[] = [
  {
    id: 'network.dhcp-ready-vs-networkd',
    value: ready('eft') / ready('networkd'),
    unit: '×',
    ...lower,
    against: 'systemd-networkd, medians; it asks nobody whether the address is free',
    aim: 1,
  },
  {
    id: 'network.dhcp-ready',
    value: ready('eft'),
    ...ms,
    against: 'carrier to address, one ARP probe included',
  },
  { id: 'network.dhcp-ready-networkd', value: ready('networkd'), ...ms },
  { id: 'network.dhcp-ready-udhcpc', value: ready('udhcpc'), ...ms, against: 'started with the carrier' },
  {
    id: 'network.apply-1000-vs-ip-batch',
    value: median(applied.eft) / median(applied.ip),
    unit: '×',
    ...lower,
    against: '1,000 addresses and 10,000 routes, from the declaration until all resources say so',
    aim: 3,
  },
  { id: 'network.apply-1000', value: median(applied.eft), ...ms },
  { id: 'network.apply-1000-ip-batch', value: median(applied.ip), ...ms },
  {
    id: 'network.apply-1000-messages',
    value: messages.eft / messages.ip,
    unit: '×',
    ...lower,
    against: `${messages.ip} messages of ip -batch`,
  },
  { id: 'network.flap-messages', value: flap.messages, unit: 'messages', ...lower },
  { id: 'network.flap-events', value: flap.events, unit: 'events', ...lower },
  { id: 'network.flap-cpu', value: flap.cpuMs, ...ms, against: 'CPU of supervisor and cells' },
];
printFigures('The network module', figures, { ...conditionsHere(), iproute2: await iproute2Version() });
