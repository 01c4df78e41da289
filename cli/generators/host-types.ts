/** TypeScript types for the host, of every interface in `wit/`, and the host's own world in binary. */
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
    const resolve = (world: string, items: readonly string[]) =>
      resolveWorld(
        world,
        [
          {
            path: `${world}.wit`,
            text: `package eft:supervisor@0.1.0; world ${world} { ${items.join(' ')} }`,
          },
        ],
        wit,
      );
    const all = await resolve(
      'all',
      ids.map((id) => `import ${escapeKeyword(id)};`),
    );
    const isOf = (name: string) => (id: string) => id.startsWith(`${name}/`);
    const host = await resolve('host', [
      ...ids.filter(isOf('eft:host')).map((id) => `import ${escapeKeyword(id)};`),
      ...ids.filter(isOf('eft:module')).map((id) => `export ${escapeKeyword(id)};`),
    ]);
    const files = new Map([...generateHostTypes(all)].map(([path, text]) => [`${folder}/${path}`, text]));
    files.set(`${folder}/host-world.ts`, worldFile('hostWorld', hostWorldComment, host.encoded));
    const kinds = await resolve(
      'kinds',
      ids.filter(isOf('eft:resources')).map((id) => `import ${escapeKeyword(id)};`),
    );
    files.set(`${folder}/kinds-world.ts`, worldFile('kindsWorld', kindsWorldComment, kinds.encoded));
    return { files, ownedFolders: [folder] };
  },
};

/** Line length of the text, in characters. */
const lineLength = 96;

const hostWorldComment = `
 * The world of the supervisor as modules meet it: every \`eft:host\` interface imported, every \`eft:module\` interface exported. A
 * \`component-type\` section, in base64; \`decodeWorld\` reads it.`;

const kindsWorldComment = `
 * Every kind of \`eft:resources\`, imported, in the version that this supervisor was built with. A \`component-type\` section, in base64;
 * \`decodeWorld\` reads it.`;

function worldFile(name: string, comment: string, encoded: Uint8Array): string {
  const text = Buffer.from(encoded).toString('base64');
  const lines = text.match(new RegExp(`.{1,${lineLength}}`, 'g')) ?? [];
  return `// Generated from the WIT by \`npm run generate\`: change the WIT, not this file.

/**${comment}
 */
export const ${name} =
${lines.map((line) => `  '${line}'`).join(' +\n')};
`;
}

/** `eft:resources/resource@0.1.0` names an interface by a word of WIT, which needs a `%` before it. */
function escapeKeyword(id: string): string {
  return id.replace('/', '/%');
}
