/** Modules without a node: module files, and folders of modules' sources, with what each manifest says. Nothing is verified: `eft module verify` does that. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import type { ComponentSurface } from '../../supervisor/manifest/authority.ts';
import { type Manifest, readManifestYaml } from '../../supervisor/manifest/manifest.ts';
import { readInput, readInputText } from '../files.ts';

export type ModuleSource = {
  /** The file that it was read from. */
  readonly file: string;
  readonly manifest: Manifest;
  /** Of a module file only: which functions it imports. */
  readonly surface?: ComponentSurface;
  /** Of a module file only: SHA-256 of what is signed, and the ids of the keys that say to have signed it. */
  readonly digest?: string;
  readonly signers?: readonly string[];
};

/** Bytes of a manifest's source: more than a person writes. */
const manifestLimit = 1024 * 1024;

const checkoutFolder = join(import.meta.dirname, '../../modules');

/** Every module of this checkout, by the name of its folder: all that an image of it brings. */
export function checkoutManifests(): readonly Manifest[] {
  return readdirSync(checkoutFolder)
    .sort()
    .map((name) => join(checkoutFolder, name, 'module.yaml'))
    .filter((file) => existsSync(file))
    .map(readManifestFile);
}

/** Whether a word on the command line is a path, and not the name of a module. */
export function isModulePath(word: string): boolean {
  return word.includes('/') || word.endsWith('.wasm') || word === '.' || word === '..';
}

/**
 * Reads a module file, or the folder of a module's sources, or every module file in a folder.
 * Errors: `file.*`, `module.*`, `document.*`, `manifest.*`; `build.folder` for a folder without modules.
 */
export async function readModuleSources(path: string): Promise<readonly ModuleSource[]> {
  if (!existsSync(path) || !statSync(path).isDirectory()) return [await readModuleFile(path)];
  const manifestFile = join(path, 'module.yaml');
  if (existsSync(manifestFile)) return [{ file: manifestFile, manifest: readManifestFile(manifestFile) }];
  const files = readdirSync(path)
    .sort()
    .filter((name) => name.endsWith('.wasm'));
  if (files.length === 0) throw EftError.of('build.folder', { folder: path, missing: 'module.yaml' });
  return Promise.all(files.map((name) => readModuleFile(join(path, name))));
}

async function readModuleFile(file: string): Promise<ModuleSource> {
  const { readModule } = await import('../../supervisor/trust/module-file.ts');
  const { maximumModuleBytes } = await import('../../supervisor/trust/module-sections.ts');
  const { surfaceOf } = await import('../../supervisor/manifest/authority.ts');
  const { manifest, definition, digest, signatures } = readModule(readInput(file, maximumModuleBytes), file);
  return {
    file,
    manifest,
    surface: surfaceOf(definition.world),
    digest,
    signers: signatures.map(({ kid }) => kid),
  };
}

function readManifestFile(file: string): Manifest {
  return readManifestYaml(readInputText(file, manifestLimit), file);
}
