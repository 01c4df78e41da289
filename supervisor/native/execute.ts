/** Executing another program in this process, whose threads, memory and handlers are gone then. What it is keeps: its id, its limits, and the descriptors that were kept. */

import { native } from './binding.ts';
import { cString } from './c-string.ts';
import { describe, descriptorCommands, type FileDescriptor } from './file-descriptor.ts';
import { systemCall } from './system-call.ts';

/** Lets a descriptor stay open when another program is executed. fcntl(2), F_SETFD. */
export function keepOnExecution(fd: FileDescriptor): void {
  systemCall('fcntl', [fd, descriptorCommands.F_SETFD, 0], { target: describe(fd) });
}

/** Executes `path` with these arguments, each of `PATH_BYTES_MAX` bytes at most, the program's own name first, and without an environment. Returns only by throwing. execve(2). */
export function executeProgram(path: string, commandLine: readonly string[]): never {
  const strings = commandLine.map((text) => cString(text));
  const pointers = new BigUint64Array(strings.length + 1);
  for (const [index, bytes] of strings.entries()) pointers[index] = native().addressOf(bytes);
  const words = [cString(path), new Uint8Array(pointers.buffer), new Uint8Array(8)];
  systemCall('execve', words, { target: path, keepAlive: [strings] });
  throw new Error(`execve ${path} came back`);
}
