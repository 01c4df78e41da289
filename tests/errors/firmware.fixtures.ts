/** What can go wrong while the kernel is built and a virtual machine is run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFragments } from '../../firmware/config-fragments.ts';
import { checkConfig } from '../../firmware/kernel-config.ts';
import type { Fixture } from './fixture.ts';

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
];
