/**
 * The hash tree of dm-verity (Documentation/admin-guide/device-mapper/verity.rst in the kernel), version 1 with SHA-256: the kernel reads a
 * block of the root file system only if its hash, up to the root hash, is right.
 *
 *   superblock   one block; `veritysetup` reads it (verity_sb of cryptsetup's lib/verity/verity.c)
 *   level n      one block, of which the root hash is the hash
 *   …
 *   level 0      the hashes of the data blocks
 *
 * A hash is SHA-256 of the salt and a block. Each block of a level holds 128 hashes of the level below, the last one filled with zeros.
 */
import { createHash } from 'node:crypto';

/** Bytes of a block, of data and of hashes. */
export const blockBytes = 4096;
const hashBytes = 32;
const hashesPerBlock = blockBytes / hashBytes;

/** What the kernel must be told. */
export type VerityParameters = {
  readonly dataBlocks: number;
  /** The block, from the begin of the file, in which the tree begins: behind the superblock. */
  readonly treeStart: number;
  /** 32 bytes, in hexadecimal digits. */
  readonly rootHash: string;
  /** 32 bytes, in hexadecimal digits. */
  readonly salt: string;
};

/** Data with its hash tree behind it. */
export type VerityImage = { readonly bytes: Uint8Array; readonly parameters: VerityParameters };

/** Fills `data` up to whole blocks, and appends superblock and tree. The same data and salt give the same bytes. */
export function appendHashTree(data: Uint8Array, salt: Uint8Array): VerityImage {
  const dataBlocks = Math.ceil(data.length / blockBytes);
  const padded = new Uint8Array(dataBlocks * blockBytes);
  padded.set(data);
  const { levels, root } = hashTree(padded, salt);
  const superblock = writeSuperblock(dataBlocks, salt);
  // The kernel wants the top level first.
  const bytes = Buffer.concat([padded, superblock, ...levels.toReversed()]);
  const parameters = {
    dataBlocks,
    treeStart: dataBlocks + 1,
    rootHash: hex(root),
    salt: hex(salt),
  };
  return { bytes, parameters };
}

/** Every level of the tree over whole blocks, the lowest first, and the root hash. */
function hashTree(
  data: Uint8Array,
  salt: Uint8Array,
): { readonly levels: readonly Uint8Array[]; readonly root: Uint8Array } {
  const levels: Uint8Array[] = [];
  let below = data;
  // A single block needs no tree: its hash is the root hash.
  while (below.length > blockBytes) {
    const count = below.length / blockBytes;
    const level = new Uint8Array(Math.ceil(count / hashesPerBlock) * blockBytes);
    for (let block = 0; block < count; block += 1) level.set(hashOf(below, block, salt), block * hashBytes);
    levels.push(level);
    below = level;
  }
  return { levels, root: hashOf(below, 0, salt) };
}

function hashOf(data: Uint8Array, block: number, salt: Uint8Array): Uint8Array {
  const at = block * blockBytes;
  return createHash('sha256')
    .update(salt)
    .update(data.subarray(at, at + blockBytes))
    .digest();
}

/**
 * What is wrong with an image of which `parameters` are to be believed: the first block that its tree does not vouch for, as a sentence,
 * or undefined if every block is right.
 */
export function findDamage(image: Uint8Array, parameters: VerityParameters): string | undefined {
  const { dataBlocks, treeStart, rootHash } = parameters;
  const salt = Buffer.from(parameters.salt, 'hex');
  const data = image.subarray(0, dataBlocks * blockBytes);
  const { levels, root } = hashTree(data, salt);
  if (treeStart !== dataBlocks + 1) return `its hash tree begins at block ${treeStart}`;
  const expected = Buffer.concat([writeSuperblock(dataBlocks, salt), ...levels.toReversed()]);
  const found = image.subarray(data.length);
  if (found.length !== expected.length)
    return `it has ${found.length} bytes behind the data, not ${expected.length}`;
  const at = found.findIndex((byte, index) => byte !== expected[index]);
  const isRoot = hex(root) === rootHash;
  if (at === -1) return isRoot ? undefined : 'its root hash is another one';
  if (isRoot) return `byte ${data.length + at}, in the hash tree, was changed`;
  const damaged = firstDamaged(found, expected, dataBlocks);
  return damaged === undefined
    ? `byte ${data.length + at}, in the hash tree, was changed`
    : `block ${damaged} of the data (bytes ${damaged * blockBytes} to ${(damaged + 1) * blockBytes - 1}) was changed`;
}

/** The first data block whose hash in the lowest level is not what it should be. */
function firstDamaged(found: Uint8Array, expected: Uint8Array, dataBlocks: number): number | undefined {
  if (dataBlocks === 1) return 0;
  const lowest = expected.length - Math.ceil(dataBlocks / hashesPerBlock) * blockBytes;
  for (let block = 0; block < dataBlocks; block += 1) {
    const at = lowest + block * hashBytes;
    const isSame =
      Buffer.compare(found.subarray(at, at + hashBytes), expected.subarray(at, at + hashBytes)) === 0;
    if (!isSame) return block;
  }
  return undefined;
}

function writeSuperblock(dataBlocks: number, salt: Uint8Array): Uint8Array {
  const block = Buffer.alloc(blockBytes);
  block.write('verity', 0, 'latin1');
  block.writeUInt32LE(1, 8);
  block.writeUInt32LE(1, 12);
  uuidOf(salt).copy(block, 16);
  block.write('sha256', 32, 'latin1');
  block.writeUInt32LE(blockBytes, 64);
  block.writeUInt32LE(blockBytes, 68);
  block.writeBigUInt64LE(BigInt(dataBlocks), 72);
  block.writeUInt16LE(salt.length, 80);
  block.set(salt, 88);
  return block;
}

/** A UUID of version 8 (RFC 9562, section 5.8) of the salt: it names the tree, and must not change from build to build. */
function uuidOf(salt: Uint8Array): Buffer {
  const uuid = createHash('sha256').update('eft verity uuid').update(salt).digest().subarray(0, 16);
  uuid.writeUInt8((uuid.readUInt8(6) & 0x0f) | 0x80, 6);
  uuid.writeUInt8((uuid.readUInt8(8) & 0x3f) | 0x80, 8);
  return uuid;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
