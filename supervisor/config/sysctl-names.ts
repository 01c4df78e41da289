/**
 * The sysctls that a machine configuration may set. What hardens the kernel is not among them: a configuration can tune a node, and
 * cannot make it weaker. What is not here is refused, not ignored.
 */
import type { NameForm } from '../document/document.ts';

/** Names as they stand below /proc/sys; `*` is any one part. */
export const settableSysctls: readonly string[] = [
  'fs/aio-max-nr',
  'fs/epoll/*',
  'fs/file-max',
  'fs/inotify/*',
  'fs/nr_open',
  'fs/pipe-max-size',
  'kernel/hung_task_timeout_secs',
  'kernel/keys/*',
  'kernel/msgmax',
  'kernel/msgmnb',
  'kernel/msgmni',
  'kernel/numa_balancing',
  'kernel/panic',
  'kernel/pid_max',
  'kernel/sem',
  'kernel/shmall',
  'kernel/shmmax',
  'kernel/shmmni',
  'kernel/threads-max',
  'kernel/watchdog_thresh',
  'net/bridge/*',
  'net/core/*',
  'net/ipv4/*',
  'net/ipv4/conf/*/*',
  'net/ipv4/neigh/*/*',
  'net/ipv4/route/*',
  'net/ipv6/*',
  'net/ipv6/conf/*/*',
  'net/ipv6/icmp/*',
  'net/ipv6/neigh/*/*',
  'net/ipv6/route/*',
  'net/netfilter/*',
  'net/unix/*',
  'vm/dirty_background_bytes',
  'vm/dirty_background_ratio',
  'vm/dirty_bytes',
  'vm/dirty_expire_centisecs',
  'vm/dirty_ratio',
  'vm/dirty_writeback_centisecs',
  'vm/max_map_count',
  'vm/min_free_kbytes',
  'vm/nr_hugepages',
  'vm/nr_overcommit_hugepages',
  'vm/overcommit_memory',
  'vm/overcommit_ratio',
  'vm/swappiness',
  'vm/vfs_cache_pressure',
  'vm/watermark_scale_factor',
];

/** Of `net/core`, what hardens: `bpf_jit_enable`, `bpf_jit_harden`, `bpf_jit_kallsyms` and their limit. */
const hardening = 'bpf_jit_';

/** A name with dots has no dot in a part; a name with slashes may, since a link's name can hold one (sysctl(8)). */
const plainPart = '[A-Za-z0-9_@-]+';
const dottedPart = '(?!\\.{1,2}(?:/|$))[A-Za-z0-9._@-]+';

/** `net.ipv4.ip_forward`, or `net/ipv6/conf/eth0.5/mtu` with slashes. */
export const sysctlName: NameForm = {
  pattern: new RegExp(
    `^(?!net[./]core[./]${hardening})(?:${settableSysctls
      .flatMap((name) => [spelled(name, '\\.', plainPart), spelled(name, '/', dottedPart)])
      .join('|')})$`,
  ),
  limit: 128,
  expected: 'a sysctl that a configuration may set',
  form: 'one of those that the reference of the machine configuration lists: `net.ipv4.ip_forward`; what hardens the kernel is fixed',
};

function spelled(name: string, separator: string, part: string): string {
  return name
    .split('/')
    .map((word) => (word === '*' ? part : word))
    .join(separator);
}

/** The name below /proc/sys: a name that has a slash is one already, else dots separate (sysctl(8)). */
export function sysctlFile(name: string): string {
  return name.includes('/') ? name : name.replaceAll('.', '/');
}
