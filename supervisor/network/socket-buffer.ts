/**
 * Room for what comes and goes by a socket (socket(7)). More than the system-wide limit needs CAP_NET_ADMIN in the machine's own user
 * namespace; in another one, where `eft up` without root makes nodes, a socket has what the limit leaves it.
 */
import { isKernelError } from '../native/errno.ts';
import type { FileDescriptor } from '../native/file-descriptor.ts';
import { setIntegerOption, socketOptions } from '../native/socket-option.ts';

const { SOL_SOCKET, SO_RCVBUF, SO_RCVBUFFORCE, SO_SNDBUF, SO_SNDBUFFORCE } = socketOptions;

/** Bytes that may wait to be received. Errors: `KernelError`. */
export function setReceiveBuffer(fd: FileDescriptor, bytes: number): void {
  setWithinRights(fd, SO_RCVBUFFORCE, SO_RCVBUF, bytes);
}

/** Bytes that may wait to be sent. Errors: `KernelError`. */
export function setSendBuffer(fd: FileDescriptor, bytes: number): void {
  setWithinRights(fd, SO_SNDBUFFORCE, SO_SNDBUF, bytes);
}

function setWithinRights(fd: FileDescriptor, forced: number, plain: number, bytes: number): void {
  try {
    setIntegerOption(fd, SOL_SOCKET, forced, bytes);
  } catch (error) {
    if (!isKernelError(error, 'EPERM')) throw error;
    setIntegerOption(fd, SOL_SOCKET, plain, bytes);
  }
}
