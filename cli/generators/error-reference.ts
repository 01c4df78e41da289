/** docs/reference/errors.md, from the catalogue and the fixtures that prove it. */
import { errorReference } from '../../tests/errors/reference.ts';
import type { Generator } from '../generate.ts';

export const errorReferencePage: Generator = {
  name: 'reference of the errors',
  generate: async () => ({
    files: new Map([['docs/reference/errors.md', await errorReference()]]),
    ownedFolders: [],
  }),
};
