/** What the machine of a VM node is handed by `eft up`, and the kernel command line that it starts the guest with. */
import { rootCommandLine } from '../../firmware/root-command-line.ts';
import type { Accelerator } from '../../firmware/run-vm.ts';
import type { VerityParameters } from '../../image/verity.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import type { ClusterNode } from './cluster.ts';

/** What virtual machines have on this host. */
export type VmHost = {
  /** Path of the kernel, `vmlinux`. */
  readonly kernel: string;
  readonly accelerator: Accelerator;
  /** From the descriptor of the image, which must have been opened. */
  readonly verity: VerityParameters;
};

export type VmSpec = {
  readonly node: ClusterNode;
  readonly bridge: string;
  /** Absolute path of the image file. */
  readonly image: string;
  readonly kernel: string;
  readonly accelerator: Accelerator;
  readonly commandLine: string;
  /** The file of the disk that is the node's STATE. */
  readonly stateDisk: string;
  /** The file of the disk that the node has its configuration from; undefined if it is handed none. */
  readonly configDisk: string | undefined;
};

/** Memory of a node, in MiB. */
export const vmMemoryMiB = 1024;
export const vmProcessors = 2;
/** Seconds after a panic, or a crash of PID 1, until the machine starts again: long enough to read why. */
const panicDelaySeconds = 5;
/** Drivers that are built in make a first link each by themselves, which nobody has declared and which would be in the way of one that is. */
const noLinksOfDrivers = ['bonding.max_bonds=0', 'dummy.numdummies=0'];
/** Bytes of a command line with its end, COMMAND_LINE_SIZE of arch/x86/include/asm/setup.h. The kernel cuts what is longer, and says nothing. */
const commandLineLimit = 2_048;

/** The command line of a node. Nothing in it is a secret: who may look at the processes of the host sees it. Errors: `provision.parameters-long`. */
export function vmCommandLine(
  verity: VerityParameters,
  hostName: string,
  parameters: readonly string[] = [],
): string {
  const line = [
    'console=ttyS0',
    `panic=${panicDelaySeconds}`,
    rootCommandLine(verity, '/dev/vda'),
    'init=/sbin/init',
    ...noLinksOfDrivers,
    `eft.hostname=${hostName}`,
    ...parameters,
  ].join(' ');
  if (line.length < commandLineLimit) return line;
  const over = line.length - commandLineLimit + 1;
  throw EftError.of('provision.parameters-long', { over, limit: commandLineLimit - 1 });
}
