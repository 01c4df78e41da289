/**
 * The kernel's error numbers (`asm-generic/errno.h`, the same on every architecture of ours), and the error that a
 * failed system call becomes. A `KernelError` says which call failed on what; whoever knows what a person should do
 * about it wraps it in an `EftError` as its cause.
 */

const table = {
  EPERM: [1, 'operation not permitted'],
  ENOENT: [2, 'no such file or directory'],
  ESRCH: [3, 'no such process'],
  EINTR: [4, 'interrupted by a signal'],
  EIO: [5, 'input or output error'],
  ENXIO: [6, 'no such device or address'],
  E2BIG: [7, 'the argument list is too long'],
  ENOEXEC: [8, 'not a format that can be executed'],
  EBADF: [9, 'bad file descriptor'],
  ECHILD: [10, 'no child processes'],
  EAGAIN: [11, 'not possible at the moment'],
  ENOMEM: [12, 'out of memory'],
  EACCES: [13, 'permission denied'],
  EFAULT: [14, 'bad address'],
  ENOTBLK: [15, 'a block device is required'],
  EBUSY: [16, 'the device or resource is in use'],
  EEXIST: [17, 'it exists already'],
  EXDEV: [18, 'not on the same file system'],
  ENODEV: [19, 'no such device'],
  ENOTDIR: [20, 'not a directory'],
  EISDIR: [21, 'it is a directory'],
  EINVAL: [22, 'invalid argument'],
  ENFILE: [23, 'too many open files in the system'],
  EMFILE: [24, 'too many open files in the process'],
  ENOTTY: [25, 'the device does not know this request'],
  ETXTBSY: [26, 'the program is being executed'],
  EFBIG: [27, 'the file is too large'],
  ENOSPC: [28, 'no space left on the device'],
  ESPIPE: [29, 'the descriptor cannot seek'],
  EROFS: [30, 'the file system is read-only'],
  EMLINK: [31, 'too many links'],
  EPIPE: [32, 'nobody reads the other end'],
  EDOM: [33, 'outside the domain of the function'],
  ERANGE: [34, 'the result is out of range'],
  EDEADLK: [35, 'this would deadlock'],
  ENAMETOOLONG: [36, 'the name is too long'],
  ENOLCK: [37, 'no lock is available'],
  ENOSYS: [38, 'the kernel does not have this call'],
  ENOTEMPTY: [39, 'the directory is not empty'],
  ELOOP: [40, 'too many symbolic links, or one where none is allowed'],
  ENOMSG: [42, 'no message of that type'],
  EIDRM: [43, 'the identifier was removed'],
  ECHRNG: [44, 'channel number out of range'],
  EL2NSYNC: [45, 'level 2 is not synchronised'],
  EL3HLT: [46, 'level 3 has halted'],
  EL3RST: [47, 'level 3 was reset'],
  ELNRNG: [48, 'link number out of range'],
  EUNATCH: [49, 'no protocol driver is attached'],
  ENOCSI: [50, 'no CSI structure is available'],
  EL2HLT: [51, 'level 2 has halted'],
  EBADE: [52, 'invalid exchange'],
  EBADR: [53, 'invalid request descriptor'],
  EXFULL: [54, 'the exchange is full'],
  ENOANO: [55, 'no anode'],
  EBADRQC: [56, 'invalid request code'],
  EBADSLT: [57, 'invalid slot'],
  EBFONT: [59, 'bad font file'],
  ENOSTR: [60, 'not a stream'],
  ENODATA: [61, 'no data available'],
  ETIME: [62, 'the timer has expired'],
  ENOSR: [63, 'out of stream resources'],
  ENONET: [64, 'the machine is not on the network'],
  ENOPKG: [65, 'the package is not installed'],
  EREMOTE: [66, 'the object is remote'],
  ENOLINK: [67, 'the link was severed'],
  EADV: [68, 'advertise error'],
  ESRMNT: [69, 'srmount error'],
  ECOMM: [70, 'communication error on send'],
  EPROTO: [71, 'protocol error'],
  EMULTIHOP: [72, 'a multihop was attempted'],
  EDOTDOT: [73, 'RFS error'],
  EBADMSG: [74, 'not a valid message'],
  EOVERFLOW: [75, 'the value does not fit its type'],
  ENOTUNIQ: [76, 'the name is not unique on the network'],
  EBADFD: [77, 'the descriptor is in a bad state'],
  EREMCHG: [78, 'the remote address has changed'],
  ELIBACC: [79, 'a shared library cannot be reached'],
  ELIBBAD: [80, 'a shared library is damaged'],
  ELIBSCN: [81, 'the .lib section is damaged'],
  ELIBMAX: [82, 'too many shared libraries'],
  ELIBEXEC: [83, 'a shared library cannot be executed'],
  EILSEQ: [84, 'an illegal byte sequence'],
  ERESTART: [85, 'the call should be started again'],
  ESTRPIPE: [86, 'streams pipe error'],
  EUSERS: [87, 'too many users'],
  ENOTSOCK: [88, 'not a socket'],
  EDESTADDRREQ: [89, 'a destination address is required'],
  EMSGSIZE: [90, 'the message is too long'],
  EPROTOTYPE: [91, 'the protocol does not fit the socket type'],
  ENOPROTOOPT: [92, 'the protocol does not know this option'],
  EPROTONOSUPPORT: [93, 'the protocol is not supported'],
  ESOCKTNOSUPPORT: [94, 'the socket type is not supported'],
  EOPNOTSUPP: [95, 'the operation is not supported'],
  EPFNOSUPPORT: [96, 'the protocol family is not supported'],
  EAFNOSUPPORT: [97, 'the address family is not supported'],
  EADDRINUSE: [98, 'the address is in use'],
  EADDRNOTAVAIL: [99, 'the address is not available here'],
  ENETDOWN: [100, 'the network is down'],
  ENETUNREACH: [101, 'the network cannot be reached'],
  ENETRESET: [102, 'the network dropped the connection'],
  ECONNABORTED: [103, 'the connection was aborted'],
  ECONNRESET: [104, 'the peer reset the connection'],
  ENOBUFS: [105, 'no buffer space is available'],
  EISCONN: [106, 'the socket is connected already'],
  ENOTCONN: [107, 'the socket is not connected'],
  ESHUTDOWN: [108, 'the socket was shut down'],
  ETOOMANYREFS: [109, 'too many references'],
  ETIMEDOUT: [110, 'timed out'],
  ECONNREFUSED: [111, 'connection refused'],
  EHOSTDOWN: [112, 'the host is down'],
  EHOSTUNREACH: [113, 'no route to the host'],
  EALREADY: [114, 'the operation is under way already'],
  EINPROGRESS: [115, 'the operation has begun and is not done yet'],
  ESTALE: [116, 'the file handle is stale'],
  EUCLEAN: [117, 'the structure needs cleaning'],
  ENOTNAM: [118, 'not a XENIX named type file'],
  ENAVAIL: [119, 'no XENIX semaphores available'],
  EISNAM: [120, 'a named type file'],
  EREMOTEIO: [121, 'remote input or output error'],
  EDQUOT: [122, 'the disk quota is used up'],
  ENOMEDIUM: [123, 'no medium found'],
  EMEDIUMTYPE: [124, 'wrong type of medium'],
  ECANCELED: [125, 'the operation was cancelled'],
  ENOKEY: [126, 'the key is not available'],
  EKEYEXPIRED: [127, 'the key has expired'],
  EKEYREVOKED: [128, 'the key was revoked'],
  EKEYREJECTED: [129, 'the key was rejected'],
  EOWNERDEAD: [130, 'the owner died'],
  ENOTRECOVERABLE: [131, 'the state cannot be recovered'],
  ERFKILL: [132, 'a radio switch forbids it'],
  EHWPOISON: [133, 'the memory page has a hardware error'],
} as const;

export type ErrnoName = keyof typeof table;

const byNumber: ReadonlyMap<number, readonly [name: string, message: string]> = new Map(
  Object.entries(table).map(([name, [number, message]]) => [number, [name, message]]),
);

/** The number of an error, positive as in the header. */
export function errnoOf(name: ErrnoName): number {
  return table[name][0];
}

/** Every error name with its number. */
export function errnoNumbers(): ReadonlyMap<string, number> {
  return new Map(Object.entries(table).map(([name, [number]]) => [name, number]));
}

/** A system call that the kernel refused. */
export class KernelError extends Error {
  /** The call, as the kernel names it. */
  readonly call: string;
  /** The error number, positive. */
  readonly errno: number;
  /** Its name, such as `ENOENT`; `E` and the number for one that this table does not know. */
  readonly code: string;
  /** What the call was about: a path, an interface, a descriptor. Empty when there is nothing to name. */
  readonly target: string;

  constructor(call: string, errno: number, target = '') {
    const [code, message] = byNumber.get(errno) ?? [`E${errno}`, 'an error that this version does not know'];
    super(`${call}${target === '' ? '' : ` ${target}`}: ${message} (${code})`);
    this.name = 'KernelError';
    this.call = call;
    this.errno = errno;
    this.code = code;
    this.target = target;
  }
}

/** Whether `error` is the kernel's refusal: with one of these names, or any if none is given. */
export function isKernelError(error: unknown, ...names: readonly ErrnoName[]): error is KernelError {
  if (!(error instanceof KernelError)) return false;
  return names.length === 0 || names.some((name) => table[name][0] === error.errno);
}
