/** docs/reference/config.md and docs/reference/config.schema.json, from the table of fields in supervisor/config/. */
import { configReference, configSchema } from '../../supervisor/config/config-reference.ts';
import type { Generator } from '../generate.ts';

export const configReferencePage: Generator = {
  name: 'reference of the machine configuration',
  generate: async () => ({
    files: new Map([
      ['docs/reference/config.md', configReference()],
      ['docs/reference/config.schema.json', configSchema()],
    ]),
    ownedFolders: [],
  }),
};
