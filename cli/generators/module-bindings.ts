/** The AssemblyScript bindings of every module. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Generator } from '../generate.ts';
import { checkBindings } from '../toolchain/build-module.ts';

const root = join(import.meta.dirname, '../..');

export const moduleBindings: Generator = {
  name: 'bindings of the modules',
  generate: async () => {
    const files = new Map<string, string>();
    const ownedFolders: string[] = [];
    for (const name of readdirSync(join(root, 'modules')).sort()) {
      const folder = join(root, 'modules', name);
      if (!existsSync(join(folder, 'module.yaml'))) continue;
      const owned = `modules/${name}/assembly/bindings`;
      ownedFolders.push(owned);
      for (const [path, text] of (await checkBindings(folder)).files) files.set(`${owned}/${path}`, text);
    }
    return { files, ownedFolders };
  },
};
