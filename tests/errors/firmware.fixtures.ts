/** What can go wrong while the kernel is built and a virtual machine is run. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFailure, checkSame, holding } from '../../firmware/build-kernel.ts';
import { readFragments } from '../../firmware/config-fragments.ts';
import { kernelAt, kernelFiles } from '../../firmware/kernel-cache.ts';
import { checkConfig } from '../../firmware/kernel-config.ts';
import { ensureKernelTools } from '../../firmware/kernel-tools.ts';
import { ensureEmulator } from '../../firmware/run-vm.ts';
import type { Fixture } from './fixture.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

const silent = (): void => undefined;
const group = (name: string) => `groups:\n  - {name: ${name}, reason: a test, options: {DM_VERITY: y}}\n`;

export const fixtures: readonly Fixture[] = [
  {
    code: 'firmware.option-twice',
    title: 'an option that two groups ask for',
    provoke: () => {
      const folder = mkdtempSync(join(tmpdir(), 'eft-'));
      try {
        writeFileSync(join(folder, 'base.yaml'), group('disks'));
        writeFileSync(join(folder, 'storage.yaml'), group('root'));
        readFragments(folder);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    text:
      'error[firmware.option-twice]: the kernel option DM_VERITY is asked for twice: in base.yaml (disks) and in storage.yaml (root)\n' +
      '  keep the one whose reason fits',
  },
  {
    code: 'firmware.option-dropped',
    title: 'an option that this kernel does not know, and one that depends on another',
    provoke: () =>
      checkConfig(
        'CONFIG_NET=y\nCONFIG_NR_CPUS=64\n',
        [
          { name: 'NEWT', value: 'y' },
          { name: 'NR_CPUS', value: 256 },
        ],
        [],
        '6.12.117-1',
      ),
    text:
      'error[firmware.option-dropped]: Linux 6.12.117-1 does not take these options as they are asked for: NEWT=y (it is not set), NR_CPUS=256 (it is 64)\n' +
      '  look into its Kconfig for what they depend on and are called, and correct firmware/config',
  },
  {
    code: 'firmware.option-set',
    title: 'an option that was left out and that another one selects',
    provoke: () => checkConfig('CONFIG_NFS_FS=y\n', [], ['NFS_FS'], '6.12.117-1'),
    text:
      'error[firmware.option-set]: the option NFS_FS is set in Linux 6.12.117-1, and firmware/config says that it is left out\n' +
      '  see which option selects it, and leave that out, or say why it is there',
  },
  {
    code: 'firmware.tools',
    title: 'a user who may not install the tools',
    provoke: () => ensureKernelTools(silent, () => 'run as root: apt-get install flex bison'),
    text:
      'error[firmware.tools]: the tools that the kernel is built with are not all here: run as root: apt-get install flex bison\n' +
      '  install them and try again; docs/reference/kernel.md lists them',
  },
  {
    code: 'firmware.build',
    title: 'a file that does not compile',
    provoke: () => {
      throw buildFailure('bzImage', 'make ended with 2', ['newt.c:1:1: error: expected a declaration']);
    },
    text:
      'error[firmware.build]: the kernel does not build (`make bzImage`): newt.c:1:1: error: expected a declaration\n' +
      '  look at the first of these lines; running the command again goes on where it stopped',
  },
  {
    code: 'firmware.busy',
    title: 'two builds of one kernel',
    provoke: () =>
      inTemporaryFolder(() => {
        writeFileSync('builder.pid', '1');
        return holding('.', async () => undefined);
      }),
    text:
      'error[firmware.busy]: process 1 is building this kernel in .\n' +
      '  wait until it has finished: the kernel is then in the cache for everybody',
  },
  {
    code: 'firmware.not-reproducible',
    title: 'a kernel that holds the time of its build',
    provoke: () =>
      inTemporaryFolder(() => {
        for (const folder of ['first', 'second']) {
          mkdirSync(folder);
          for (const name of kernelFiles) writeFileSync(join(folder, name), name);
        }
        writeFileSync('second/vmlinux', 'built at noon');
        checkSame(kernelAt('first', 'key', '6.12'), kernelAt('second', 'key', '6.12'), 'second');
      }),
    text:
      'error[firmware.not-reproducible]: the same sources, options and tools gave another kernel the second time; changed: vmlinux\n' +
      '  compare them with those in second, and find out what of the machine got into them',
  },
  {
    code: 'firmware.emulator',
    title: 'a user who may not install the emulator',
    provoke: () => ensureEmulator(silent, () => 'run as root: apt-get install qemu-system-x86'),
    text:
      'error[firmware.emulator]: the emulator did not start: run as root: apt-get install qemu-system-x86\n' +
      '  run `apt-get install qemu-system-x86`, and see that the kernel and the disks named are there',
  },
];
