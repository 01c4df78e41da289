/** Why file requests of a module come to nothing. */
import { mkdirSync } from 'node:fs';
import { errorOf } from '../../supervisor/io/file-failure.ts';
import type { FileOperation } from '../../supervisor/io/file-job.ts';
import { type GrantedPlace, resolveGranted } from '../../supervisor/io/granted-path.ts';
import { IoPool } from '../../supervisor/io/io-pool.ts';
import { runFileJob } from '../../supervisor/io/run-file-job.ts';
import type { GrantedDirectory } from '../../supervisor/manifest/grants.ts';
import type { Fixture } from './fixture.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

const directories: readonly GrantedDirectory[] = [
  { name: 'state', path: '/var/lib/filer', access: 'read' },
  { name: 'cache', path: '/var/cache/filer', access: 'read-write' },
];

function resolve(operation: FileOperation, path: string): GrantedPlace {
  return resolveGranted({ module: 'filer', operation, path }, directories);
}

/** Does to `directory` what a module asks for as `cache/PATH`, and throws what comes of it. */
function runIn(directory: string, operation: 'read' | 'remove', path: string): void {
  const call = { module: 'filer', operation, path: `cache/${path}` };
  const { result } = runFileJob({ operation, directory, path });
  if (result.outcome === 'failed' && result.problem !== 'absent') {
    throw errorOf(result, call, { directory, path });
  }
}

/** A removal whose process dies at once. */
async function loseProcess(): Promise<void> {
  const pool = new IoPool({
    open: ({ onEnd }) => {
      setImmediate(() => onEnd('it was ended by SIGKILL'));
      return { pid: undefined, send: () => undefined, kill: () => undefined };
    },
  });
  const caller = { owner: 'filer', signal: new AbortController().signal, deadlineMs: 1_000 };
  try {
    await pool.run({ operation: 'remove', directory: '/var/cache/filer', path: 'x' }, caller);
  } finally {
    await pool.close();
  }
}

export const fixtures: readonly Fixture[] = [
  {
    code: 'io.not-granted',
    title: 'a file of a directory that the grant does not name',
    provoke: () => resolve('read', 'root/x'),
    text:
      'error[io.not-granted]: filer may not read root/x: its grant of eft:host/files names `state`, `cache`, not `root`\n' +
      '  add `root`, with its path and access, to `directories` of that grant in module.yaml',
  },
  {
    code: 'io.read-only',
    title: 'writing where reading is granted',
    provoke: () => resolve('write', 'state/x'),
    text:
      'error[io.read-only]: filer may not write state/x: its grant of eft:host/files gives `state` read only\n' +
      '  add `access: read-write` to that directory in module.yaml',
  },
  {
    code: 'io.outside',
    title: 'a path that leads upwards',
    provoke: () => resolve('read', 'state/../../etc/shadow'),
    text:
      'error[io.outside]: filer may not read state/../../etc/shadow: `..` is in its path, and nothing above is granted\n' +
      '  write `NAME/relative/path`, where NAME is a directory of its grant of eft:host/files in module.yaml: no `..`, no links',
  },
  {
    code: 'io.path',
    title: 'a path with an empty name in it',
    provoke: () => resolve('read', 'state//x'),
    text:
      'error[io.path]: filer cannot read state//x: an empty name or `.` is in it\n' +
      '  write `NAME/relative/path`, where NAME is a directory of its grant of eft:host/files in module.yaml',
  },
  {
    code: 'io.unfit',
    title: 'reading a directory',
    provoke: () =>
      inTemporaryFolder(() => {
        mkdirSync('folder');
        runIn(process.cwd(), 'read', 'folder');
      }),
    text:
      'error[io.unfit]: filer cannot read cache/folder: it is a directory\n' +
      '  read and write regular files of at most 1 MiB, and list directories of at most 1,024 entries',
  },
  {
    code: 'io.directory',
    title: 'a granted directory that is not there',
    provoke: () => runIn('/nonexistent/filer', 'read', 'x'),
    text:
      'error[io.directory]: filer cannot read cache/x: the granted directory /nonexistent/filer cannot be opened: openat2 nonexistent/filer: no such file or directory (ENOENT)\n' +
      '  see that it is there, that its disk is mounted, and that no part of its path in module.yaml is a symbolic link',
  },
  {
    code: 'io.kernel',
    title: 'removing a file that the kernel makes up itself',
    provoke: () => runIn('/proc', 'remove', 'version'),
    text:
      'error[io.kernel]: filer cannot remove cache/version: unlinkat version: operation not permitted (EPERM)\n' +
      '  look at the disk; the kernel log tells more',
  },
  {
    code: 'io.lost',
    title: 'an io process that dies over a removal',
    provoke: loseProcess,
    text:
      'error[io.lost]: the io process that was to remove something in /var/cache/filer ended before it answered: it was ended by SIGKILL\n' +
      '  make the call again; it may or may not have taken effect',
  },
];
