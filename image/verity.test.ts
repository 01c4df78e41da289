/** The hash tree against `veritysetup`, which is not ours. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendHashTree, blockBytes, findDamage } from './verity.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'eft-verity-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

const salt = Buffer.from('c0ffee'.padEnd(64, '5'), 'hex');

/** Bytes that are no two blocks alike. */
function someData(length: number): Uint8Array {
  const data = new Uint8Array(length);
  for (let at = 0; at < length; at += 1) data[at] = (at * 7 + (at >> 12)) & 0xff;
  return data;
}

function veritysetup(image: Uint8Array, offset: number, rootHash: string): number | null {
  const path = join(folder, 'image');
  writeFileSync(path, image);
  const options = ['verify', path, path, rootHash, `--hash-offset=${offset}`];
  return spawnSync('veritysetup', options, { stdio: 'ignore' }).status;
}

describe('the hash tree', () => {
  // One block; a level more; the last block of a level full; and a tree of three levels.
  it.each([1, 128, 129, 128 * 128 + 1])('of %i blocks is right for veritysetup', (blocks) => {
    const { bytes, parameters } = appendHashTree(someData(blocks * blockBytes - 5), salt);
    expect(parameters).toMatchObject({ dataBlocks: blocks, treeStart: blocks + 1 });
    expect(veritysetup(bytes, blocks * blockBytes, parameters.rootHash)).toBe(0);
    expect(veritysetup(bytes, blocks * blockBytes, parameters.rootHash.replace(/^./, 'x'))).not.toBe(0);
  });

  it('tells which byte was changed, wherever it is', () => {
    const { bytes, parameters } = appendHashTree(someData(300 * blockBytes), salt);
    expect(findDamage(bytes, parameters)).toBeUndefined();
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Uint8Array.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ change;
        const block = Math.floor(at / blockBytes);
        expect(findDamage(damaged, parameters)).toMatch(
          block < 300
            ? new RegExp(`^block ${block} of the data `)
            : new RegExp(`^byte ${at}, in the hash tree`),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('tells that there is too little or too much', () => {
    const { bytes, parameters } = appendHashTree(someData(3 * blockBytes), salt);
    expect(findDamage(bytes.subarray(0, -1), parameters)).toMatch(
      /^it has 8191 bytes behind the data, not 8192/,
    );
    expect(findDamage(bytes, { ...parameters, rootHash: '00'.repeat(32) })).toBe(
      'its root hash is another one',
    );
  });
});
