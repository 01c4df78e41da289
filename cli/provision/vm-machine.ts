/**
 * The machine of a VM node: keeps a QEMU running, starts it again when the guest restarts itself, and writes its console down. A program of its own,
 * which goes on when `eft up` has ended.
 *
 * SIGTERM presses the guest's power button, for which PID 1 listens (supervisor/phases/power-button.ts), and pulls the plug if that does not help.
 * If this program is killed, QEMU goes on without it, and `eft down` ends it: which process it is stands in the node's state.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Duplex } from 'node:stream';
import { emulator, emulatorParameters } from '../../firmware/run-vm.ts';
import { writeNodeState } from './cluster.ts';
import { attachTap, removeLink } from './network.ts';
import { type NodeEnd, nodeFiles } from './node-spec.ts';
import type { NodeState } from './node-state.ts';
import { identify, type ProcessIdentity } from './process-identity.ts';
import { controlParameters, openVmControl, type ShutdownCause } from './vm-control.ts';
import { type VmSpec, vmMemoryMiB, vmProcessors } from './vm-spec.ts';

/** Milliseconds between two starts of a node that restarts itself. */
const pauseMs = 500;
/** Milliseconds for the guest to go down in order; `eft down` waits a little longer than this. */
const powerOffLimitMs = 15_000;

const [, , folder = ''] = process.argv;
// Written by `eft up`, for this program.
const spec: VmSpec = JSON.parse(readFileSync(join(folder, nodeFiles.machine), 'utf8'));
const machine: ProcessIdentity = identify(process.pid) ?? { pid: process.pid, startedAt: '' };
const consoleLog = createWriteStream(join(folder, nodeFiles.console), { flags: 'a' });

let goDown: (() => void) | undefined;
let isAskedToEnd = false;
process.on('SIGTERM', () => {
  isAskedToEnd = true;
  goDown?.();
});

for (let boots = 1; ; boots += 1) {
  const end = await boot(boots);
  if (end.end === 'restart' && !isAskedToEnd) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    continue;
  }
  write(boots, undefined, end);
  break;
}

function boot(boots: number): Promise<NodeEnd> {
  write(boots, undefined, undefined);
  const { node, image, kernel, accelerator, commandLine, stateDisk, configDisk } = spec;
  attachTap(spec.bridge, node);
  const parameters = emulatorParameters({
    kernel,
    commandLine,
    memoryMiB: vmMemoryMiB,
    processors: vmProcessors,
    disks: [
      { file: image, isReadOnly: true },
      { file: stateDisk, isReadOnly: false },
      ...(configDisk === undefined ? [] : [{ file: configDisk, isReadOnly: true }]),
    ],
    network: { kind: 'tap', device: node.link, address: node.hardwareAddress },
    accelerator,
    // The board's watchdog resets the machine only if it is allowed to.
    extra: [...controlParameters, '-global', 'ICH9-LPC.noreboot=off'],
  });
  return new Promise((resolve) => {
    const child = spawn(emulator, parameters, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
    const channel = child.stdio[3];
    const control = channel instanceof Duplex ? openVmControl(channel) : undefined;
    keepLines(child);
    if (child.pid !== undefined) write(boots, identify(child.pid), undefined);
    let plug: NodeJS.Timeout | undefined;
    goDown = () => {
      control?.pressPowerButton();
      plug ??= setTimeout(() => {
        consoleLog.write(`the node has not gone down after ${powerOffLimitMs / 1_000} s: its power is cut\n`);
        child.kill('SIGKILL');
      }, powerOffLimitMs);
    };
    const settle = (end: NodeEnd): void => {
      goDown = undefined;
      clearTimeout(plug);
      removeLink(node.link);
      resolve(end);
    };
    child.on('error', (error) => settle({ end: 'failed', reason: error.message }));
    child.on('close', (status, signal) => settle(endOf(status, signal, control?.shutdownCause())));
    if (isAskedToEnd) goDown();
  });
}

/** How the node ended: QEMU ends by itself when the guest powers off, and, being told not to restart it itself, when the guest restarts. */
function endOf(
  status: number | null,
  signal: NodeJS.Signals | null,
  cause: ShutdownCause | undefined,
): NodeEnd {
  if (cause?.reason === 'guest-shutdown') return { end: 'power-off' };
  if (cause?.isByGuest) return { end: 'restart' };
  if (isAskedToEnd) return { end: 'power-off' };
  const reason =
    signal === null
      ? `${emulator} exited with status ${status ?? 'unknown'}; see the console`
      : `${emulator} was ended by ${signal}`;
  return { end: 'failed', reason };
}

/** The guest's console, and what QEMU has to say, line by line: the guest ends its lines with a carriage return too. */
function keepLines({ stdout, stderr }: ChildProcess): void {
  for (const stream of [stdout, stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
      consoleLog.write(`${line.replaceAll('\r', '')}\n`);
    });
  }
}

function write(boots: number, first: ProcessIdentity | undefined, end: NodeEnd | undefined): void {
  const state: NodeState = { machine, first, boots, end };
  writeNodeState(folder, state);
}
