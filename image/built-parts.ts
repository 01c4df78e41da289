/**
 * Makes the parts of an image that come out of this checkout: the executable, the native part, the signed modules, the list of keys, and what
 * says which version it is.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildModule } from '../cli/toolchain/build-module.ts';
import { buildNative } from '../cli/toolchain/build-native.ts';
import type { PrivateKey } from '../supervisor/trust/key-file.ts';
import { attachSignatures } from '../supervisor/trust/module-file.ts';
import { emptyPolicyText, setScope } from '../supervisor/trust/trust-policy-edit.ts';
import type { ContentEntry } from './contents.ts';
import { buildExecutable } from './executable.ts';
import { sourceDigest } from './source-digest.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What a module is made of, beside its own folder. */
const moduleSources = [
  'wit',
  'cli/toolchain',
  'supervisor/manifest',
  'supervisor/trust',
  'supervisor/document',
  'package-lock.json',
];

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

/**
 * Makes every part that `entries` ask for, signs what is signed, and gives the path of each by its name in contents.yaml. `onPart` hears of each
 * before it is made.
 */
export async function buildParts(
  entries: readonly ContentEntry[],
  key: PrivateKey,
  onPart: (name: string) => void,
): Promise<ReadonlyMap<string, string>> {
  mkdirSync(partsFolder, { recursive: true });
  const names = entries.flatMap((entry) =>
    entry.kind === 'file' && entry.origin.from === 'build' ? [entry.origin.name] : [],
  );
  const files = new Map<string, string>();
  for (const name of names) {
    onPart(name);
    const path = join(partsFolder, name.replace(' ', '-'));
    files.set(name, await buildPart(name, path, key));
  }
  return files;
}

async function buildPart(name: string, path: string, key: PrivateKey): Promise<string> {
  switch (name) {
    case 'init':
      return (await buildExecutable(path)).path;
    case 'native':
      return buildNative();
    case 'trust': {
      const all = { modules: ['*'], capabilities: ['*'], thresholds: [] };
      const change = { key: key.public, comment: 'signed this image', ...all };
      writeFileSync(path, setScope(emptyPolicyText, 'trust.yaml', change).text);
      return path;
    }
    case 'release':
      writeFileSync(path, releaseText(checkoutVersion()));
      return path;
    default:
      return buildSignedModule(name.replace(/^module /, ''), path, key);
  }
}

/** Makes a module, or finds that it is made of the same sources and signed with this key (`<path>.key`). */
async function buildSignedModule(name: string, path: string, key: PrivateKey): Promise<string> {
  const source = join('modules', name);
  const digest = sourceDigest(root, [source, ...moduleSources], [key.public.kid]);
  const keyFile = `${path}.key`;
  if (existsSync(path) && existsSync(keyFile) && readFileSync(keyFile, 'utf8') === digest) return path;
  const { module } = await buildModule(join(root, source));
  writeFileSync(path, attachSignatures(module, [key]));
  writeFileSync(keyFile, sourceDigest(root, [source, ...moduleSources], [key.public.kid]));
  return path;
}

/** os-release(5). */
function releaseText(version: string): string {
  return `NAME="Eft"\nID=eft\nVERSION_ID=${version}\nPRETTY_NAME="Eft ${version}"\n`;
}
