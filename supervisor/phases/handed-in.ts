/** Where `eft up` puts, in a namespace node, what a machine would have from its boot loader and its disks. */

/** The configuration that it was given. */
export const handedInFile = '/run/eft/handed-config.yaml';
/** What the node has instead of a kernel command line. */
export const handedParametersFile = '/run/eft/command-line';
/** The folder that is its STATE. */
export const handedStateFolder = '/run/eft/state';
