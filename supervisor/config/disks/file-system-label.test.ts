import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { labelBytes, readLabel } from './file-system-label.ts';

const folder = mkdtempSync(join(tmpdir(), 'eft-labels-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The first bytes of a disk that a tool of Debian's makes. */
function made(tool: string, ...parameters: readonly string[]): Uint8Array {
  const { status, stderr, error } = spawnSync(tool, parameters, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
  });
  if (status !== 0) throw new Error(`${tool}: ${error?.message ?? stderr}`);
  return new Uint8Array(readFileSync(join(folder, 'disk')).subarray(0, labelBytes));
}

test('labels are those that the tools of Debian write', () => {
  writeFileSync(join(folder, 'user-data'), '');
  const iso = made('genisoimage', '-quiet', '-o', 'disk', '-V', 'cidata', '-J', '-r', 'user-data');
  expect(readLabel(iso)).toEqual({ type: 'iso9660', label: 'cidata' });
  rmSync(join(folder, 'disk'));
  for (const [bits, size] of [
    ['12', '2048'],
    ['16', '20000'],
    ['32', '40000'],
  ] as const) {
    const fat = made('mkfs.vfat', '-C', '-F', bits, '-n', 'CIDATA', 'disk', size);
    expect([bits, readLabel(fat)]).toEqual([bits, { type: 'vfat', label: 'CIDATA' }]);
    rmSync(join(folder, 'disk'));
  }
  const ext4 = made('mkfs.ext4', '-q', '-L', 'STATE', 'disk', '4M');
  expect(readLabel(ext4)).toEqual({ type: 'ext4', label: 'STATE' });
  rmSync(join(folder, 'disk'));
  expect(readLabel(made('mkfs.ext4', '-q', 'disk', '4M'))).toBeUndefined();
});

test('whatever a disk begins with, nothing is thrown', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 4_096 }), (start) => void readLabel(start)));
  expect(readLabel(new Uint8Array(labelBytes))).toBeUndefined();
});
