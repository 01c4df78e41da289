/** Puts the program of a cell's thread into one piece (supervisor/cells/cell-program.ts). */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const entry = fileURLToPath(new URL('../../supervisor/cells/cell-worker.ts', import.meta.url));

/** The source: an expression that is a function of `require`. The same sources give the same text. */
export async function bundleCellProgram(): Promise<string> {
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
    banner: { js: '(function (require) {' },
    footer: { js: '})' },
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error('esbuild gave no file');
  return file.text;
}
