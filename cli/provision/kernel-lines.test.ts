import { describe, expect, it } from 'vitest';
import { shortenKernelLines } from './kernel-lines.ts';

const start = [
  '[    0.000000] Linux version 6.12.117-eft (eft@eft) (gcc) #1 SMP',
  '[    0.000000] Command line: console=ttyS0',
  '[    0.750622] signal: max sigframe size: 1616',
  '[    3.995377] device-mapper: verity: sha256 using shash "sha256-avx2"',
];

describe('lines of a kernel that starts', () => {
  it('are those of note and a count, and after the kernel all', () => {
    const show = shortenKernelLines();
    const lines = [
      ...start,
      '[    4.303932] Run /sbin/init as init process',
      '[   15.4] eft: ✓ trust',
      'any',
    ];
    expect(lines.flatMap(show)).toEqual([
      '[    0.000000] Linux version 6.12.117-eft',
      '[    3.995377] device-mapper: verity: sha256 using shash "sha256-avx2"',
      '[    4.303932] … and 2 more lines of the kernel',
      '[    4.303932] Run /sbin/init as init process',
      '[   15.4] eft: ✓ trust',
      'any',
    ]);
  });

  it('are all of them from where it dies', () => {
    const show = shortenKernelLines();
    const death = [
      '[    4.1] VFS: Unable to mount root fs on "/dev/dm-0" or unknown-block(0,0)',
      '[    4.1] User configuration error',
      '[    4.2] Kernel panic - not syncing: VFS',
      '[    4.2] CPU: 0 UID: 0',
    ];
    expect([...start, ...death].flatMap(show).slice(-4)).toEqual(death);
  });
});
