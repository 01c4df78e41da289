/**
 * Tries what a gateway that somebody else has taken over might try, and says what the kernel answered: a JSON object of error numbers, positive, or 0 for what was done. With `free`
 * it tries the same outside of the sandbox. With `x32` it makes one call of another interface.
 *
 * Danger: numbers are those of amd64, which is the only architecture that tests run on. Everything is asked in a way that does no harm if it is done.
 */
import { writeSync } from 'node:fs';
import { leaveRings } from '../../supervisor/gateway/own-program.ts';
import { enterSandbox } from '../../supervisor/gateway/sandbox.ts';
import { native, type Word } from '../../supervisor/native/binding.ts';

const mode = process.argv.at(-1);
const path = new TextEncoder().encode('/tmp/eft-sandbox-probe\0');
const self = new TextEncoder().encode('/proc/self/exe\0');
const parent = process.ppid;
const nothing = new Uint8Array(512);
/** Any that is not there. */
const none = -1;

/** By name: the number, and the arguments. */
const tries: Readonly<Record<string, readonly [number, ...Word[]]>> = {
  'socket, internet': [41, 2, 1, 0],
  'socket, unix': [41, 1, 1, 0],
  'socket, netlink': [41, 16, 3, 0],
  socketpair: [53, 1, 1, 0, nothing],
  connect: [42, none, nothing, 16],
  bind: [49, none, nothing, 16],
  'sendto, elsewhere': [44, none, nothing, 0, 0, nothing],
  'sendmsg, with a descriptor': [46, none, nothing, 0],
  recvmsg: [47, none, nothing, 0],
  'open, to read': [2, self, 0, 0],
  'open, to write': [2, path, 0o102, 0o600],
  'openat, to read': [257, -100, self, 0, 0],
  'openat, to write': [257, -100, path, 0o102, 0o600],
  openat2: [437, -100, self, nothing, 24],
  creat: [85, path, 0o600],
  memfd_create: [319, path, 0],
  open_by_handle_at: [304, none, nothing, 0],
  name_to_handle_at: [303, -100, self, nothing, nothing, 0],
  'stat of a path': [262, -100, self, nothing, 0],
  readlink: [89, self, nothing, 100],
  getdents64: [217, none, nothing, 512],
  unlink: [87, path],
  mkdir: [83, path, 0o700],
  rmdir: [84, path],
  chroot: [161, none],
  mount: [165, none, none, none, 0, 0],
  umount2: [166, none, 0],
  pivot_root: [155, none, none],
  execve: [59, none, none, none],
  execveat: [322, none, none, none, none, 0],
  'clone3, of no size': [435, nothing, 0],
  'clone, of flags that contradict each other': [56, 0x2_0000 | 0x200, 0, 0, 0, 0],
  unshare: [272, 0],
  setns: [308, none, 0],
  ptrace: [101, 16, none, 0, 0],
  process_vm_readv: [310, parent, nothing, 0, nothing, 0],
  process_vm_writev: [311, parent, nothing, 0, nothing, 0],
  'kill, the supervisor': [62, parent, 0],
  'kill, itself': [62, process.pid, 0],
  'tgkill, the supervisor': [234, parent, parent, 0],
  'tgkill, itself, by another signal': [234, process.pid, process.pid, 0],
  tkill: [200, parent, 0],
  pidfd_open: [434, process.pid, 0],
  pidfd_send_signal: [424, none, 0, 0, 0],
  'setuid, root': [105, 0],
  'setgid, root': [106, 0],
  capset: [126, nothing, nothing],
  'prctl, no new privileges': [157, 39, 0, 0, 0, 0],
  seccomp: [317, 2, 0, nothing],
  prlimit64: [302, 0, 7, 0, nothing],
  io_uring_setup: [425, 1, nothing],
  io_uring_enter: [426, none, 0, 0, 0, 0],
  io_uring_register: [427, none, 0, 0, 0],
  bpf: [321, 0, nothing, 0],
  perf_event_open: [298, nothing, none, none, none, 0],
  userfaultfd: [323, 1],
  keyctl: [250, 0, 0, 0, 0, 0],
  add_key: [248, none, none, none, 0, 0],
  init_module: [175, none, 0, none],
  kexec_load: [246, 0, 0, 0, none],
  reboot: [169, 0, 0, 0, 0],
  sethostname: [170, none, none],
  settimeofday: [164, 0, none],
  syslog: [103, 10, 0, 0],
  personality: [135, 0xffff_ffff],
  'mmap, of a file': [9, 0, 4096, 1, 2, 1, 0],
  'ioctl, to type on a terminal': [16, 0, 0x5412, nothing],
  'fcntl, to copy a descriptor': [72, 1, 0, 100],
  dup: [32, 1],
  'setsockopt, a filter': [54, none, 1, 26, nothing, 16],
  'setsockopt, of IP': [54, none, 0, 1, nothing, 4],
  'setsockopt, an option of TCP that is not for this': [54, none, 6, 31, nothing, 4],
  shmget: [29, 0, 4096, 0o1000],
  inotify_init1: [294, 0],
  fanotify_init: [300, 0, 0],
  landlock_create_ruleset: [444, 0, 0, 1],
};

const { syscall } = native();
function attempt([number, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]: readonly [number, ...Word[]]): number {
  const result = Number(syscall(number, a, b, c, d, e, f, undefined));
  return result < 0 ? -result : 0;
}

if (mode !== 'free') {
  leaveRings(3);
  enterSandbox();
}
if (mode === 'x32') attempt([0x4000_0000 | 39]);
else
  writeSync(
    1,
    JSON.stringify(Object.fromEntries(Object.entries(tries).map(([name, call]) => [name, attempt(call)]))),
  );
