/** What can go wrong while Debian packages are found, fetched and unpacked. */
export const packageErrors = {
  'package.no-archive': {
    what: "this machine's apt sources name no Debian archive for its own release",
    act: 'add the entries of a Debian release to /etc/apt/sources.list.d, or build on a machine that runs Debian',
  },
  'package.no-keyring': {
    what: 'the keys that Debian signs its archive with are not at {keyring}',
    act: 'run `apt-get install debian-archive-keyring`',
  },
  'package.apt': {
    what: '`{command}` failed: {reason}',
    act: 'see that the machine reaches the archive that its apt sources name, and try again',
  },
  'package.unknown': {
    what: 'there is no package {name} in the release of Debian that Eft is built of',
    act: 'correct the name in the lock file',
  },
  'package.vanished': {
    what: 'the archive does not have {name} {version} any more; it has {newest}',
    act: 'run `{command}`, look at what has changed, and commit the lock file',
  },
  'package.checksum': {
    what: 'the file that came for {name} {version} has the SHA-256 checksum {found}, and the lock says {expected}',
    act: 'do not use it: find out which of the two was changed, and by whom',
  },
  'package.unpack': {
    what: '{file} cannot be unpacked: {reason}',
    act: 'delete the file, so that it is fetched again, and see that the disk has room',
  },
} as const;
