// Makes a fresh clone ready: installs what is missing of the Debian packages and the pinned npm packages, and says what it does.
// Written for the Node 20 that the machine has; everything after it runs under the pinned Node 26.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureDebianPackages } from './toolchain/machine-packages.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Debian packages that the build and the tests need: a file that each brings, and what it is for. */
const debianPackages = [
  { name: 'gcc', file: '/usr/bin/gcc', purpose: 'compiles the one C file of the supervisor' },
  { name: 'libc6-dev', file: '/usr/include/stdlib.h', purpose: 'C library and kernel headers for it' },
  { name: 'binutils', file: '/usr/bin/strip', purpose: 'strips Node.js for the image' },
  { name: 'squashfs-tools', file: '/usr/bin/mksquashfs', purpose: 'makes the root file system of the image' },
  {
    name: 'cryptsetup-bin',
    file: '/sbin/veritysetup',
    purpose: 'checks the hash tree of the image independently in tests',
  },
  { name: 'iproute2', file: '/sbin/ip', purpose: 'configures network namespaces in tests' },
  { name: 'python3', file: '/usr/bin/python3', purpose: 'speaks with sockets of modules in tests' },
  { name: 'curl', file: '/usr/bin/curl', purpose: 'calls the API in tests, as a person would' },
  {
    name: 'python3-grpcio',
    file: '/usr/lib/python3/dist-packages/grpc/__init__.py',
    purpose: 'an independent client of the API in tests',
  },
  {
    name: 'python3-protobuf',
    file: '/usr/lib/python3/dist-packages/google/protobuf/__init__.py',
    purpose: 'the messages of that client',
  },
  { name: 'graphviz', file: '/usr/bin/dot', purpose: 'reads the graphs of `eft graph --dot` in tests' },
  { name: 'openssl', file: '/usr/bin/openssl', purpose: 'checks signatures and keys independently in tests' },
  { name: 'dnsmasq-base', file: '/usr/sbin/dnsmasq', purpose: 'a DHCP server for network tests' },
  { name: 'busybox', file: '/bin/busybox', purpose: 'a second DHCP server, and a client, for network tests' },
  { name: 'e2fsprogs', file: '/sbin/mkfs.ext4', purpose: 'makes the disks that nodes keep their state on' },
  { name: 'genisoimage', file: '/usr/bin/genisoimage', purpose: 'makes configuration disks in tests' },
  { name: 'dosfstools', file: '/sbin/mkfs.vfat', purpose: 'makes configuration disks in tests' },
  { name: 'mtools', file: '/usr/bin/mcopy', purpose: 'puts files on configuration disks in tests' },
  {
    name: 'tcpdump',
    file: '/usr/bin/tcpdump',
    purpose: 'reads the packets of the DHCP client independently in tests',
  },
];

const lack = ensureDebianPackages(debianPackages, (line) => console.error(`setup: ${line}`));
if (lack !== undefined) fail(lack);
installNpmPackages();
buildNativePart();

/**
 * `npm install` rather than `npm ci`: some registries do not carry the optional packages of other platforms, which the lock can
 * then not hold, and `npm ci` refuses such a lock. Versions and hashes are taken from the lock all the same, and it is not changed.
 */
function installNpmPackages() {
  const stamp = `${root}node_modules/.eft-setup`;
  const wanted = createHash('sha256')
    .update(readFileSync(`${root}package-lock.json`))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('setup: installing the npm packages pinned in package-lock.json (once)');
  const run = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (run.status !== 0) fail('`npm install` failed; its message is above');
  writeFileSync(stamp, wanted);
}

/** The add-on of the one C file, which everything that calls the kernel needs. Does nothing if it is up to date. */
function buildNativePart() {
  const run = spawnSync(`${root}node_modules/.bin/node`, [`${root}cli/toolchain/build-native.ts`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (run.status !== 0) fail('the native part could not be built; the message is above');
}

function fail(reason) {
  console.error(`setup: ${reason}`);
  process.exit(1);
}
