/**
 * The kernel's command line for a verified root: the kernel itself makes the device from it (Documentation/admin-guide/device-mapper/dm-init.rst)
 * and mounts it, before any program runs. What it says is what is trusted: the root hash in it vouches for every byte of the root.
 */
import { blockBytes, type VerityParameters } from '../image/verity.ts';

const sectorBytes = 512;

/** The name of the mapped device: `/sys/block/dm-0/dm/name`. */
export const rootDeviceName = 'eft-root';

/**
 * The parameters that mount `device` (`/dev/vda`, or `PARTUUID=…` after `dm-mod.waitfor=`), which holds a squashfs and its hash tree, as the
 * verified root. `/dev/dm-0` is the first mapped device, which this one is, since nothing but the kernel makes any before PID 1.
 */
export function rootCommandLine(
  { dataBlocks, treeStart, rootHash, salt }: VerityParameters,
  device: string,
): string {
  const sectors = (dataBlocks * blockBytes) / sectorBytes;
  const target = `verity 1 ${device} ${device} ${blockBytes} ${blockBytes} ${dataBlocks} ${treeStart} sha256 ${rootHash} ${salt}`;
  return [
    `dm-mod.waitfor=${device}`,
    `dm-mod.create="${rootDeviceName},,,ro,0 ${sectors} ${target}"`,
    'root=/dev/dm-0',
    'rootfstype=squashfs',
    'ro',
  ].join(' ');
}
