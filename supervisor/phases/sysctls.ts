/**
 * The sysctls that every node has: what the Kernel Self Protection Project recommends, and what a Kubernetes node needs. Each
 * has its reason. The machine configuration can add to them.
 *
 * Those of the network stack belong to the network namespace, so they are set in a namespace node too; the others belong to the kernel, and a
 * namespace node leaves them as its host has them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Environment } from './environment.ts';
import type { PhaseOutcome } from './phase.ts';

export type Sysctl = {
  /** Below /proc/sys. */
  readonly name: string;
  readonly value: string;
  readonly reason: string;
  /** What it restrains is itself left out of some kernels, ours among them; there it is not missed. */
  readonly isNeededOnlyIfThere?: true;
};

/** In the order in which they are written. */
export const sysctls: readonly Sysctl[] = [
  {
    name: 'kernel/printk_devkmsg',
    value: 'on',
    reason: 'what PID 1 says is not thinned out: by default ten lines in five seconds get through',
  },
  { name: 'kernel/kptr_restrict', value: '2', reason: 'kernel addresses are shown to nobody' },
  { name: 'kernel/dmesg_restrict', value: '1', reason: 'the kernel log may hold addresses' },
  { name: 'kernel/perf_event_paranoid', value: '3', reason: 'performance counters leak across processes' },
  {
    name: 'kernel/randomize_va_space',
    value: '2',
    reason: 'addresses of every process are random, heap included',
  },
  { name: 'kernel/yama/ptrace_scope', value: '2', reason: 'only an administrator attaches to processes' },
  {
    name: 'kernel/unprivileged_bpf_disabled',
    value: '1',
    reason: 'eBPF is for network plugins, which are privileged',
  },
  { name: 'net/core/bpf_jit_harden', value: '2', reason: 'constants in compiled eBPF are blinded' },
  {
    name: 'vm/unprivileged_userfaultfd',
    value: '0',
    reason: 'it makes races in the kernel easy to win',
    isNeededOnlyIfThere: true,
  },
  {
    name: 'dev/tty/ldisc_autoload',
    value: '0',
    reason: 'line disciplines are old code that nothing here needs',
  },
  { name: 'dev/tty/legacy_tiocsti', value: '0', reason: 'no program types into the terminal of another' },
  {
    name: 'fs/protected_symlinks',
    value: '1',
    reason: 'no symbolic link of a stranger is followed in a shared directory',
  },
  { name: 'fs/protected_hardlinks', value: '1', reason: 'no hard link to a file that one could not write' },
  { name: 'fs/protected_fifos', value: '2', reason: 'no FIFO of a stranger is opened in a shared directory' },
  {
    name: 'fs/protected_regular',
    value: '2',
    reason: 'no file of a stranger is opened for writing in a shared directory',
  },
  { name: 'fs/suid_dumpable', value: '0', reason: 'a program that changed its user leaves no core file' },
  { name: 'kernel/ctrl-alt-del', value: '0', reason: 'the keys are told to PID 1, which goes down in order' },
  { name: 'kernel/panic', value: '10', reason: 'a kernel that has panicked starts again' },
  { name: 'kernel/panic_on_oops', value: '1', reason: 'a kernel that has lost its way does not go on' },
  { name: 'kernel/pid_max', value: '262144', reason: 'a full node has more than 32,768 threads' },
  { name: 'vm/overcommit_memory', value: '1', reason: 'what kubelet expects and would set itself' },
  {
    name: 'vm/panic_on_oom',
    value: '0',
    reason: 'what kubelet expects: out of memory ends a process, not the node',
  },
  { name: 'fs/inotify/max_user_instances', value: '8192', reason: 'every container watches files' },
  { name: 'fs/aio-max-nr', value: '1048576', reason: 'databases in pods use many asynchronous operations' },
  { name: 'net/ipv4/ip_forward', value: '1', reason: 'pods are reached through the node' },
  { name: 'net/ipv6/conf/all/forwarding', value: '1', reason: 'pods are reached through the node' },
  {
    name: 'net/ipv6/conf/default/accept_ra',
    value: '2',
    reason: 'a forwarding node would ignore router advertisements',
  },
  {
    name: 'net/ipv4/icmp_echo_ignore_broadcasts',
    value: '1',
    reason: 'an echo to all would be answered by all',
  },
  {
    name: 'net/ipv4/icmp_ignore_bogus_error_responses',
    value: '1',
    reason: 'broken routers would fill the log',
  },
  { name: 'net/ipv4/conf/all/send_redirects', value: '0', reason: 'a node tells nobody which way to go' },
  { name: 'net/ipv4/conf/default/send_redirects', value: '0', reason: 'a node tells nobody which way to go' },
  { name: 'net/ipv4/conf/all/accept_redirects', value: '0', reason: 'nobody tells a node which way to go' },
  {
    name: 'net/ipv4/conf/default/accept_redirects',
    value: '0',
    reason: 'nobody tells a node which way to go',
  },
  {
    name: 'net/ipv4/tcp_keepalive_time',
    value: '600',
    reason: 'load balancers forget connections that are silent for longer',
  },
  {
    name: 'net/ipv4/tcp_keepalive_intvl',
    value: '60',
    reason: 'a dead peer is found within ten minutes after that',
  },
];

export type SysctlFiles = {
  readonly read: (name: string) => string;
  readonly write: (name: string, value: string) => void;
};

/** What those of the machine configuration were before it set them, by name: what they go back to when it names them no more. */
export type SysctlMemory = Map<string, string>;

const procSys: SysctlFiles = {
  read: (name) => readFileSync(`/proc/sys/${name}`, 'utf8'),
  // With a line feed: kernel/printk_devkmsg is refused without (devkmsg_sysctl_set_loglvl of kernel/printk/printk.c), and the others do not mind.
  write: (name, value) => writeFileSync(`/proc/sys/${name}`, `${value}\n`),
};

/** Sets what is not set yet: those of every node, and after them those of the machine configuration. One that the kernel does not have is said to be missing, and no more. */
export function applySysctls(
  environment: Environment,
  configured: readonly Sysctl[],
  files: SysctlFiles = procSys,
  memory: SysctlMemory = new Map(),
): PhaseOutcome<undefined> {
  const missing: string[] = [];
  let count = 0;
  const all = [...sysctls, ...configured];
  let unneeded = 0;
  for (const sysctl of all.filter(({ name }) => isOurs(environment, name))) {
    const { name, value, isNeededOnlyIfThere } = sysctl;
    try {
      const before = files.read(name).trim();
      if (configured.includes(sysctl) && !memory.has(name)) memory.set(name, before);
      if (before !== value) files.write(name, value);
      count += 1;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      if (code === 'ENOENT' && isNeededOnlyIfThere) unneeded += 1;
      else
        missing.push(code === 'ENOENT' ? `this kernel has no ${name}` : `${name} stays as it is (${code})`);
    }
  }
  const left = all.length - count - unneeded - missing.length;
  const message = left === 0 ? `${count} set` : `${count} set, ${left} are the host's`;
  return { value: undefined, message, missing };
}

/**
 * Brings the sysctls of the machine configuration to other values: those that it names no more go back to what they were. Gives why some are not as
 * they should be, a sentence each.
 */
export function changeSysctls(
  environment: Environment,
  configured: readonly Sysctl[],
  memory: SysctlMemory,
  files: SysctlFiles = procSys,
): readonly string[] {
  const wanted = configured.filter(({ name }) => isOurs(environment, name));
  const named = new Set(wanted.map(({ name }) => name));
  const before = [...memory].filter(([name]) => !named.has(name)).map(([name, value]) => ({ name, value }));
  return [...before, ...wanted].flatMap(({ name, value }) => {
    try {
      const current = files.read(name).trim();
      if (!memory.has(name)) memory.set(name, current);
      if (current !== value) files.write(name, value);
      if (!named.has(name)) memory.delete(name);
      return [];
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      return [
        code === 'ENOENT' ? `this kernel has no sysctl ${name}` : `the sysctl ${name} is refused (${code})`,
      ];
    }
  });
}

function isOurs(environment: Environment, name: string): boolean {
  return environment === 'machine' || isOfNetworkNamespace(name);
}

/** Whether a sysctl is the network namespace's own: all below `net` but those of `net/core`, which are mostly the kernel's. */
function isOfNetworkNamespace(name: string): boolean {
  return name.startsWith('net/ipv4/') || name.startsWith('net/ipv6/');
}
