/** docs/reference/roles.md, from the table of roles and the methods that a node has. */
import { eftKinds } from '../../supervisor/store/eft-kinds.ts';
import { inertMethods } from '../../tests/api/inert-methods.ts';
import type { Generator } from '../generate.ts';
import { rolesReference } from './roles-page.ts';

export const rolesReferencePage: Generator = {
  name: 'reference of the roles',
  generate: async () => {
    const kinds = eftKinds().map(({ name }) => name);
    const files = new Map([['docs/reference/roles.md', rolesReference(inertMethods(), kinds)]]);
    return { files, ownedFolders: [] };
  },
};
