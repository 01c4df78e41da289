/**
 * The label of a file system, read from the first bytes of its device: nothing on a node scans disks for others to ask. Only the file systems that
 * a configuration may lie on are known, each by its magic number.
 *
 *   ISO 9660   ECMA-119, section 8.4: the primary volume descriptor, in sector 16
 *   FAT        the boot sector, as in fs/fat of the kernel (include/uapi/linux/msdos_fs.h); the label there, not the entry in the root directory
 *   ext4       the superblock at byte 1,024 (Documentation/filesystems/ext4/super.rst)
 *
 * A disk may hold anything, and be cut off anywhere: what is not exactly there is no label.
 */

export type FileSystemLabel = { readonly type: 'iso9660' | 'vfat' | 'ext4'; readonly label: string };

/** Bytes from the begin of a device that hold every label. */
export const labelBytes = 16 * 2_048 + 72;

const isoSector = 16 * 2_048;
const ext4Superblock = 1_024;

/** The label in the first `labelBytes` of a device; undefined if there is none of these file systems, or no label. */
export function readLabel(start: Uint8Array): FileSystemLabel | undefined {
  const type = typeOf(start);
  if (type === undefined) return undefined;
  const [offset, length] = labelPlace(type, start);
  const bytes = start.subarray(offset, offset + length);
  if (bytes.length < length) return undefined;
  const label = Buffer.from(bytes).toString('latin1').replace(/\0.*$/s, '').trimEnd();
  return label === '' ? undefined : { type, label };
}

/** Where the label is: its first byte, and how many there are. */
function labelPlace(type: FileSystemLabel['type'], start: Uint8Array): readonly [number, number] {
  switch (type) {
    case 'iso9660':
      return [isoSector + 40, 32];
    case 'vfat':
      return [isFat32(start) ? 71 : 43, 11];
    case 'ext4':
      return [ext4Superblock + 120, 16];
  }
}

function typeOf(start: Uint8Array): FileSystemLabel['type'] | undefined {
  if (start[isoSector] === 1 && textAt(start, isoSector + 1, 5) === 'CD001') return 'iso9660';
  if (start[510] === 0x55 && start[511] === 0xaa && (isFat32(start) || isFat16(start))) return 'vfat';
  if (start[ext4Superblock + 56] === 0x53 && start[ext4Superblock + 57] === 0xef) return 'ext4';
  return undefined;
}

function isFat32(start: Uint8Array): boolean {
  return textAt(start, 82, 8) === 'FAT32   ';
}

function isFat16(start: Uint8Array): boolean {
  return ['FAT12   ', 'FAT16   ', 'FAT     '].includes(textAt(start, 54, 8));
}

function textAt(bytes: Uint8Array, offset: number, length: number): string {
  return Buffer.from(bytes.subarray(offset, offset + length)).toString('latin1');
}
