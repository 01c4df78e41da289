/**
 * Makes the parts of an image that come out of this checkout: the executable, the native part, the signed modules, the list of keys, and what
 * says which version it is.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildModule } from '../cli/toolchain/build-module.ts';
import { buildNative } from '../cli/toolchain/build-native.ts';
import type { PrivateKey } from '../supervisor/trust/key-file.ts';
import { attachSignatures } from '../supervisor/trust/module-file.ts';
import { emptyPolicyText, setScope } from '../supervisor/trust/trust-policy-edit.ts';
import type { ContentEntry } from './contents.ts';
import { buildExecutable } from './executable.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Where parts are kept from build to build. */
export const partsFolder = join(root, 'build/image/parts');

/** The version of this checkout: that of package.json. */
export function checkoutVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const version: unknown =
    typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'version') : undefined;
  if (typeof version !== 'string') throw new TypeError('package.json has no version');
  return version;
}

/** Makes every part that `entries` ask for, signs what is signed, and gives the path of each by its name in contents.yaml. */
export async function buildParts(
  entries: readonly ContentEntry[],
  key: PrivateKey,
  onPart: (name: string) => void,
): Promise<ReadonlyMap<string, string>> {
  mkdirSync(partsFolder, { recursive: true });
  const names = entries.flatMap((entry) =>
    entry.kind === 'file' && entry.origin.from === 'build' ? [entry.origin.name] : [],
  );
  const parts = new Map<string, string>();
  for (const name of names) {
    onPart(name);
    parts.set(name, await buildPart(name, key));
  }
  return parts;
}

async function buildPart(name: string, key: PrivateKey): Promise<string> {
  const path = join(partsFolder, name.replace(' ', '-'));
  switch (name) {
    case 'init':
      return (await buildExecutable(path)).path;
    case 'native':
      return buildNative();
    case 'trust': {
      const all = { modules: ['*'], capabilities: ['*'], thresholds: [] };
      const change = { key: key.public, comment: 'signed this image', ...all };
      writeFileSync(path, setScope(emptyPolicyText, path, change).text);
      return path;
    }
    case 'release':
      writeFileSync(path, releaseText(checkoutVersion()));
      return path;
    default: {
      const { module } = await buildModule(join(root, 'modules', name.replace(/^module /, '')));
      writeFileSync(path, attachSignatures(module, [key]));
      return path;
    }
  }
}

/** os-release(5). */
function releaseText(version: string): string {
  return `NAME="Eft"\nID=eft\nVERSION_ID=${version}\nPRETTY_NAME="Eft ${version}"\n`;
}
