/** What can go wrong while local nodes are made and taken away. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { awaitReadyNode } from '../../cli/provision/bring-up.ts';
import { checkNewName, checkPrograms, checkRoot } from '../../cli/provision/check-host.ts';
import { type Cluster, nodeFolder, writeCluster } from '../../cli/provision/cluster.ts';
import { findNode } from '../../cli/provision/find-cluster.ts';
import { freeNetworks, ip } from '../../cli/provision/network.ts';
import { checkUserNamespace } from '../../cli/provision/user-namespace.ts';
import { vmCommandLine } from '../../cli/provision/vm-spec.ts';
import type { Fixture } from './fixture.ts';

const node = { name: 'lab-1', link: 'eftn0', hardwareAddress: '02:00:00:00:00:01', controlGroup: undefined };
const lab: Cluster = { name: 'lab', bridge: 'eftb0', network: '10.57.0', nodes: [node] };

/** Runs `run` where there is one cluster, `lab`, with a node that has said nothing yet. */
async function withLab(run: () => unknown): Promise<unknown> {
  const home = mkdtempSync(`${tmpdir()}/eft-home-`);
  const before = process.env['EFT_HOME'];
  process.env['EFT_HOME'] = home;
  try {
    writeCluster(lab);
    mkdirSync(nodeFolder('lab', 'lab-1'));
    writeFileSync(`${nodeFolder('lab', 'lab-1')}/console.log`, '');
    return await run();
  } finally {
    if (before === undefined) delete process.env['EFT_HOME'];
    else process.env['EFT_HOME'] = before;
    rmSync(home, { recursive: true });
  }
}

export const fixtures: readonly Fixture[] = [
  {
    code: 'provision.not-root',
    title: 'nodes started by a user who is not root',
    provoke: () => checkRoot('up', 1000),
    text:
      'error[provision.not-root]: `eft up` makes namespaces, links and mounts, and this user may not\n' +
      '  run it as root',
  },
  {
    code: 'provision.no-user-namespace',
    title: 'a kernel that lets nobody make user namespaces',
    provoke: () =>
      checkUserNamespace({
        refusal: () => 'unshare failed: No space left on device',
        read: (path) => (path.endsWith('max_user_namespaces') ? '0' : undefined),
      }),
    text:
      'error[provision.no-user-namespace]: this user is not root, and may not make a user namespace to be root in: /proc/sys/user/max_user_namespaces is 0\n' +
      '  run it as root, or let users make them: sysctl user.max_user_namespaces, and kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns where there are such',
  },
  {
    code: 'provision.missing',
    title: 'a host without a program that nodes need',
    provoke: () => checkPrograms([{ program: 'eft-lizard', debianPackage: 'lizards', purpose: 'it basks' }]),
    text:
      'error[provision.missing]: eft-lizard is not there, and local nodes need it: it basks\n' +
      '  install it: apt-get install lizards',
  },
  {
    code: 'provision.name',
    title: 'a cluster with a space in its name',
    provoke: () => checkNewName('my lab'),
    text:
      'error[provision.name]: "my lab" cannot be the name of a cluster\n' +
      '  use lower-case letters, digits and hyphens, at most 32, a letter first',
  },
  {
    code: 'provision.exists',
    title: 'a second cluster of one name',
    provoke: () => withLab(() => checkNewName('lab')),
    text:
      'error[provision.exists]: there is a cluster lab already\n' +
      '  take it down with `eft down --name lab`, or give the new one another name with `--name`',
  },
  {
    code: 'provision.no-cluster',
    title: 'a cluster that there is not',
    provoke: () => withLab(() => findNode('eft', undefined)),
    text:
      'error[provision.no-cluster]: there is no cluster eft; there is lab\n' +
      '  start one with `eft up`, or name another with `--name`',
  },
  {
    code: 'provision.no-node',
    title: 'a node that the cluster has not',
    provoke: () => withLab(() => findNode('lab', 'lab-2')),
    text:
      'error[provision.no-node]: the cluster lab has no node lab-2: its nodes are lab-1\n' +
      '  name one of these',
  },
  {
    code: 'provision.no-network',
    title: 'a machine on which every network is taken',
    provoke: () => freeNetworks(Array.from({ length: 256 }, (_, third) => `10.57.${third}`)),
    text:
      'error[provision.no-network]: no network of 10.57.0.0/16 is free: all are used by links of this machine or by clusters\n' +
      '  take clusters down that are not needed (`eft status`, `eft down --name NAME`)',
  },
  {
    code: 'provision.tool',
    title: 'a link that the kernel does not have',
    provoke: () => ip('link', 'set', 'eft-no-such', 'up'),
    text:
      'error[provision.tool]: `ip link set eft-no-such up` failed: Cannot find device "eft-no-such"\n' +
      '  see the reason; `eft down` takes away what was made so far',
  },
  {
    code: 'provision.not-ready',
    title: 'a node that says nothing',
    provoke: () => withLab(() => awaitReadyNode(lab, node, 0, () => undefined)),
    text:
      'error[provision.not-ready]: lab-1 is not ready after 0 s: its console says nothing of it yet\n' +
      '  look at its console with `eft console lab-1`; `eft down` takes the cluster away',
  },
  {
    code: 'provision.parameters-long',
    title: 'more kernel parameters than the kernel of a virtual machine reads',
    provoke: () => {
      const verity = { dataBlocks: 1, treeStart: 2, rootHash: 'a'.repeat(64), salt: 'b'.repeat(64) };
      vmCommandLine(verity, 'lab-1', ['x'.repeat(2_048)]);
    },
    text:
      'error[provision.parameters-long]: the kernel command line would be 371 bytes longer than the 2047 that the kernel reads\n' +
      '  give fewer or shorter parameters',
  },
];
