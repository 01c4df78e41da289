/** docs/reference/kernel.md, from firmware/config. */
import { readFragments } from '../../firmware/config-fragments.ts';
import { configFolder, lockedSource } from '../../firmware/kernel-cache.ts';
import { kernelReference } from '../../firmware/kernel-reference.ts';
import type { Generator } from '../generate.ts';

export const kernelReferencePage: Generator = {
  name: 'reference of the kernel',
  generate: async () => ({
    files: new Map([
      ['docs/reference/kernel.md', kernelReference(lockedSource().version, readFragments(configFolder))],
    ]),
    ownedFolders: [],
  }),
};
