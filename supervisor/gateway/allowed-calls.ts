/**
 * The system calls that the gateway may make once it is in its sandbox: those with which Node.js reads and writes what is open, accepts connections, waits, and keeps its
 * memory. Everything else is refused with EPERM. What is not here, and why it was a question:
 *
 *   open, openat, openat2     everything that is ever read is read before; and so there are no files, whatever their rights
 *   socket, connect, bind     there is the one socket that listens; `listen` on it is what Node does when it is given one
 *   sendmsg, recvmsg          nothing is sent with a descriptor in it, nor received
 *   clone, clone3, fork       the threads that there are were started before; there is no other process, and no other thread
 *   execve, ptrace, mount, …  nothing of it is ever needed
 *   kill, tkill, pidfd_…      `tgkill` only, to the process itself, with the signal by which it aborts
 *   io_uring_*                whoever has a ring makes calls that no filter sees; see own-program.ts
 *   prctl, seccomp            names of threads and memory; nothing needs them, and the filter cannot be made weaker anyway
 *
 * `mprotect` may make memory executable: V8 compiles, and what it compiles is executed. Without its compiler (--jitless) a request would cost several times as much.
 */

import type { RuntimeCall } from '../native/arch/runtime-calls.ts';
import type { CallRule } from '../native/seccomp.ts';

/* asm-generic/fcntl.h and linux/fcntl.h */
const [F_GETFD, F_SETFD, F_GETFL, F_SETFL] = [1, 2, 3, 4];
const AT_EMPTY_PATH = 0x1000;
/* asm-generic/ioctls.h */
const [FIONREAD, FIONBIO, FIOCLEX] = [0x541b, 0x5421, 0x5451];
/* asm-generic/socket.h, netinet/in.h, linux/tcp.h */
const [SOL_SOCKET, SO_KEEPALIVE] = [1, 9];
const [IPPROTO_TCP, TCP_NODELAY, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT] = [6, 1, 4, 5, 6];
/* asm-generic/mman-common.h */
const MAP_ANONYMOUS = 0x20;
/* asm-generic/signal.h */
const SIGABRT = 6;

const freely: readonly RuntimeCall[] = [
  ...(['read', 'write', 'readv', 'writev', 'close', 'fstat', 'shutdown'] as const),
  ...(['accept4', 'listen', 'getpeername', 'getsockname', 'getsockopt'] as const),
  ...(['poll', 'ppoll', 'epoll_ctl', 'epoll_wait', 'epoll_pwait'] as const),
  ...(['munmap', 'mprotect', 'pkey_mprotect', 'mremap', 'madvise', 'brk'] as const),
  ...([
    'futex',
    'membarrier',
    'sched_yield',
    'sched_getaffinity',
    'sched_getparam',
    'sched_getscheduler',
    'getcpu',
    'getpid',
    'gettid',
    'getrusage',
    'getrandom',
  ] as const),
  ...(['clock_gettime', 'clock_getres', 'clock_nanosleep', 'nanosleep', 'gettimeofday', 'time'] as const),
  ...(['rt_sigprocmask', 'rt_sigreturn', 'sigaltstack', 'restart_syscall', 'exit', 'exit_group'] as const),
];

/** The rules for a process of this id. */
export function allowedCalls(pid: number): readonly CallRule[] {
  return [
    ...freely.map((call) => ({ call })),
    // The state of a descriptor, and of no path.
    { call: 'newfstatat', when: [[{ argument: 3, mask: AT_EMPTY_PATH, values: [AT_EMPTY_PATH] }]] },
    { call: 'fcntl', when: [[{ argument: 1, values: [F_GETFD, F_SETFD, F_GETFL, F_SETFL] }]] },
    { call: 'ioctl', when: [[{ argument: 1, values: [FIONREAD, FIONBIO, FIOCLEX] }]] },
    {
      call: 'setsockopt',
      when: [
        [
          { argument: 1, values: [SOL_SOCKET] },
          { argument: 2, values: [SO_KEEPALIVE] },
        ],
        [
          { argument: 1, values: [IPPROTO_TCP] },
          { argument: 2, values: [TCP_NODELAY, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT] },
        ],
      ],
    },
    { call: 'mmap', when: [[{ argument: 3, mask: MAP_ANONYMOUS, values: [MAP_ANONYMOUS] }]] },
    {
      call: 'tgkill',
      when: [
        [
          { argument: 0, values: [pid] },
          { argument: 2, values: [SIGABRT] },
        ],
      ],
    },
  ];
}
