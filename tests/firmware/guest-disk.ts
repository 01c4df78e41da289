/** The disk of the test machine: a small C program as PID 1 and one file, in a squashfs with its hash tree behind it. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from '../../image/run-tool.ts';
import { appendHashTree, type VerityImage } from '../../image/verity.ts';

/** Bytes of the file that a test damages: several blocks of the file system, none of which PID 1 needs to start. */
export const payloadBytes = 512 * 1024;

/** Makes the disk, using `folder` to work in. */
export function makeGuestDisk(folder: string): VerityImage {
  const tree = join(folder, 'tree');
  for (const name of ['dev', 'proc', 'sys', 'run', 'sbin']) mkdirSync(join(tree, name), { recursive: true });
  const source = join(import.meta.dirname, 'guest/init.c');
  const flags = ['-static', '-Os', '-std=gnu17', '-Wall', '-Wextra', '-Werror', '-D_GNU_SOURCE'];
  runTool(folder, 'gcc', [...flags, '-o', join(tree, 'sbin/init'), source]);
  writeFileSync(join(tree, 'payload'), payload());
  const file = join(folder, 'root.squashfs');
  const form = ['-noappend', '-quiet', '-no-progress', '-all-root', '-no-xattrs', '-comp', 'zstd'];
  runTool(folder, 'mksquashfs', [tree, file, ...form]);
  return appendHashTree(new Uint8Array(readFileSync(file)), new Uint8Array(32).fill(7));
}

/** The disk with one bit of the file flipped, and nothing else. */
export function damagePayload(disk: Uint8Array): Uint8Array {
  // What does not compress is stored as it is, so the bytes of the file can be found on the disk.
  const at = Buffer.from(disk).indexOf(payload().subarray(payloadBytes - 4096, payloadBytes - 4032));
  if (at === -1) throw new Error('the file is not on the disk as it is');
  const damaged = Uint8Array.from(disk);
  damaged[at] = (damaged[at] ?? 0) ^ 1;
  return damaged;
}

/** Bytes that look random and are the same every time. */
function payload(): Buffer {
  const blocks = Array.from({ length: payloadBytes / 32 }, (_, index) =>
    createHash('sha256').update(`payload ${index}`).digest(),
  );
  return Buffer.concat(blocks);
}
