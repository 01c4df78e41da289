/**
 * Writes every generated file of the tree, or says which are out of date: `node cli/generate.ts [--check]`.
 *
 * A generator says what its files should be; it never looks at the disk for what they are. Folders that it owns hold
 * nothing else: what is in them and is not generated any more is deleted.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EftError } from '../supervisor/errors/eft-error.ts';
import { cliReferencePage } from './generators/cli-reference.ts';
import { configReferencePage } from './generators/config-reference.ts';
import { dashboardPicture } from './generators/dashboard-picture.ts';
import { dhcpStates } from './generators/dhcp-states.ts';
import { errorReferencePage } from './generators/error-reference.ts';
import { graphPicture } from './generators/graph-picture.ts';
import { hostTypes } from './generators/host-types.ts';
import { interfaceReferencePage } from './generators/interface-reference.ts';
import { kernelReferencePage } from './generators/kernel-reference.ts';
import { linkStates } from './generators/link-states.ts';
import { moduleAuthority } from './generators/module-authority.ts';
import { moduleBindings } from './generators/module-bindings.ts';
import { protocolMessages } from './generators/protocol-messages.ts';
import { rolesReferencePage } from './generators/roles-reference.ts';
import { compareFiles, type FileChanges, writeChanges } from './toolchain/binding-files.ts';

/** Paths are from the root of the tree. */
export type GeneratedFiles = {
  readonly files: ReadonlyMap<string, string>;
  /** Folders in which every file is generated. */
  readonly ownedFolders: readonly string[];
};

export type Generator = {
  /** What is generated, for people. */
  readonly name: string;
  readonly generate: () => Promise<GeneratedFiles>;
};

const generators: readonly Generator[] = [
  moduleBindings,
  hostTypes,
  interfaceReferencePage,
  configReferencePage,
  cliReferencePage,
  errorReferencePage,
  rolesReferencePage,
  dhcpStates,
  linkStates,
  kernelReferencePage,
  graphPicture,
  dashboardPicture,
  moduleAuthority,
  protocolMessages,
];

const root = join(import.meta.dirname, '..');

/** What is not as `generated` says. */
export function changesOf({ files, ownedFolders }: GeneratedFiles, base: string): FileChanges {
  const { outdated } = compareFiles(base, files);
  const stale = ownedFolders.flatMap((folder) => {
    if (!existsSync(join(base, folder))) return [];
    return readdirSync(join(base, folder))
      .map((name) => `${folder}/${name}`)
      .filter((path) => !files.has(path));
  });
  return { outdated, stale };
}

async function main(isCheck: boolean): Promise<number> {
  let wrong = 0;
  for (const { name, generate } of generators) {
    const generated = await generate();
    const changes = changesOf(generated, root);
    const paths = [...changes.outdated, ...changes.stale];
    if (!isCheck) writeChanges(root, generated.files, changes);
    else wrong += paths.length;
    const state = paths.length === 0 ? 'up to date' : isCheck ? 'OUT OF DATE' : 'written';
    console.log(
      `${name}: ${generated.files.size} files, ${state}${paths.map((path) => `\n  ${path}`).join('')}`,
    );
  }
  if (wrong > 0) console.error('run `npm run generate` and commit what it writes');
  return wrong > 0 ? 1 : 0;
}

if (import.meta.main) {
  try {
    process.exitCode = await main(process.argv.includes('--check'));
  } catch (error) {
    if (!(error instanceof EftError)) throw error;
    console.error(error.render());
    process.exitCode = 1;
  }
}
