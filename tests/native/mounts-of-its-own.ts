/**
 * Mounts, binds, pivots and renames the host in namespaces of its own, and prints what it saw. Needs CAP_SYS_ADMIN.
 * Argument: an empty directory. The machine's own mounts are never touched: everything is private first.
 */
import { hostname } from 'node:os';
import { listDirectory, makeDirectory } from '../../supervisor/native/directory.ts';
import { KernelError } from '../../supervisor/native/errno.ts';
import { CURRENT_DIRECTORY, close, write } from '../../supervisor/native/file-descriptor.ts';
import { statusOf } from '../../supervisor/native/file-status.ts';
import {
  attachMount,
  cloneMount,
  createMount,
  mount,
  mountAttributes,
  mountFlags,
  pivotRoot,
  setMountAttributes,
  unmount,
  unmountFlags,
} from '../../supervisor/native/mount.ts';
import { namespaceFlags, setHostName, unshare } from '../../supervisor/native/namespace.ts';
import { openBeneath, openFlags, openPath } from '../../supervisor/native/open.ts';

const directoryFlags = { flags: openFlags.O_RDONLY | openFlags.O_DIRECTORY };
const { MOUNT_ATTR_NODEV, MOUNT_ATTR_NOSUID, MOUNT_ATTR_RDONLY } = mountAttributes;
const [place = ''] = process.argv.slice(2);

function refusal(action: () => unknown): { message: string; cause: string } {
  try {
    action();
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    return { message: error.message, cause: error.cause instanceof Error ? error.cause.message : '' };
  }
  throw new Error('this was expected to be refused');
}

const isMountRoot = (path: string) => {
  const fd = openPath(path, directoryFlags);
  const { isMountRoot: found } = statusOf(fd);
  close(fd);
  return found;
};

unshare(namespaceFlags.CLONE_NEWNS | namespaceFlags.CLONE_NEWUTS);
setMountAttributes(CURRENT_DIRECTORY, '/', { propagation: mountFlags.MS_PRIVATE }, true);
setHostName('eft-test-host');

const before = isMountRoot(place);
const unknownParameter = refusal(() => createMount('tmpfs', { nonsense: 'yes' }, 0));
const unknownType = refusal(() => createMount('nosuchfs', {}, 0));

const mounted = createMount('tmpfs', { size: '1m', mode: '755' }, MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID);
const onto = openPath(place, directoryFlags);
attachMount(mounted, onto);
close(onto);
const after = isMountRoot(place);

const root = openPath(place, directoryFlags);
const file = openBeneath(root, 'hello', { flags: openFlags.O_WRONLY | openFlags.O_CREAT, mode: 0o644 });
write(file, new TextEncoder().encode('hello'));
close(file);
makeDirectory(root, 'bound', 0o755);

const copy = cloneMount(CURRENT_DIRECTORY, place);
const boundAt = openBeneath(root, 'bound', directoryFlags);
attachMount(copy, boundAt);
close(boundAt);
const bound = openPath(`${place}/bound`, directoryFlags);
const boundNames = listDirectory(bound).map(({ name }) => name);
close(bound);
close(copy);

setMountAttributes(CURRENT_DIRECTORY, `${place}/bound`, { set: MOUNT_ATTR_RDONLY }, false);
const readOnly = refusal(() =>
  openPath(`${place}/bound/new`, { flags: openFlags.O_WRONLY | openFlags.O_CREAT }),
);
unmount(`${place}/bound`);
mount('tmpfs', `${place}/bound`, 'tmpfs', mountFlags.MS_NODEV, 'size=64k');
const oldStyle = isMountRoot(`${place}/bound`);
unmount(`${place}/bound`);

process.chdir(place);
pivotRoot('.', '.');
unmount('.', unmountFlags.MNT_DETACH);
process.chdir('/');
const newRoot = openPath('/', directoryFlags);
const rootNames = listDirectory(newRoot).map(({ name }) => name);

console.log(
  JSON.stringify({
    before,
    after,
    oldStyle,
    boundNames: boundNames.sort(),
    rootNames: rootNames.sort(),
    unknownParameter,
    unknownType,
    readOnly: readOnly.message,
    hostname: hostname(),
  }),
);
