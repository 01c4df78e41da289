/** TypeScript types for the host, of every interface in `wit/`. */
import { outlineWit } from '../../wit/bindgen/doc-comments.ts';
import { resolveWorld } from '../../wit/bindgen/resolve.ts';
import { generateHostTypes } from '../../wit/bindgen/typescript/generate.ts';
import type { Generator } from '../generate.ts';
import { readEftWit } from '../toolchain/module-folder.ts';

const folder = 'supervisor/capabilities/generated';

export const hostTypes: Generator = {
  name: 'types of the host interfaces',
  generate: async () => {
    const wit = readEftWit();
    const ids = [...outlineWit(wit).values()]
      .filter((item) => item.kind === 'interface')
      .map((item) => item.key);
    const imports = ids.map((id) => `import ${escapeKeyword(id)};`).join(' ');
    const world = { path: 'all.wit', text: `package eft:all@0.1.0; world all { ${imports} }` };
    const types = generateHostTypes(await resolveWorld('all', [world], wit));
    const files = new Map([...types].map(([path, text]) => [`${folder}/${path}`, text]));
    return { files, ownedFolders: [folder] };
  },
};

/** `eft:resources/resource@0.1.0` names an interface by a word of WIT, which needs a `%` before it. */
function escapeKeyword(id: string): string {
  return id.replace('/', '/%');
}
