/** Puts the programs of threads into one piece each (supervisor/cells/cell-program.ts). */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The source of a cell's thread. */
export function bundleCellProgram(): Promise<string> {
  return bundleThread('cells/cell-worker.ts');
}

/** The source of the thread that reads a machine configuration. */
export function bundleConfigProgram(): Promise<string> {
  return bundleThread('config/config-worker.ts');
}

/** An expression that is a function of `require`. The same sources give the same text. */
async function bundleThread(source: string): Promise<string> {
  const entry = fileURLToPath(new URL(`../../supervisor/${source}`, import.meta.url));
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'iife',
    target: 'node26',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    // A thread opens no program by its address: the branch that would is the checkout's, in the main thread.
    logOverride: { 'empty-import-meta': 'silent' },
    banner: { js: '(function (require) {' },
    footer: { js: '})' },
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error('esbuild gave no file');
  return file.text;
}
