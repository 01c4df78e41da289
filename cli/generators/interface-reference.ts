/** docs/reference/interfaces.md, from the .wit files in `wit/` and the worlds of the modules. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { withoutVersion } from '../../supervisor/component/compatible-type.ts';
import { resolveWorld } from '../../wit/bindgen/resolve.ts';
import { readInterfaceSet } from '../../wit/compatibility/interface-set.ts';
import { interfaceReference, type WorldUse } from '../../wit/reference/interface-reference.ts';
import type { Generator } from '../generate.ts';
import { readEftWit, readModuleFolder } from '../toolchain/module-folder.ts';

const modules = join(import.meta.dirname, '../../modules');

export const interfaceReferencePage: Generator = {
  name: 'reference of the interfaces',
  generate: async () => {
    const page = interfaceReference(await readInterfaceSet(readEftWit()), await readWorldUses());
    return { files: new Map([['docs/reference/interfaces.md', page]]), ownedFolders: [] };
  },
};

async function readWorldUses(): Promise<readonly WorldUse[]> {
  const uses: WorldUse[] = [];
  for (const folder of readdirSync(modules).sort()) {
    if (!existsSync(join(modules, folder, 'module.yaml'))) continue;
    const { manifest, wit } = readModuleFolder(join(modules, folder));
    const name = withoutVersion(manifest.world.slice(manifest.world.lastIndexOf('/') + 1));
    const { world } = await resolveWorld(name, wit, readEftWit());
    const plain = (externs: ReadonlyMap<string, unknown>) => new Set([...externs.keys()].map(withoutVersion));
    uses.push({ module: manifest.name, imports: plain(world.imports), exports: plain(world.exports) });
  }
  return uses;
}
