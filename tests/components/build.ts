/**
 * Components that are written for tests, built when something that they are made of has changed: their sources, the WIT, the
 * bindings generator, the toolchain. What was built lies in `build/test-components` under a hash of all that.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { buildComponent } from '../../cli/toolchain/build-module.ts';

const root = join(import.meta.dirname, '../..');
const cacheFolder = join(root, 'build/test-components');

/** What any component is made of, from the root of the tree. */
const ingredients = ['wit', 'cli/toolchain', 'supervisor/component', 'asconfig.json', 'package-lock.json'];

/** What some are made of besides: code of a module that they show by itself. */
const borrowed: Readonly<Record<string, readonly string[]>> = { dhcp: ['modules/network/assembly/dhcp'] };

/** The component of the real module in `modules/NAME`, without a manifest. */
export async function builtModuleComponent(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return (await builtFrom(join(root, 'modules', name), name, [])).component;
}

/** The component in `tests/components/NAME`, without a manifest. */
export async function builtComponent(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return (await built(name)).component;
}

/** The core module of it, before it became a component. */
export async function builtCore(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return (await built(name)).core;
}

type Built = { readonly component: Uint8Array<ArrayBuffer>; readonly core: Uint8Array<ArrayBuffer> };

function built(name: string): Promise<Built> {
  return builtFrom(join(import.meta.dirname, name), name, borrowed[name] ?? []);
}

async function builtFrom(folder: string, name: string, more: readonly string[]): Promise<Built> {
  const stem = join(cacheFolder, `${name}-${hashOf(folder, more)}`);
  const paths = { component: `${stem}.component.wasm`, core: `${stem}.core.wasm` };
  if (!existsSync(paths.component) || !existsSync(paths.core)) {
    const result = await buildComponent(relative(process.cwd(), folder));
    mkdirSync(cacheFolder, { recursive: true });
    replace(paths.core, result.core);
    replace(paths.component, result.component);
  }
  return { component: read(paths.component), core: read(paths.core) };
}

function read(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(path));
}

/** Another test may build the same at the same time: a file is there whole or not at all. */
function replace(path: string, content: Uint8Array): void {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}

function hashOf(folder: string, more: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of [folder, ...[...ingredients, ...more].map((name) => join(root, name))]) {
    for (const file of filesIn(path)) hash.update(`${relative(root, file)}\n`).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}

/** All files in or at `path`, in order; bindings are made of the rest, and tests change nothing. */
function filesIn(path: string): readonly string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) return entry.name === 'bindings' ? [] : filesIn(inner);
      return entry.name.endsWith('.test.ts') ? [] : [inner];
    });
}
