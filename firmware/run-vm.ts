/**
 * Runs a virtual machine: QEMU's q35 board, a kernel started without firmware, disks and one network card on virtio, and the serial console as
 * lines. The machine has an end: it powers off, or its deadline or the caller ends it; nothing of it outlives this process's wish.
 *
 * Hardware virtualisation is not taken for granted because /dev/kvm is there: some hosts offer it and cannot run a kernel in it
 * (`findAccelerator` tries).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import type { Readable } from 'node:stream';
import { ensureDebianPackages } from '../cli/toolchain/machine-packages.mjs';
import { EftError } from '../supervisor/errors/eft-error.ts';

export const emulator = 'qemu-system-x86_64';
/** Characters of a console line; a longer one is cut. */
const lineLimit = 4_096;
/** Lines of the console that are kept; the oldest go first. */
const linesLimit = 20_000;
const messageLimit = 1_000;
/** A kernel that runs at all says its name within this time under KVM. */
const trialDeadlineMs = 10_000;
/** How long a machine may take to die after SIGTERM. */
const killAfterMs = 3_000;

export type Accelerator = 'kvm' | 'tcg';

export type VmDisk = {
  readonly file: string;
  readonly isReadOnly: boolean;
  /** What /dev/disk and the guest's /sys/block/vdX/serial say; up to 20 characters. */
  readonly serial?: string;
};

export type VmNetwork =
  /** QEMU's own NAT (10.0.2.0/24 with DHCP); ports of the host's loopback lead to ports of the guest. */
  | { readonly kind: 'user'; readonly forwards: readonly { readonly host: number; readonly guest: number }[] }
  /** A tap device that is there already. */
  | { readonly kind: 'tap'; readonly device: string; readonly address?: string };

export type VmOptions = {
  /** `vmlinux` (PVH) or `bzImage`. */
  readonly kernel: string;
  /** `console=ttyS0 panic=-1 …`; nothing is added. */
  readonly commandLine: string;
  readonly initrd?: string;
  readonly memoryMiB: number;
  readonly processors: number;
  /** In the order in which the guest sees them: vda, vdb, … */
  readonly disks: readonly VmDisk[];
  readonly network?: VmNetwork;
  readonly accelerator: Accelerator;
  readonly deadlineMs: number;
  /** A path for QEMU's control socket (QMP), to press the power button. */
  readonly controlSocket?: string;
  /** More of QEMU's own options, such as a watchdog or a firmware log. */
  readonly extra?: readonly string[];
  readonly onLine?: (line: string) => void;
};

/** How a machine came to its end. */
export type VmOutcome = {
  /** `ended`: it powered off, or started again after a panic, which ends it here. */
  readonly reason: 'ended' | 'deadline' | 'stopped';
  /** The console, a line each, without carriage returns. */
  readonly lines: readonly string[];
  readonly milliseconds: number;
};

/** A machine that runs. */
export type RunningVm = {
  readonly pid: number;
  /** Where the guest's console reads from. */
  readonly type: (text: string) => void;
  /** The next line that matches, or has matched; undefined when the machine has ended without one. */
  readonly waitFor: (pattern: RegExp) => Promise<string | undefined>;
  /** Ends the machine as if its power were cut. */
  readonly stop: () => Promise<VmOutcome>;
  /** Rejects with `firmware.emulator` if QEMU could not run the machine at all. */
  readonly ended: Promise<VmOutcome>;
};

const virtualized = ['-accel', 'kvm', '-cpu', 'host'];

/*
 * All processors of the machine take turns in one thread of QEMU. In a thread each, one can run what was translated before another changed
 * it: when Linux patches its own code (static keys), it then meets a breakpoint that is gone from memory, and dies of "Oops: int3".
 */
const emulated = ['-accel', 'tcg,thread=single', '-cpu', 'max'];

/** QEMU's parameters for a machine. */
export function emulatorParameters(options: Omit<VmOptions, 'deadlineMs' | 'onLine'>): readonly string[] {
  const { kernel, commandLine, memoryMiB, processors, disks, network, accelerator } = options;
  return [
    ...['-machine', 'q35', ...(accelerator === 'kvm' ? virtualized : emulated)],
    ...['-m', `${memoryMiB}M`, '-smp', String(processors)],
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-monitor', 'none'],
    ...['-serial', 'stdio', '-kernel', kernel, '-append', commandLine],
    ...(options.initrd === undefined ? [] : ['-initrd', options.initrd]),
    ...['-device', 'virtio-rng-pci'],
    ...disks.flatMap(diskParameters),
    ...(network === undefined ? ['-nic', 'none'] : networkParameters(network)),
    ...(options.controlSocket === undefined
      ? []
      : ['-qmp', `unix:${escapeComma(options.controlSocket)},server=on,wait=off`]),
    ...(options.extra ?? []),
  ];
}

function diskParameters({ file, isReadOnly, serial }: VmDisk, index: number): readonly string[] {
  const access = isReadOnly ? 'on' : 'off';
  const name = serial === undefined ? '' : `,serial=${escapeComma(serial)}`;
  return [
    ...['-drive', `id=disk${index},file=${escapeComma(file)},format=raw,if=none,read-only=${access}`],
    ...['-device', `virtio-blk-pci,drive=disk${index}${name}`],
  ];
}

function networkParameters(network: VmNetwork): readonly string[] {
  if (network.kind === 'tap') {
    const address = network.address === undefined ? '' : `,mac=${network.address}`;
    return [
      ...['-netdev', `tap,id=net0,ifname=${network.device},script=no,downscript=no`],
      ...['-device', `virtio-net-pci,netdev=net0${address}`],
    ];
  }
  const forwards = network.forwards.map(({ host, guest }) => `,hostfwd=tcp:127.0.0.1:${host}-:${guest}`);
  return ['-netdev', `user,id=net0${forwards.join('')}`, '-device', 'virtio-net-pci,netdev=net0'];
}

/** A comma ends a value of QEMU's options; two are one comma. */
function escapeComma(value: string): string {
  return value.replaceAll(',', ',,');
}

/** Starts a machine. */
export function startVm(options: VmOptions): RunningVm {
  const start = performance.now();
  const child = spawn(emulator, emulatorParameters(options), { stdio: ['pipe', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const waiting = new Set<{ readonly pattern: RegExp; readonly found: (line: string | undefined) => void }>();
  let reason: VmOutcome['reason'] = 'ended';
  let words = '';
  child.stdin.on('error', () => undefined);
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    words = `${words}${chunk}`.slice(-messageLimit);
  });
  const drained = readLines(child.stdout, (line) => {
    lines.push(line);
    if (lines.length > linesLimit) lines.shift();
    options.onLine?.(line);
    for (const entry of waiting) {
      if (!entry.pattern.test(line)) continue;
      waiting.delete(entry);
      entry.found(line);
    }
  });
  const deadline = setTimeout(() => end('deadline'), options.deadlineMs);
  const end = (why: VmOutcome['reason']): void => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    reason = why;
    killSurely(child);
  };
  const ended = new Promise<VmOutcome>((resolve, reject) => {
    const settle = (failure: string | undefined): void => {
      clearTimeout(deadline);
      for (const { found } of waiting) found(undefined);
      waiting.clear();
      if (failure !== undefined) reject(EftError.of('firmware.emulator', { reason: failure }));
      else resolve({ reason, lines, milliseconds: performance.now() - start });
    };
    child.on('error', (error) => settle(error.message));
    child.on('close', async (status) => {
      await drained;
      const isFailure = reason === 'ended' && status !== 0;
      settle(isFailure ? words.trim() || `it ended with ${status ?? child.signalCode}` : undefined);
    });
  });
  // Whoever only waits for a line must not be ended by a rejection nobody looks at.
  ended.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    type: (text) => void child.stdin.write(text),
    waitFor: (pattern) =>
      new Promise((found) => {
        const line = lines.find((one) => pattern.test(one));
        const isOver = child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
        if (line !== undefined || isOver) found(line);
        else waiting.add({ pattern, found });
      }),
    stop: () => {
      end('stopped');
      return ended;
    },
    ended,
  };
}

/** Runs a machine to its end. Errors: `firmware.emulator`. */
export function runVm(options: VmOptions): Promise<VmOutcome> {
  return startVm(options).ended;
}

function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  let rest = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = `${rest}${chunk}`.split('\n');
    rest = (parts.pop() ?? '').slice(0, lineLimit);
    for (const part of parts) onLine(part.replaceAll('\r', '').slice(0, lineLimit));
  });
  return new Promise((resolve) => {
    stream.on('close', () => {
      if (rest !== '') onLine(rest.replaceAll('\r', ''));
      resolve();
    });
  });
}

function killSurely(child: ChildProcess): void {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  child.on('close', () => clearTimeout(timer));
}

/** Brings QEMU onto the machine. Errors: `firmware.emulator`. */
export function ensureEmulator(
  tell: (line: string) => void,
  ensure: typeof ensureDebianPackages = ensureDebianPackages,
): void {
  const reason = ensure(
    [{ name: 'qemu-system-x86', file: `/usr/bin/${emulator}`, purpose: 'runs virtual machines' }],
    tell,
  );
  if (reason !== undefined) throw EftError.of('firmware.emulator', { reason });
}

/**
 * What machines can run with here: KVM if `kernel` really starts under it (it has no root to mount, so it ends by itself), else emulation.
 * Takes up to ten seconds where /dev/kvm is there and does not work.
 */
export async function findAccelerator(kernel: string): Promise<Accelerator> {
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
  } catch {
    return 'tcg';
  }
  const trial = startVm({
    kernel,
    commandLine: 'console=ttyS0 panic=-1',
    memoryMiB: 128,
    processors: 1,
    disks: [],
    accelerator: 'kvm',
    deadlineMs: trialDeadlineMs,
  });
  const line = await trial.waitFor(/Unable to mount root fs|Run \S+ as init process/);
  await trial.stop().catch(() => undefined);
  return line === undefined ? 'tcg' : 'kvm';
}
