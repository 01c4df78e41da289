/** Runs the tests of a module's folder, each file in a process of its own, by the test runner of Node.js. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import type { Terminal } from '../output/terminal.ts';
import { moduleFileVariable } from './module-file-variable.ts';

const resolver = fileURLToPath(new URL('./resolve-test.ts', import.meta.url));

/** The test files right in `folder`, and in its folder `test`. Errors: `author.no-tests`. */
export function testFilesOf(folder: string): readonly string[] {
  const files = ['.', 'test']
    .map((name) => join(folder, name))
    .filter((place) => existsSync(place))
    .flatMap((place) =>
      readdirSync(place)
        .filter((name) => name.endsWith('.test.ts'))
        .sort()
        .map((name) => join(place, name)),
    );
  if (files.length === 0) throw EftError.of('author.no-tests', {}, { place: { file: folder } });
  return files;
}

/** Runs `files` with the module that was built into `moduleFile`, and says whether all went well. */
export async function runModuleTests(
  { stdout, stderr }: Terminal,
  files: readonly string[],
  moduleFile: string,
): Promise<boolean> {
  const colour = 'isTTY' in stdout && stdout.isTTY === true && process.env['NO_COLOR'] === undefined;
  // What a test runner around this one has set is none of the inner one's.
  const {
    NODE_TEST_CONTEXT: _context,
    VITEST: _vitest,
    NODE_OPTIONS: _options,
    ...environment
  } = process.env;
  const child = spawn(
    process.execPath,
    [
      '--test',
      '--test-reporter=spec',
      '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
      '--import',
      resolver,
      ...files,
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...environment, [moduleFileVariable]: moduleFile, ...(colour ? { FORCE_COLOR: '1' } : {}) },
    },
  );
  child.stdout.on('data', (text: Buffer) => stdout.write(text));
  child.stderr.on('data', (text: Buffer) => stderr.write(text));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return status === 0;
}
