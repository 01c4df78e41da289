/**
 * From a module's folder to a module file, unsigned: bindings → core module → component → manifest.
 *
 * Nothing of the machine goes into the bytes: no path, no time, no environment. Two builds of the same sources, in
 * whatever folders, give the same file.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import type { Manifest } from '../../supervisor/manifest/manifest.ts';
import { attachManifest } from '../../supervisor/trust/module-file.ts';
import { type GeneratedBindings, generateAssemblyScript } from '../../wit/bindgen/assemblyscript/generate.ts';
import { ComponentToolError, runComponentTool } from '../../wit/bindgen/component-tools.ts';
import { type ResolvedWorld, resolveWorld } from '../../wit/bindgen/resolve.ts';
import { compareFiles, type FileChanges, writeChanges } from './binding-files.ts';
import { type Compiled, type CompileOptions, compileAssemblyScript } from './compile-assemblyscript.ts';
import { type ModuleFolder, readEftWit, readModuleFolder } from './module-folder.ts';
import { exportMutableGlobals, stripCustomSections } from './wasm-sections.ts';

/** A step of the build, for people who watch. */
export type BuildStep = 'resolve' | 'bindings' | 'compile' | 'componentize';

export type BuildOptions = {
  readonly onStep?: (step: BuildStep) => void;
  /** Other than for what is shipped. */
  readonly compile?: CompileOptions;
};

export type BuiltModule = {
  readonly manifest: Manifest;
  /** The core module with all mutable globals exported, before it became a component. */
  readonly core: Uint8Array;
  /** The component, without manifest. */
  readonly component: Uint8Array<ArrayBuffer>;
  /** What was not right in `assembly/bindings` before. */
  readonly bindings: FileChanges;
  /** What the compiler warns of, a line each. */
  readonly warnings: readonly string[];
  /** The core module as the compiler gave it, of which the code section is the same in `core`; its source map, if that was asked for, is of this one. */
  readonly compiled: Compiled;
};

/**
 * Builds the component of the module in `folder`, and brings its `assembly/bindings` up to date.
 * Errors: `build.*`, `wit.*`, `file.*`, `document.*`, `manifest.*`.
 */
export async function buildComponent(folder: string, options: BuildOptions = {}): Promise<BuiltModule> {
  const step = options.onStep ?? (() => undefined);
  step('resolve');
  const source = readModuleFolder(folder);
  const { world, generated } = await generateBindings(source);
  step('bindings');
  const bindingsFolder = join(folder, 'assembly/bindings');
  const bindings = compareFiles(bindingsFolder, generated.files);
  writeChanges(bindingsFolder, generated.files, bindings);
  requireImplementations(folder, generated);
  step('compile');
  const compiled = await compileAssemblyScript(folder, source.manifest.limits.memoryPages, options.compile);
  const core = exportMutableGlobals(compiled.core);
  step('componentize');
  const component = stripCustomSections(await componentize(folder, core, world));
  const { warnings } = compiled;
  return { manifest: source.manifest, core, component, bindings, warnings, compiled };
}

/** Builds the component in `folder` and attaches its manifest: a module that lacks nothing but signatures. */
export async function buildModule(
  folder: string,
  options: BuildOptions = {},
): Promise<BuiltModule & { readonly module: Uint8Array<ArrayBuffer> }> {
  const built = await buildComponent(folder, options);
  const place = { file: join(folder, 'module.yaml') };
  return { ...built, module: attachManifest(built.component, built.manifest, place) };
}

/** What the bindings of the module in `folder` should be, by path from the folder, and how the disk differs. */
export async function checkBindings(
  folder: string,
): Promise<{ readonly files: ReadonlyMap<string, string>; readonly changes: FileChanges }> {
  const { generated } = await generateBindings(readModuleFolder(folder));
  return {
    files: generated.files,
    changes: compareFiles(join(folder, 'assembly/bindings'), generated.files),
  };
}

async function generateBindings(
  source: ModuleFolder,
): Promise<{ readonly world: ResolvedWorld; readonly generated: GeneratedBindings }> {
  const { manifest, wit } = source;
  const name = manifest.world.slice(manifest.world.lastIndexOf('/') + 1).split('@')[0] ?? '';
  const world = await resolveWorld(name, wit, readEftWit());
  if (world.name !== manifest.world) {
    const place = { file: join(source.folder, 'module.yaml') };
    throw EftError.of('build.world', { said: manifest.world, found: world.name }, { place });
  }
  return { world, generated: generateAssemblyScript(world) };
}

function requireImplementations(folder: string, generated: GeneratedBindings): void {
  for (const { interface: id, path, names } of generated.implementations) {
    const file = join(folder, path);
    if (existsSync(file)) continue;
    const listed = names.map((name) => `\`${name}\``).join(', ');
    throw EftError.of('build.implementation-missing', { interface: id, names: listed }, { place: { file } });
  }
}

async function componentize(folder: string, core: Uint8Array, world: ResolvedWorld): Promise<Uint8Array> {
  const name = world.name.slice(world.name.lastIndexOf('/') + 1).split('@')[0] ?? '';
  try {
    const embedded = await runComponentTool({ operation: 'embed', core, wit: world.wit, world: name });
    return await runComponentTool({ operation: 'new', core: embedded });
  } catch (error) {
    if (!(error instanceof ComponentToolError)) throw error;
    const message = rootCause(error.message);
    throw EftError.of('build.componentize', { message }, { place: { file: folder }, cause: error });
  }
}

/** The last two links of the chain of causes that the tool gives, `N: text` on a line each. */
function rootCause(message: string): string {
  const causes = [...message.matchAll(/^\s*\d+: (.*)$/gm)].map((match) => match[1] ?? '');
  return causes.length === 0 ? message.replaceAll(/\s*\n\s*/g, ' ') : causes.slice(-2).join(': ');
}
