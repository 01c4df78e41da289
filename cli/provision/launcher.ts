/**
 * Makes the namespaces of a node and starts its PID 1 there: a program of its own, for it changes what it sees of the system for good.
 *
 * From the first mount on, everything happens in a mount namespace that the host does not see, and the kernel takes it all away with the last
 * process: mounts and the loop device need no cleaning up.
 *
 * The danger: libuv's other threads keep the old view, because namespaces are entered by thread. So nothing here may be asynchronous file
 * access; the child is started from this thread, and has its view.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isKernelError } from '../../supervisor/native/errno.ts';
import { CURRENT_DIRECTORY, close } from '../../supervisor/native/file-descriptor.ts';
import { configureLoopDevice, findFreeLoopDevice, loopFlags } from '../../supervisor/native/ioctl.ts';
import {
  mount,
  mountAttributes,
  mountFlags,
  pivotRoot,
  setMountAttributes,
  unmount,
  unmountFlags,
} from '../../supervisor/native/mount.ts';
import { namespaceFlags, setHostName, unshare } from '../../supervisor/native/namespace.ts';
import { openFlags, openPath } from '../../supervisor/native/open.ts';
import { namespaceArgument } from '../../supervisor/phases/environment.ts';
import {
  handedInFile,
  handedParametersFile,
  handedStateFolder,
  handedViews,
} from '../../supervisor/phases/handed-in.ts';
import { controlGroupMount } from './control-group.ts';
import {
  type FromLauncher,
  type NodeSpec,
  nodeEnd,
  nodeFiles,
  type ToLauncher,
  type WhichBoot,
} from './node-spec.ts';

const { MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE } = mountFlags;

/** Devices that programs expect, taken over from the host. */
const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];
/** How often another process may have taken the loop device that was just free. */
const loopAttempts = 16;

const [, , specFile = '', which = ''] = process.argv;
const firstBoot: WhichBoot = 'first';
// Written by `eft up`, for this program.
const spec: NodeSpec = JSON.parse(readFileSync(specFile, 'utf8'));
const console = openSync(join(spec.folder, nodeFiles.console), 'a');

const leaveGroup = enterNamespaces();
const root = join(spec.folder, nodeFiles.root);
mountRoot(root);
fillDevices(join(root, 'dev'));
fillRun(root);
moveInto(root);
tell({ type: 'entered' });
process.once('message', (message: ToLauncher) => {
  if (message.type === 'go') start();
});
process.once('disconnect', () => process.exit(0));

/** Gives a function by which this program leaves the node's group, for its own one: PID 1 cannot divide a group with others in it. */
function enterNamespaces(): () => void {
  // The group first: it becomes the root of the new namespace of control groups.
  const own = spec.controlGroup === undefined ? undefined : openSync(ownGroup(), 'w');
  if (spec.controlGroup !== undefined) writeFileSync(join(spec.controlGroup, 'cgroup.procs'), '0');
  const { CLONE_NEWNS, CLONE_NEWNET, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWCGROUP, CLONE_NEWPID } =
    namespaceFlags;
  unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP | CLONE_NEWPID);
  setMountAttributes(CURRENT_DIRECTORY, '/', { propagation: MS_PRIVATE }, true);
  setHostName(spec.name);
  return () => {
    if (own !== undefined) writeSync(own, '0');
  };
}

/** The file that lists the processes of the group that this program is in: the line of version 2 of proc_pid_cgroup(5). */
function ownGroup(): string {
  const path = /^0::(?<path>.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.groups?.['path'] ?? '/';
  return join(controlGroupMount() ?? '/', path, 'cgroup.procs');
}

/** Mounts the image read-only, by a loop device that goes with the mount; or the folder that it was unpacked into. */
function mountRoot(target: string): void {
  mkdirSync(target, { recursive: true });
  if (spec.unpacked !== undefined) {
    mount(spec.unpacked, target, '', MS_BIND);
    const { MOUNT_ATTR_RDONLY, MOUNT_ATTR_NODEV, MOUNT_ATTR_NOSUID } = mountAttributes;
    const confined = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID;
    setMountAttributes(CURRENT_DIRECTORY, target, { set: confined }, false);
    return;
  }
  const file = openPath(spec.image, { flags: openFlags.O_RDONLY });
  const device = attachLoopDevice(file);
  mount(device, target, 'squashfs', MS_RDONLY | MS_NODEV | MS_NOSUID);
  close(file);
}

function attachLoopDevice(file: ReturnType<typeof openPath>): string {
  const control = openPath('/dev/loop-control', { flags: openFlags.O_RDWR });
  for (let attempt = 1; ; attempt += 1) {
    const path = `/dev/loop${findFreeLoopDevice(control)}`;
    const device = openPath(path, { flags: openFlags.O_RDWR });
    try {
      configureLoopDevice(device, {
        file,
        name: 'eft',
        offset: 0n,
        sizeLimit: 0n,
        sectorSize: 0,
        flags: loopFlags.LO_FLAGS_READ_ONLY | loopFlags.LO_FLAGS_AUTOCLEAR,
      });
      close(control);
      // The descriptor stays open until the mount holds the device.
      return path;
    } catch (error) {
      close(device);
      if (attempt === loopAttempts || !isKernelError(error, 'EBUSY')) throw error;
    }
  }
}

function fillDevices(folder: string): void {
  mount('dev', folder, 'tmpfs', MS_NOSUID | MS_NOEXEC, 'mode=0755,size=1m');
  for (const name of devices) {
    writeFileSync(join(folder, name), '');
    mount(`/dev/${name}`, join(folder, name), '', MS_BIND);
  }
}

/** What the node finds below /run when it begins: what it is handed (supervisor/phases/handed-in.ts). */
function fillRun(rootFolder: string): void {
  const inRoot = (path: string): string => join(rootFolder, path);
  mount('run', inRoot('/run'), 'tmpfs', MS_NOSUID | MS_NODEV | MS_NOEXEC, 'mode=0755,size=64m');
  mkdirSync(inRoot('/run/eft'));
  const { configuration, parameters, state } = spec;
  if (configuration !== undefined && which === firstBoot)
    writeFileSync(inRoot(handedInFile), configuration, { mode: 0o600 });
  if (parameters.length > 0) writeFileSync(inRoot(handedParametersFile), parameters.join(' '));
  if (spec.unpacked !== undefined) {
    for (const { of, at } of handedViews) {
      mkdirSync(inRoot(at));
      mount(of, inRoot(at), '', MS_BIND | MS_REC);
    }
  }
  if (state === undefined) return;
  mkdirSync(inRoot(handedStateFolder), { mode: 0o700 });
  mount(state, inRoot(handedStateFolder), '', MS_BIND);
}

function moveInto(folder: string): void {
  process.chdir(folder);
  mount('.', '.', '', MS_BIND | MS_REC);
  process.chdir(folder);
  pivotRoot('.', '.');
  unmount('.', unmountFlags.MNT_DETACH);
  process.chdir('/');
}

function start(): void {
  const child = spawn('/sbin/init', [namespaceArgument], {
    env: {},
    stdio: ['ignore', console, console],
  });
  leaveGroup();
  child.on('error', (error) => {
    tell({ type: 'ended', how: { end: 'failed', reason: error.message } });
    process.exit(1);
  });
  child.on('spawn', () => {
    if (child.pid !== undefined) tell({ type: 'started', pid: child.pid });
  });
  child.on('exit', (status, signal) => {
    tell({ type: 'ended', how: nodeEnd(status, signal) });
    process.exit(0);
  });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
}

function tell(message: FromLauncher): void {
  process.send?.(message);
}
