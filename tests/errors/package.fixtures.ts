/** What can go wrong while Debian packages are found, fetched and unpacked. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DebianArchive, openDebianArchive } from '../../cli/toolchain/debian-archive.ts';
import {
  fetchDebianPackages,
  findNewestPackages,
  unpackDebianPackage,
} from '../../cli/toolchain/debian-packages.ts';
import type { LockedPackage } from '../../cli/toolchain/package-lock.ts';
import type { Fixture } from './fixture.ts';

const newt: LockedPackage = {
  name: 'newt',
  version: '1.0-1',
  architecture: 'all',
  bytes: 4,
  sha256: '0'.repeat(64),
};

const addresses = { main: 'http://archive.example/debian', security: undefined };

async function withTemporaryFolder<Result>(run: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'eft-'));
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An archive of these packages, each of which is the four bytes `newt`. */
const archiveOf = (has: readonly LockedPackage[]): DebianArchive => ({
  update: async () => undefined,
  find: async (name, version) =>
    has.find((one) => one.name === name && (version ?? one.version) === one.version),
  download: async (_wanted, folder) => {
    writeFileSync(join(folder, 'newt.deb'), 'newt');
    return join(folder, 'newt.deb');
  },
});

const fetchFrom = (archive: DebianArchive) =>
  withTemporaryFolder((folder) =>
    fetchDebianPackages([newt], { refreshCommand: 'eft image lock', folder, openArchive: () => archive }),
  );

export const fixtures: readonly Fixture[] = [
  {
    code: 'package.no-archive',
    title: 'a machine that is not a Debian',
    provoke: () => openDebianArchive({ findAddresses: () => undefined }),
    text:
      "error[package.no-archive]: this machine's apt sources name no Debian archive for its own release\n" +
      '  add the entries of a Debian release to /etc/apt/sources.list.d, or build on a machine that runs Debian',
  },
  {
    code: 'package.no-keyring',
    title: 'a machine without the keys of Debian',
    provoke: () => openDebianArchive({ findAddresses: () => addresses, keyring: '/nowhere/keys.gpg' }),
    text:
      'error[package.no-keyring]: the keys that Debian signs its archive with are not at /nowhere/keys.gpg\n' +
      '  run `apt-get install debian-archive-keyring`',
  },
  {
    code: 'package.apt',
    title: 'an archive that cannot be reached',
    provoke: () =>
      withTemporaryFolder((folder) =>
        openDebianArchive({
          folder,
          run: async () => {
            throw new Error('E: Could not resolve the name');
          },
          findAddresses: () => addresses,
        }).update(),
      ),
    text:
      'error[package.apt]: `apt-get update -q` failed: E: Could not resolve the name\n' +
      '  see that the machine reaches the archive that its apt sources name, and try again',
  },
  {
    code: 'package.unknown',
    title: 'a package that Debian does not have',
    provoke: () => findNewestPackages(['basilisk'], archiveOf([newt])),
    text:
      'error[package.unknown]: there is no package basilisk in the release of Debian that Eft is built of\n' +
      '  correct the name in the lock file',
  },
  {
    code: 'package.vanished',
    title: 'a pin that the archive has replaced',
    provoke: () => fetchFrom(archiveOf([{ ...newt, version: '1.0-2' }])),
    text:
      'error[package.vanished]: the archive does not have newt 1.0-1 any more; it has 1.0-2\n' +
      '  run `eft image lock`, look at what has changed, and commit the lock file',
  },
  {
    code: 'package.checksum',
    title: 'a package that was changed on the way',
    provoke: () => fetchFrom(archiveOf([newt])),
    text:
      'error[package.checksum]: the file that came for newt 1.0-1 has the SHA-256 checksum 0af0314a0d41115a67cf2384f8193b254accdf955d2efd883e77fab1464fe095, and the lock says 0000000000000000000000000000000000000000000000000000000000000000\n' +
      '  do not use it: find out which of the two was changed, and by whom',
  },
  {
    code: 'package.unpack',
    title: 'a package that is not there',
    provoke: () => unpackDebianPackage('/nowhere/newt.deb', '/tmp'),
    text:
      "error[package.unpack]: /nowhere/newt.deb cannot be unpacked: dpkg-deb: error: failed to read archive '/nowhere/newt.deb': No such file or directory\n" +
      '  delete the file, so that it is fetched again, and see that the disk has room',
  },
];
