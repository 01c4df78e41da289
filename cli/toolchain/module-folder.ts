/** The folder of a module's sources: `module.yaml`, the world in `.wit` files, `assembly/`. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { type Manifest, readManifestYaml } from '../../supervisor/manifest/manifest.ts';
import type { WitFile } from '../../wit/bindgen/doc-comments.ts';
import { readInputText } from '../files.ts';

/** Bytes of a source file: far more than a person writes. */
const sourceSizeLimit = 1024 * 1024;

const witRoot = join(import.meta.dirname, '../../wit');

/** The packages of Eft that modules may use: folders below `wit/`. */
const witPackages = ['host', 'module', 'resources'];

export type ModuleFolder = {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly wit: readonly WitFile[];
};

/** Reads a module's folder. Errors: `build.folder`, `file.*`, `document.*`, `manifest.*`. */
export function readModuleFolder(folder: string): ModuleFolder {
  for (const missing of ['module.yaml', 'world.wit', 'assembly']) {
    if (!existsSync(join(folder, missing))) throw EftError.of('build.folder', { folder, missing });
  }
  const manifestFile = join(folder, 'module.yaml');
  const manifest = readManifestYaml(readInputText(manifestFile, sourceSizeLimit), manifestFile);
  return { folder, manifest, wit: readWitFolder(folder, folder) };
}

/** The interfaces of Eft, as they lie in `wit/`. */
export function readEftWit(): readonly WitFile[] {
  return witPackages.flatMap((name) => readWitFolder(join(witRoot, name), `wit/${name}`));
}

/** The `.wit` files right in `folder`, by name; `shownAs` is the folder's name in errors. */
export function readWitFolder(folder: string, shownAs: string): readonly WitFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.wit'))
    .sort()
    .map((name) => ({ path: join(shownAs, name), text: readInputText(join(folder, name), sourceSizeLimit) }));
}
