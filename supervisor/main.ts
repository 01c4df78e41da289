/**
 * The one program of a node. The kernel, or `eft up`, starts it as PID 1; PID 1 starts it again in other roles. Which role it has stands
 * in its first argument, but PID 1 is always `init`: what the kernel passes on from its command line chooses nothing.
 */
import { imageParts } from './image-parts.ts';
import { init } from './init.ts';

const [, , ...parameters] = process.argv;
const isFirst = process.pid === 1;

// What comes back rejected is PID 1's own failure, and `init` has put a handler there for it.
if (isFirst) void init(parameters, imageParts);
else if (parameters[0] === 'io') void import('./io/io-process.ts');
else if (parameters[0] === 'cell') void import('./cells/cell-process.ts');
else if (parameters[0] === 'gateway') void import('./gateway/gateway-process.ts');
else if (parameters[0] === 'config-disks') void import('./config/disks/disk-process.ts');
else if (parameters[0] === 'config-fetch') void import('./config/fetch/fetch-process.ts');
else {
  // As anything but PID 1 it would end processes and restart a machine that are not its own.
  process.stderr.write('this is the program of an Eft node, which runs as PID 1; `eft up` starts a node\n');
  process.exitCode = 64;
}
