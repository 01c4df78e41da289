/**
 * What boots beside a node on the same kernel, emulator and kind of root: from the least that there can be to a system that is used everywhere. Each
 * says that it is ready in its own way, and those with a network are ready when it has an address by DHCP.
 */
import { fileURLToPath } from 'node:url';
import type { Guest } from './counted-boot.ts';
import { compileProgram, makeRoot, type RootRecipe, strippedNode } from './debian-root.ts';

const own = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export type Contender = {
  /** Stable: figures are named after it. */
  readonly id: string;
  /** For a person: its name, and what it is ready for. */
  readonly title: string;
  readonly about: string;
  readonly prepare: () => Promise<Guest>;
};

/** How the contenders say it, in the kernel log or on the console. */
const ready = /(?:^|\] )bench: ready$/;

/** The libraries of Node.js, as in image/contents.yaml. */
const nodePackages = ['libatomic1', 'libc6', 'libgcc-s1', 'libstdc++6'];
const busyboxPackages = ['busybox-static'];
/**
 * systemd as PID 1 with journald, udevd and networkd: the package, what it and udev depend on, and no more. Neither D-Bus nor logind nor a
 * resolver nor a login: less than any Debian that people install.
 */
const systemdPackages = [
  'libacl1',
  'libapparmor1',
  'libaudit1',
  'libblkid1',
  'libc6',
  'libcap-ng0',
  'libcap2',
  'libcrypt1',
  'libgcc-s1',
  'libkmod2',
  'liblz4-1',
  'liblzma5',
  'libmount1',
  'libpam0g',
  'libpcre2-8-0',
  'libseccomp2',
  'libselinux1',
  'libsmartcols1',
  'libssl3t64',
  'libsystemd-shared',
  'libsystemd0',
  'libudev1',
  'libzstd1',
  'mount',
  'systemd',
  'systemd-sysv',
  'udev',
  'zlib1g',
];

export const benchPackages = [...nodePackages, ...busyboxPackages, ...systemdPackages];

/** A root with Node.js and nothing else, for machines and for namespaces. */
export function bareNodeRoot(): RootRecipe {
  return {
    name: 'bare-node',
    packages: nodePackages,
    files: {
      'usr/bin/node': { from: strippedNode() },
      'usr/sbin/init': { from: compileProgram('start-node') },
      'bench.cjs': { from: own('programs/bench.cjs') },
    },
  };
}

export const contenders: readonly Contender[] = [
  {
    id: 'floor',
    title: 'C program',
    about: 'says a line, powers off',
    prepare: async () => ({
      ...(await makeRoot({
        name: 'floor',
        packages: [],
        files: { 'usr/sbin/init': { from: compileProgram('floor') } },
      }).then(asGuest)),
      until: ready,
    }),
  },
  {
    id: 'bare-node',
    title: 'bare Node.js',
    about: 'prints a line',
    prepare: async () => ({
      ...(await makeRoot(bareNodeRoot()).then(asGuest)),
      // The kernel hands to PID 1 what stands behind the hyphens.
      commandLine: 'init=/usr/bin/node -- /bench.cjs',
      until: ready,
    }),
  },
  {
    id: 'busybox',
    title: 'BusyBox init',
    about: 'udhcpc has a lease',
    prepare: async () => ({
      ...(await makeRoot({
        name: 'busybox',
        packages: busyboxPackages,
        files: {
          'etc/inittab': { from: own('roots/inittab') },
          'usr/bin/bound': { from: own('roots/bound') },
          'usr/bin/ready': { from: compileProgram('ready') },
        },
        links: { 'usr/sbin/init': '../bin/busybox', 'usr/bin/sh': 'busybox' },
      }).then(asGuest)),
      until: ready,
    }),
  },
  {
    id: 'systemd',
    title: 'systemd, Debian 13',
    about: 'udev, networkd: network-online',
    prepare: async () => ({
      ...(await makeRoot({
        name: 'systemd',
        packages: systemdPackages,
        files: {
          'etc/passwd': { from: own('roots/passwd') },
          'etc/group': { from: own('roots/group') },
          'etc/fstab': { text: 'tmpfs /var tmpfs defaults 0 0\n' },
          // A machine that has booted before: the first boot would do more.
          'etc/machine-id': { text: '65667400000000000000000000000001\n' },
          'etc/hostname': { text: 'n1\n' },
          'etc/systemd/network/ethernet.network': { from: own('roots/ethernet.network') },
          'etc/systemd/system/bench.service': { from: own('roots/bench.service') },
          'usr/bin/ready': { from: compileProgram('ready') },
        },
        links: {
          'etc/os-release': '../usr/lib/os-release',
          'etc/systemd/system/default.target': '/usr/lib/systemd/system/multi-user.target',
          'etc/systemd/system/multi-user.target.wants/bench.service': '../bench.service',
          'etc/systemd/system/multi-user.target.wants/systemd-networkd.service':
            '/usr/lib/systemd/system/systemd-networkd.service',
          'etc/systemd/system/network-online.target.wants/systemd-networkd-wait-online.service':
            '/usr/lib/systemd/system/systemd-networkd-wait-online.service',
          // They need what is not there: D-Bus, and a program for logins.
          'etc/systemd/system/systemd-logind.service': '/dev/null',
          'etc/systemd/system/getty.target': '/dev/null',
        },
      }).then(asGuest)),
      until: ready,
    }),
  },
];

function asGuest({ file, verity }: Awaited<ReturnType<typeof makeRoot>>): Pick<Guest, 'image' | 'verity'> {
  return { image: file, verity };
}
