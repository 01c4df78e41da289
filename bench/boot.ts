/**
 * What a boot costs. In a virtual machine: the instructions of the whole guest until READY, split by phase, beside the least that there can be, bare
 * Node.js, BusyBox and systemd on the same kernel, emulator and kind of root. In namespaces: CPU time beside bare Node.js, and memory.
 *
 * `npm run bench:boot -- [--runs N] [--rounds N] [--svg FILE] [--json]`; `--runs` says how often each machine is booted, `--rounds` how often each
 * namespace node. `--refresh-packages` pins the newest packages of the others and measures nothing. Needs root, and the kernel (`npm run kernel`).
 *
 * Instructions do not depend on how busy this machine is; CPU time in namespaces does, a little, and time that passes does wholly.
 */
import { spawnSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildKernel } from '../firmware/build-kernel.ts';
import { emulator, ensureEmulator } from '../firmware/run-vm.ts';
import { buildCheckout } from '../image/build-checkout.ts';
import { developmentKey } from '../image/development-key.ts';
import { blockBytes } from '../image/verity.ts';
import { bootChart, type NamedBoot } from './boot/boot-chart.ts';
import { type Boot, medianBoot, readBoot, readNodeBoot } from './boot/boot-phases.ts';
import { bootSvg } from './boot/boot-svg.ts';
import { bareNodeRoot, benchPackages, contenders } from './boot/contenders.ts';
import { countBoot, type Guest } from './boot/counted-boot.ts';
import { makeRoot, refreshPackages } from './boot/debian-root.ts';
import { openNamespaceBed, proportionalSetSize } from './boot/namespace-boot.ts';
import { conditionsHere, type Figure, printFigures, say } from './figures.ts';
import { orExit, readOptions, wholeNumber } from './options.ts';
import { quantile } from './quantile.ts';

const help = {
  command: 'npm run bench:boot',
  about: 'Measures what a boot costs, beside the boots of others.',
  options: [
    ['--runs N', 'how often each machine is booted (default: 3)'],
    ['--rounds N', 'how often each namespace node is booted (default: 15)'],
    ['--svg FILE', 'draw the boot'],
    ['--refresh-packages', 'pin the newest packages of the others, and measure nothing'],
  ],
} as const;
const options = readOptions(help, {
  runs: { type: 'string', default: '3' },
  rounds: { type: 'string', default: '15' },
  svg: { type: 'string' },
  'refresh-packages': { type: 'boolean', default: false },
});
const [runs, rounds] = orExit(help, () => [
  wholeNumber('runs', options.runs, 1),
  wholeNumber('rounds', options.rounds, 1),
]);
/** Until memory is looked at: what a node needs only while it boots is given back by then. */
const memoryAfterMs = 60_000;
const nodeReady = /(?<!NOT )READY.* after [\d.]+ s$/m;
const bareReady = /^bench: ready$/m;

if (options['refresh-packages']) {
  await refreshPackages(benchPackages);
  process.exit(0);
}

ensureEmulator((line) => console.error(line));
say('building kernel and image');
const kernel = await buildKernel({ tell: (line) => console.error(line) });
const { path: image, descriptor } = await buildCheckout({ key: developmentKey() });
const node: Guest = { image, verity: descriptor.verity, until: nodeReady };
const own = { id: 'eft', title: 'Eft, READY', about: 'modules well, network as declared' };

const namespace = await measureNamespaces();
const { eft, others } = await measureMachines();
say('');
const boots = new Map([eft, ...others].map(({ id, boot }) => [id, boot.total]));
const total = (id: string): number => boots.get(id) ?? Number.NaN;
const conditions = {
  ...conditionsHere(),
  qemu: emulatorVersion(),
  guestKernel: kernel.version,
  image: descriptor.sha256.slice(0, 12),
  runs,
  rounds,
};
printFigures('The boot', figures(), conditions);
if (!options.json) for (const line of bootChart(eft, others)) console.log(line);
if (options.svg !== undefined) {
  const machine = `QEMU ${conditions.qemu}, one emulated processor, 1 GiB, no KVM · Linux ${kernel.version} · squashfs on dm-verity · median of ${runs} ${runs === 1 ? 'boot' : 'boots'} · npm run bench:boot`;
  writeFileSync(options.svg, bootSvg(eft, others, machine));
}

function figures(): readonly Figure[] {
  const bare = 'bare Node.js that prints a line';
  const spans = eft.boot.spans.map(({ name, by, begin, end }) =>
    lower(`boot.${by}-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`, (end - begin) / 1e6, 'M instr'),
  );
  return [
    // Until the API of a node is there, it is ready when its network is.
    lower('boot.network-ready-vs-bare-node', total('eft') / total('bare-node'), '×', bare, 1.6),
    lower('boot.ready-vs-bare-node', total('eft') / total('bare-node'), '×', bare, 2),
    lower('boot.ready-vs-systemd', total('eft') / total('systemd'), '×', 'systemd to network-online', 0.5),
    lower('boot.namespace-cpu-vs-bare-node', namespace.eft.cpuMs / namespace.bare.cpuMs, '×', 'medians', 6),
    lower('boot.pss-bytes', namespace.pssBytes, 'bytes', namespace.pssOf, 150e6),
    lower('image.rootfs-bytes', descriptor.verity.dataBlocks * blockBytes, 'bytes', 'squashfs', 38e6),
    lower('firmware.kernel-bytes', statSync(kernel.files.bzImage).size, 'bytes', 'bzImage', 8e6),
    ...[...boots].map(([id, instructions]) =>
      lower(`boot.instructions-${id}`, instructions / 1e6, 'M instr'),
    ),
    ...spans,
    lower('boot.namespace-cpu-ms', namespace.eft.cpuMs, 'ms', 'median'),
    lower('boot.namespace-cpu-bare-node-ms', namespace.bare.cpuMs, 'ms', 'median'),
    lower('boot.namespace-wall-ms', namespace.eft.wallMs, 'ms', 'median; from the start of PID 1 to READY'),
    lower('boot.namespace-wall-bare-node-ms', namespace.bare.wallMs, 'ms', 'median'),
    lower('boot.instructions-spread', eft.spread, '×', `most to fewest of ${runs} boots of a node`),
  ];
}

/** Boots each machine in turns. */
async function measureMachines(): Promise<{
  readonly eft: NamedBoot & { readonly spread: number };
  readonly others: readonly NamedBoot[];
}> {
  const guests = [{ ...own, guest: node, read: readNodeBoot }];
  for (const { prepare, ...named } of contenders) {
    say(`making the root of ${named.id}`);
    guests.push({ ...named, guest: await prepare(), read: readBoot });
  }
  const all = new Map<string, Boot[]>(guests.map(({ id }) => [id, []]));
  for (let run = 1; run <= runs; run += 1) {
    for (const { id, guest, read } of guests) {
      say(`booting ${id} in a virtual machine, ${run} of ${runs}`);
      all.get(id)?.push(read(await countBoot(kernel.files.vmlinux, guest)));
    }
  }
  const [eft, ...others] = guests.map(({ id, title, about }) => ({
    ...{ id, title, about },
    boot: medianBoot(all.get(id) ?? []),
  }));
  if (eft === undefined) throw new Error('nothing was booted');
  const totals = (all.get('eft') ?? []).map((boot) => boot.total);
  return { eft: { ...eft, spread: Math.max(...totals) / Math.min(...totals) }, others };
}

type NamespaceFigures = {
  readonly eft: { readonly cpuMs: number; readonly wallMs: number };
  readonly bare: { readonly cpuMs: number; readonly wallMs: number };
  readonly pssBytes: number;
  readonly pssOf: string;
};

/** Boots both in turns in the same namespaces, on the same network. */
async function measureNamespaces(): Promise<NamespaceFigures> {
  const { file: bareImage } = await makeRoot(bareNodeRoot());
  await using bed = openNamespaceBed();
  const costs = {
    eft: [] as { cpuMs: number; wallMs: number }[],
    bare: [] as { cpuMs: number; wallMs: number }[],
  };
  for (let round = 1; round <= rounds; round += 1) {
    say(`booting in namespaces, round ${round} of ${rounds}`);
    {
      await using booted = await bed.boot(image, nodeReady);
      costs.eft.push(booted);
    }
    await using booted = await bed.boot(bareImage, bareReady);
    costs.bare.push(booted);
  }
  say(`a node in namespaces, ${memoryAfterMs / 1_000} s after READY`);
  await using booted = await bed.boot(image, nodeReady);
  await sleep(memoryAfterMs);
  const { bytes, processes } = proportionalSetSize(booted.controlGroup);
  return {
    eft: medians(costs.eft),
    bare: medians(costs.bare),
    pssBytes: bytes,
    pssOf: `${processes} processes, ${memoryAfterMs / 1_000} s after READY`,
  };
}

function medians(costs: readonly { readonly cpuMs: number; readonly wallMs: number }[]): {
  readonly cpuMs: number;
  readonly wallMs: number;
} {
  const median = (of: 'cpuMs' | 'wallMs'): number =>
    quantile(
      costs.map((cost) => cost[of]),
      0.5,
    );
  return { cpuMs: median('cpuMs'), wallMs: median('wallMs') };
}

function emulatorVersion(): string {
  const { stdout } = spawnSync(emulator, ['--version'], { encoding: 'utf8' });
  return /version (\S+)/.exec(stdout)?.[1] ?? 'unknown';
}

function lower(id: string, value: number, unit: string, against?: string, aim?: number): Figure {
  return {
    id,
    value,
    unit,
    better: 'lower',
    ...(against === undefined ? {} : { against }),
    ...(aim === undefined ? {} : { aim }),
  };
}
