/** What can go wrong while an image is made or read. */
import { writePackageLock } from '../../cli/toolchain/package-lock.ts';
import { readContents } from '../../image/contents.ts';
import { lockedPackages, packageFile } from '../../image/debian-files.ts';
import { openDescriptor, sealDescriptor } from '../../image/descriptor.ts';
import { compareImages } from '../../image/reproduce.ts';
import { runTool } from '../../image/run-tool.ts';
import { verifyImage } from '../../image/verify-image.ts';
import { appendHashTree } from '../../image/verity.ts';
import { encodeDeterministicCbor } from '../../supervisor/trust/deterministic-cbor.ts';
import { privateKeyFromSeed } from '../../supervisor/trust/key-file.ts';
import type { Fixture } from './fixture.ts';

const key = privateKeyFromSeed(new Uint8Array(32).fill(9));
const newt = {
  name: 'newt',
  version: '2.0-1',
  architecture: 'all',
  bytes: 12,
  sha256: '0'.repeat(64),
} as const;
const newtLock = writePackageLock([newt], 'eft image lock');
const { bytes, parameters } = appendHashTree(new Uint8Array(20_000), new Uint8Array(32));
const descriptor = {
  version: '1.2.3',
  architecture: 'amd64',
  bytes: bytes.length,
  sha256: '0'.repeat(64),
  verity: parameters,
  contents: '0'.repeat(64),
  sbom: '0'.repeat(64),
} as const;

export const fixtures: readonly Fixture[] = [
  {
    code: 'image.tool',
    title: 'a file to strip that is not there',
    provoke: () => runTool('/', 'strip', ['lizard']),
    text:
      "error[image.tool]: `strip lizard` failed: strip: 'lizard': No such file\n" +
      '  see that the tool is installed (`npm run build` says which packages are needed) and that there is room on the disk',
  },
  {
    code: 'image.no-directory',
    title: 'a file in a directory that is not listed',
    provoke: () =>
      readContents(
        'directories: [{path: /run, reason: a test}]\nlinks: []\nfiles:\n  - {path: /etc/motd, from: {folder: motd}, reason: a test}\n',
        'contents.yaml',
      ),
    text:
      'error[image.no-directory]: contents.yaml:4:5: /etc/motd is listed, and its directory /etc is not\n' +
      '  list /etc under `directories`, with its reason',
  },
  {
    code: 'image.not-locked',
    title: 'a package that nobody has pinned',
    provoke: () => lockedPackages(['lizard'], newtLock, 'packages.lock.yaml'),
    text:
      'error[image.not-locked]: packages.lock.yaml: the image takes files from the Debian package lizard, which is not pinned\n' +
      '  run `eft image lock`, look at what has changed, and commit the lock file',
  },
  {
    code: 'image.no-package-file',
    title: 'a file that a package does not have',
    provoke: () => packageFile({ ...newt, folder: '/proc/self' }, '/usr/lib/libnewt.so.1'),
    text:
      'error[image.no-package-file]: /usr/lib/libnewt.so.1 is listed, and the Debian package newt 2.0-1 has no such file\n' +
      '  correct the path in image/contents.yaml, or name the package that has the file',
  },
  {
    code: 'image.not-reproducible',
    title: 'two builds that differ',
    provoke: () => compareImages('/proc/1/limits', '/proc/1/status', ''),
    text:
      'error[image.not-reproducible]: a second build of the same sources, in another folder, gives another limits\n' +
      '  find what differs (`cmp`, `unsquashfs -lln`); both files are kept in /proc/1',
  },
  {
    code: 'image.descriptor',
    title: 'something else than a descriptor',
    provoke: () => openDescriptor(encodeDeterministicCbor(['lizard']), new Map(), 'eft.img.descriptor'),
    text:
      'error[image.descriptor]: eft.img.descriptor: this is no descriptor of an image: it does not hold a payload and its signatures\n' +
      '  give the file that `eft image build` has written beside the image',
  },
  {
    code: 'image.unknown-key',
    title: 'an image that a stranger has signed',
    provoke: () => openDescriptor(sealDescriptor(descriptor, [key]), new Map(), 'eft.img.descriptor'),
    text:
      'error[image.unknown-key]: eft.img.descriptor: it is signed with the key 1d55826ba1bf8dbbda562bdeef6ba8d43e9b32b97d5840a79170dddb9d572056, which is not trusted here\n' +
      '  if you know whose key it is, add its public half with `--trust FILE`; if not, do not use the image',
  },
  {
    code: 'image.damaged',
    title: 'an image with one bit changed',
    provoke: () => {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(1, 9_000);
      verifyImage(changed, descriptor, 'eft.img');
    },
    text:
      'error[image.damaged]: eft.img: this is not the image that its descriptor names: block 2 of the data (bytes 8192 to 12287) was changed\n' +
      '  get the image again: what was changed is refused by the kernel too',
  },
];
