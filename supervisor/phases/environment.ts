/**
 * Where PID 1 runs: on a machine of its own, or in the namespaces that `eft up` has made on somebody else's kernel. A namespace is
 * said by whoever made it, as an argument of /sbin/init; a kernel gives no such argument.
 *
 * What a namespace cannot give is not faked: each phase says what it left out.
 */

/** What PID 1 is in charge of. */
export type Environment = 'machine' | 'namespace';

/** The argument by which `eft up` tells PID 1 that it is in a namespace. */
export const namespaceArgument = '--namespace';

/** Reads the arguments of /sbin/init, without the program's own name. Others are the kernel's, and mean nothing. */
export function readEnvironment(parameters: readonly string[]): Environment {
  return parameters.includes(namespaceArgument) ? 'namespace' : 'machine';
}
