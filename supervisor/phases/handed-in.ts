/** Where `eft up` puts, in a namespace node, what a machine would have from its boot loader and its disks. */

/** The configuration that it was given. */
export const handedInFile = '/run/eft/handed-config.yaml';
/** What the node has instead of a kernel command line. */
export const handedParametersFile = '/run/eft/command-line';
/**
 * The host's /proc and /sys, in a user namespace: the kernel mounts new ones only for who can see such a one already (mount_too_revealing of
 * fs/namespace.c). PID 1 takes them away when it has its own.
 */
export const handedViews = [
  { of: '/proc', at: '/run/eft/host-proc' },
  { of: '/sys', at: '/run/eft/host-sys' },
] as const;
/** The folder that is its STATE. */
export const handedStateFolder = '/run/eft/state';
