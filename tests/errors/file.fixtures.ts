import { readInput, writeOutput } from '../../cli/files.ts';
import type { Fixture } from './fixture.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

export const fixtures: readonly Fixture[] = [
  {
    code: 'file.not-found',
    title: 'a file that is not there',
    provoke: () => readInput('/nowhere/lamp.wasm', 1000),
    text: 'error[file.not-found]: /nowhere/lamp.wasm: there is no such file\n  check the path; relative paths start at the current directory',
  },
  {
    code: 'file.unreadable',
    title: 'a directory in place of a file',
    provoke: () => readInput('/', 1_000_000_000),
    text: 'error[file.unreadable]: /: the file cannot be read: EISDIR\n  check that it is a plain file and that you may read it',
  },
  {
    code: 'file.too-large',
    title: 'a file that is much too large',
    provoke: () =>
      inTemporaryFolder(() => {
        writeOutput('lamp.wasm', new Uint8Array(1001));
        readInput('lamp.wasm', 1000);
      }),
    text: 'error[file.too-large]: lamp.wasm: the file has 1001 bytes; at most 1000 are read\n  give the right file; this one is too large to be one',
  },
  {
    code: 'file.unwritable',
    title: 'a file in a directory that is not there',
    provoke: () => writeOutput('/nowhere/lamp.wasm', ''),
    text: 'error[file.unwritable]: /nowhere/lamp.wasm: the file cannot be written: ENOENT\n  check that its directory exists and that you may write there',
  },
];
