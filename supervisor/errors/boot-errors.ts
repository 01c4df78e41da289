/** What can stop a boot. */
export const bootErrors = {
  'boot.mount': {
    what: 'the file system {type} could not be mounted on {target}: {reason}',
    act: 'use a kernel with {type}, such as that of `eft firmware build`; a namespace needs to be made by `eft up`',
  },
  'boot.control-groups': {
    what: 'the control groups of the node could not be made in {root}: {reason}',
    act: 'use a kernel with control groups version 2, mounted there and writable by PID 1',
  },
  'boot.no-modules': {
    what: 'no module could be started: {folder} has none that passes verification',
    act: 'build the image again (`eft image build`), and see the lines above for why each module was refused',
  },
} as const;
