/** Modules for tests of the fuzzer, as files: not signed, and built only when something of theirs has changed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifestYaml } from '../../supervisor/manifest/manifest.ts';
import { attachManifest } from '../../supervisor/trust/module-file.ts';
import { builtComponent, builtModuleComponent } from '../components/build.ts';

const root = join(import.meta.dirname, '../..');

/** The module in `tests/components/NAME`. */
export async function testModuleFile(name: string): Promise<Uint8Array> {
  return withManifest(await builtComponent(name), `tests/components/${name}`);
}

/** The module in `modules/NAME`. */
export async function shippedModuleFile(name: string): Promise<Uint8Array> {
  return withManifest(await builtModuleComponent(name), `modules/${name}`);
}

function withManifest(component: Uint8Array, folder: string): Uint8Array {
  const file = join(root, folder, 'module.yaml');
  return attachManifest(component, readManifestYaml(readFileSync(file, 'utf8'), file));
}
