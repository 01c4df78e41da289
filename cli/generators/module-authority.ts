/**
 * The authority of every module of the checkout, in one file: a change of what a module may do is a change of that file, which a reviewer sees, however it came about.
 */
import type { Generator } from '../generate.ts';
import { authorityLines } from '../graph/authority-text.ts';
import { authorityOfSource } from '../graph/module-authority.ts';
import { checkoutManifests } from '../graph/module-sources.ts';

const columns = 120;

export const moduleAuthority: Generator = {
  name: 'authority of the modules',
  generate: async () => {
    const texts = checkoutManifests().map((manifest) =>
      authorityLines(authorityOfSource({ file: '', manifest }), columns).join('\n'),
    );
    const head =
      'What each module of this checkout may do. Written by `npm run generate`; a change here is a change of authority.';
    const text = `${[head, ...texts].join('\n\n')}\n`;
    return { files: new Map([['tests/authority/modules.txt', text]]), ownedFolders: [] };
  },
};
