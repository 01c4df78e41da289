/**
 * Numbers of the system calls that Node.js itself makes while it runs, for filters that allow them by number (seccomp.ts). Eft does not make them by name; those that it
 * makes are in the tables of the architectures. A call that an architecture does not have has no number.
 *
 * Sources as for the tables, and `layout.test.ts` compares these as well.
 */
import type { Architecture } from './architecture.ts';

type Numbers = { readonly amd64: number; readonly arm64?: number };

export const runtimeCalls = {
  read: { amd64: 0, arm64: 63 },
  write: { amd64: 1, arm64: 64 },
  readv: { amd64: 19, arm64: 65 },
  writev: { amd64: 20, arm64: 66 },
  close: { amd64: 3, arm64: 57 },
  fstat: { amd64: 5, arm64: 80 },
  newfstatat: { amd64: 262, arm64: 79 },
  fcntl: { amd64: 72, arm64: 25 },
  ioctl: { amd64: 16, arm64: 29 },
  poll: { amd64: 7 },
  ppoll: { amd64: 271, arm64: 73 },
  epoll_ctl: { amd64: 233, arm64: 21 },
  epoll_wait: { amd64: 232 },
  epoll_pwait: { amd64: 281, arm64: 22 },
  accept4: { amd64: 288, arm64: 242 },
  listen: { amd64: 50, arm64: 201 },
  shutdown: { amd64: 48, arm64: 210 },
  getpeername: { amd64: 52, arm64: 205 },
  getsockname: { amd64: 51, arm64: 204 },
  getsockopt: { amd64: 55, arm64: 209 },
  setsockopt: { amd64: 54, arm64: 208 },
  mmap: { amd64: 9, arm64: 222 },
  munmap: { amd64: 11, arm64: 215 },
  mprotect: { amd64: 10, arm64: 226 },
  pkey_mprotect: { amd64: 329, arm64: 288 },
  mremap: { amd64: 25, arm64: 216 },
  madvise: { amd64: 28, arm64: 233 },
  brk: { amd64: 12, arm64: 214 },
  futex: { amd64: 202, arm64: 98 },
  membarrier: { amd64: 324, arm64: 283 },
  sched_yield: { amd64: 24, arm64: 124 },
  sched_getparam: { amd64: 143, arm64: 121 },
  sched_getscheduler: { amd64: 145, arm64: 120 },
  sched_getaffinity: { amd64: 204, arm64: 123 },
  getcpu: { amd64: 309, arm64: 168 },
  clock_gettime: { amd64: 228, arm64: 113 },
  clock_getres: { amd64: 229, arm64: 114 },
  clock_nanosleep: { amd64: 230, arm64: 115 },
  nanosleep: { amd64: 35, arm64: 101 },
  gettimeofday: { amd64: 96, arm64: 169 },
  time: { amd64: 201 },
  getpid: { amd64: 39, arm64: 172 },
  gettid: { amd64: 186, arm64: 178 },
  getrusage: { amd64: 98, arm64: 165 },
  getrandom: { amd64: 318, arm64: 278 },
  rt_sigprocmask: { amd64: 14, arm64: 135 },
  rt_sigreturn: { amd64: 15, arm64: 139 },
  sigaltstack: { amd64: 131, arm64: 132 },
  restart_syscall: { amd64: 219, arm64: 128 },
  tgkill: { amd64: 234, arm64: 131 },
  exit: { amd64: 60, arm64: 93 },
  exit_group: { amd64: 231, arm64: 94 },
  io_uring_setup: { amd64: 425, arm64: 425 },
} as const satisfies Readonly<Record<string, Numbers>>;

export type RuntimeCall = keyof typeof runtimeCalls;

/** The number of a call, or undefined if the architecture does not have it. */
export function runtimeCallNumber(
  call: RuntimeCall,
  { name }: Pick<Architecture, 'name'>,
): number | undefined {
  const numbers: Numbers = runtimeCalls[call];
  return name === 'amd64' ? numbers.amd64 : numbers.arm64;
}
