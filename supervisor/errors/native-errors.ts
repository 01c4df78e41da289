/** Why the native part (system calls) cannot be built or loaded. What the kernel refuses is a `KernelError` instead. */
export const nativeErrors = {
  'native.architecture': {
    what: 'there is no table of system calls for the processor architecture `{found}`',
    act: 'run Eft on one of {known}, or add a table to supervisor/native/arch/',
  },
  'native.not-built': {
    what: 'the native part, which makes the system calls, is not there: {path}',
    act: 'build it with `node cli/toolchain/build-native.ts`; an image without it was built wrong',
  },
  'native.load': {
    what: 'the native part {path} cannot be loaded: {reason}',
    act: 'delete the file and build it again with `node cli/toolchain/build-native.ts`',
  },
  'native.worker': {
    what: 'a worker thread tried to load the native part; only the main thread may make system calls',
    act: 'this is a bug of the host code: send the main thread a message instead; modules live in workers',
  },
  'native.compiler-missing': {
    what: 'the C compiler `{compiler}` is missing, and {reason}',
    act: 'install it as root: `apt-get install --no-install-recommends {packages}`',
  },
  'native.headers-missing': {
    what: 'the headers of Node are not in {folder}',
    act: 'install the pinned packages again with `npm install --no-save`',
  },
  'native.compile': {
    what: 'the C compiler refused {source}: {message}',
    act: 'correct the C; if nobody changed it, this compiler differs from the one it was written with: gcc of Debian 12 or later',
  },
} as const;
