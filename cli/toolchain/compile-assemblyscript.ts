/**
 * AssemblyScript to one core module, by asc with the options of the top-level asconfig.json. Nothing is written to disk.
 * The same sources give the same bytes in whatever folder they lie.
 */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EftError, formatPlace, type Place } from '../../supervisor/errors/eft-error.ts';
import { refuseAmbientImports } from './ambient-imports.ts';
import { createMemoryStream, main } from './asc.mjs';
import { CanonicalExports } from './canonical-exports.ts';
import { type CompilerFinding, foldFindings } from './compiler-findings.ts';

const configuration = join(import.meta.dirname, '../../asconfig.json');

/** Where compilation begins, from the module's folder. */
export const entryFile = 'assembly/bindings/entry';

/** The reserved name by which sources know how many pages the memory may have (guest/eft/collector.ts). */
const memoryPagesConstant = 'EFT_MEMORY_PAGES';

export type Compiled = {
  readonly core: Uint8Array;
  /** What the compiler warns of, a line each. */
  readonly warnings: readonly string[];
  /** Source map revision 3 of the code section, as JSON, if it was asked for. */
  readonly sourceMap: string | undefined;
};

export type CompileOptions = {
  /** Whether it takes the time to make the code small and fast, as what is shipped is. */
  readonly optimizes?: boolean;
  readonly sourceMap?: boolean;
};

/** A source file that the compiler read from the module's folder. */
export type Source = { readonly path: string; readonly text: string };

/**
 * Compiles the module in `folder`; its memory may grow to `memoryPages` pages of 64 KiB.
 * Errors: `build.compile` with the place of the first error, `build.function-missing`, `build.ambient`,
 * `build.foreign-import`.
 */
export async function compileAssemblyScript(
  folder: string,
  memoryPages: number,
  { optimizes = true, sourceMap = false }: CompileOptions = {},
): Promise<Compiled> {
  const outputs = new Map<string, Uint8Array | string>();
  const sources = new Map<string, string>();
  const findings: CompilerFinding[] = [];
  const stderr = createMemoryStream();
  const run = await main(
    [
      `${entryFile}.ts`,
      ...['--baseDir', resolve(folder)],
      ...['--config', configuration],
      ...['--outFile', 'core.wasm'],
      ...['--maximumMemory', String(memoryPages)],
      ...['--use', `${memoryPagesConstant}=${memoryPages}`],
      ...(optimizes ? [] : ['--optimizeLevel', '0', '--shrinkLevel', '0']),
      ...(sourceMap ? ['--sourceMap'] : []),
    ],
    {
      stderr,
      transforms: [new CanonicalExports(entryFile)],
      writeFile: (name, content) => {
        outputs.set(name, content);
      },
      readFile: async (name, baseDirectory) => {
        const path = resolve(baseDirectory, name);
        const text = await readFile(path, 'utf8').catch(() => null);
        if (text !== null && resolve(baseDirectory) === resolve(folder)) sources.set(name, text);
        return text;
      },
      reportDiagnostic: (diagnostic) => {
        if (diagnostic.code === pointerWidthWarning) return;
        findings.push({
          isError: diagnostic.category === errorCategory,
          code: diagnostic.code,
          message: diagnostic.message,
          path: diagnostic.range?.source?.normalizedPath,
          offset: diagnostic.range?.start,
        });
      },
    },
  );
  const placeOf = (path: string | undefined, offset: number | undefined) =>
    placeIn(folder, sources, path, offset);
  const errors = findings.filter((finding) => finding.isError);
  if (errors.length > 0) throw foldFindings(errors, folder, sources, placeOf);
  const core = outputs.get('core.wasm');
  if (run.error !== null || !(core instanceof Uint8Array)) {
    const message = run.error?.message ?? stderr.toString();
    throw EftError.of(
      'build.compile',
      { message, more: 'the compiler says no more' },
      { place: { file: folder } },
    );
  }
  refuseAmbientImports(
    core,
    [...sources].map(([path, text]) => ({ path: join(folder, path), text })),
  );
  const warnings = findings
    .filter((finding) => !finding.isError)
    .map((finding) => `${formatPlace(placeOf(finding.path, finding.offset))}: ${finding.message}`);
  const map = outputs.get('core.wasm.map');
  return { core, warnings, sourceMap: typeof map === 'string' ? map : undefined };
}

/** asc's warning that a pointer is used as an i32, which matters only to code for 64-bit memories as well. */
const pointerWidthWarning = 201;

/** asc's category of diagnostics that are errors (DiagnosticCategory.Error). */
const errorCategory = 3;

/** The line and column of a character in a source file. */
function placeIn(
  folder: string,
  sources: ReadonlyMap<string, string>,
  path: string | undefined,
  offset: number | undefined,
): Place {
  if (path === undefined) return { file: folder };
  const text = sources.get(path);
  const file = path.startsWith('~lib/') ? path : join(folder, path);
  if (text === undefined || offset === undefined) return { file };
  const before = text.slice(0, offset).split('\n');
  return { file, line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
