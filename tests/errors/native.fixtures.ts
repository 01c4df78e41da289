import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { buildNative, defaultBuild } from '../../cli/toolchain/build-native.ts';
import { architectureOf } from '../../supervisor/native/arch/architecture.ts';
import { loadNative } from '../../supervisor/native/binding.ts';
import type { Fixture } from './fixture.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

/** Builds, with a compiler that is there and refuses everything. */
function buildWithRefusingCompiler(): unknown {
  const complaint = 'wrong.c:3:1: error: expected a declaration';
  const script = `#!/bin/sh\n[ "$1" = --version ] && exit 0\necho "${complaint}" >&2\nexit 1\n`;
  writeFileSync('cc', script, { mode: 0o755 });
  writeFileSync('wrong.c', 'wrong');
  return buildNative({ ...defaultBuild, source: 'wrong.c', target: 'syscall.node', compiler: resolve('cc') });
}

export const fixtures: readonly Fixture[] = [
  {
    code: 'native.architecture',
    title: 'a processor that no table of system calls is there for',
    provoke: () => architectureOf('mips'),
    text:
      'error[native.architecture]: there is no table of system calls for the processor architecture `mips`\n' +
      '  run Eft on one of x64, arm64, or add a table to supervisor/native/arch/',
  },
  {
    code: 'native.not-built',
    title: 'the native part is not there',
    provoke: () => loadNative('/nonexistent/syscall.node', true),
    text:
      'error[native.not-built]: the native part, which makes the system calls, is not there: /nonexistent/syscall.node\n' +
      '  build it with `node cli/toolchain/build-native.ts`; an image without it was built wrong',
  },
  {
    code: 'native.load',
    title: 'the native part is an empty file',
    provoke: () => loadNative('/dev/null', true),
    text:
      'error[native.load]: the native part /dev/null cannot be loaded: file too short\n' +
      '  delete the file and build it again with `node cli/toolchain/build-native.ts`',
  },
  {
    code: 'native.worker',
    title: 'host code in a worker loads the native part',
    provoke: () => loadNative('/nonexistent/syscall.node', false),
    text:
      'error[native.worker]: a worker thread tried to load the native part; only the main thread may make system calls\n' +
      '  this is a bug of the host code: send the main thread a message instead; modules live in workers',
  },
  {
    code: 'native.compiler-missing',
    title: 'no compiler is there, and it cannot be installed',
    provoke: () =>
      buildNative({
        ...defaultBuild,
        target: '/nonexistent/syscall.node',
        compiler: '/nonexistent/gcc',
        install: () => 'only root can install it',
      }),
    text:
      'error[native.compiler-missing]: the C compiler `/nonexistent/gcc` is missing, and only root can install it\n' +
      '  install it as root: `apt-get install --no-install-recommends gcc libc6-dev`',
  },
  {
    code: 'native.headers-missing',
    title: 'the headers of Node are not installed',
    provoke: () => buildNative({ ...defaultBuild, headers: '/nonexistent/include/node' }),
    text:
      'error[native.headers-missing]: the headers of Node are not in /nonexistent/include/node\n' +
      '  install the pinned packages again with `npm install --no-save`',
  },
  {
    code: 'native.compile',
    title: 'the C file is not C',
    provoke: () => inTemporaryFolder(buildWithRefusingCompiler),
    text:
      'error[native.compile]: the C compiler refused wrong.c: wrong.c:3:1: error: expected a declaration\n' +
      '  correct the C; if nobody changed it, this compiler differs from the one it was written with: gcc of Debian 12 or later',
  },
];
