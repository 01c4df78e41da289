/** Boots a machine and counts its instructions until a line of its console: one emulated processor, and nothing in it that comes from a random number. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vmCommandLine } from '../../cli/provision/vm-spec.ts';
import { startVm } from '../../firmware/run-vm.ts';
import type { VerityParameters } from '../../image/verity.ts';
import { countingParameters, InstructionCounter } from './instruction-counter.ts';

const memoryMiB = 1024;
/** An emulated boot takes a minute or two on a busy machine. */
const deadlineMs = 600_000;
/** Addresses of the kernel and of programs are the same every time. */
const sameAddresses = 'nokaslr norandmaps';
/** Lines of the console of which it is worth knowing when they came. */
const marked = /\] (?:Run \S+ as init|eft: |bench: |device-mapper: verity: |Freeing SMP)/;
const panic = /Kernel panic - not syncing/;

/** What is booted. */
export type Guest = {
  readonly image: string;
  readonly verity: VerityParameters;
  /** What comes behind the command line that all have: another `init=` and its parameters, say. */
  readonly commandLine?: string;
  /** The line with which the boot is over. */
  readonly until: RegExp;
};

/** A line of the console, without its time, and the instructions of the whole guest until then. */
export type Mark = { readonly line: string; readonly instructions: number };

/** Boots `guest` under `kernel` until its last line. Errors: `firmware.emulator`; an error with the console's end if the guest never says it. */
export async function countBoot(kernel: string, guest: Guest): Promise<readonly Mark[]> {
  const folder = mkdtempSync(join(tmpdir(), 'eft-bench-'));
  const controlSocket = join(folder, 'control');
  const marks: Promise<Mark>[] = [];
  let counter: InstructionCounter | undefined;
  const vm = startVm({
    kernel,
    commandLine: [vmCommandLine(guest.verity, 'n1'), sameAddresses, guest.commandLine ?? ''].join(' '),
    memoryMiB,
    processors: 1,
    disks: [{ file: guest.image, isReadOnly: true }],
    network: { kind: 'user', forwards: [] },
    accelerator: 'tcg',
    deadlineMs,
    controlSocket,
    extra: countingParameters,
    onLine: (line) => {
      if (counter === undefined || !(marked.test(line) || guest.until.test(line))) return;
      const text = line.replace(/^\[ *[\d.]+\] /, '');
      marks.push(counter.read().then((instructions) => ({ line: text, instructions })));
    },
  });
  try {
    counter = await InstructionCounter.connect(controlSocket);
    counter.start();
    const last = await vm.waitFor(new RegExp(`${guest.until.source}|${panic.source}`));
    if (last === undefined || !guest.until.test(last)) {
      const { lines } = await vm.stop();
      throw new Error(`the machine ended before it said ${guest.until}:\n${lines.slice(-20).join('\n')}`);
    }
    return await Promise.all(marks);
  } finally {
    counter?.close();
    await vm.stop().catch(() => undefined);
    rmSync(folder, { recursive: true });
  }
}
