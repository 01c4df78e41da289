/**
 * The carriers of the interfaces by which a module reaches the network and the kernel's settings: `eft:host/netlink`, `eft:host/socket` and
 * `eft:host/kernel`. Everything happens on the main thread, in the network namespace of this process, with calls that do not wait.
 */
import { kernelName } from '../capabilities/kernel.ts';
import { netlinkName } from '../capabilities/netlink.ts';
import { socketName } from '../capabilities/socket.ts';
import type { Carrier } from '../cells/cell-world.ts';
import type { Grant } from '../manifest/grants.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { carryKernel } from './carry-kernel.ts';
import { carryNetlink } from './carry-netlink.ts';
import { carrySockets } from './carry-sockets.ts';

export type NetworkCarriersOptions = {
  /** What a module may use: what its manifest grants, or less. */
  readonly grantsOf?: (manifest: Manifest) => readonly Grant[];
};

/** The entries for the map of carriers, by interface. */
export function networkCarriers(
  options: NetworkCarriersOptions = {},
): readonly (readonly [string, Carrier])[] {
  const grantsOf = options.grantsOf ?? (({ grants }: Manifest) => grants);
  return [
    [netlinkName, carryNetlink(grantsOf)],
    [socketName, carrySockets(grantsOf)],
    [kernelName, carryKernel(grantsOf)],
  ];
}
