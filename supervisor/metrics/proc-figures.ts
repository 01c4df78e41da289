/**
 * Figures of the kernel about the machine and about this process, from /proc (proc(5)). Reading there waits for no disk, and takes
 * some tens of microseconds a file.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Ticks a second of the times in /proc/stat: USER_HZ, the same on every architecture of ours. */
const ticksPerSecond = 100n;
const nanosecondsPerTick = 1_000_000_000n / ticksPerSecond;
const pageSize = 4_096n;
/** Threads of one process that are looked at. */
const threadsLimit = 4_096;

/** Reads a file of /proc; the empty string if it is not there. */
export type ReadProc = (path: string) => string;

export function readProc(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // A thread that has ended meanwhile, or a kernel without it.
    return '';
  }
}

export type MachineFigures = {
  readonly memoryTotalBytes: bigint;
  readonly memoryAvailableBytes: bigint;
  /** Of all processors together, since the machine started; in a namespace node, of its host. */
  readonly busyNs: bigint;
  readonly idleNs: bigint;
  readonly processors: number;
};

export function machineFigures(read: ReadProc = readProc): MachineFigures {
  const memory = read('/proc/meminfo');
  const kibibytes = (name: string): bigint =>
    BigInt(new RegExp(`^${name}: *(\\d{1,18}) kB$`, 'm').exec(memory)?.[1] ?? 0) * 1024n;
  const stat = read('/proc/stat');
  const ticks = (/^cpu +([\d ]+)$/m.exec(stat)?.[1] ?? '').split(' ').map(BigInt);
  const [user = 0n, nice = 0n, system = 0n, idle = 0n, waiting = 0n, hard = 0n, soft = 0n, stolen = 0n] =
    ticks;
  return {
    memoryTotalBytes: kibibytes('MemTotal'),
    memoryAvailableBytes: kibibytes('MemAvailable'),
    // Of virtual machines inside of this one the time is in `user` already.
    busyNs: (user + nice + system + hard + soft + stolen) * nanosecondsPerTick,
    idleNs: (idle + waiting) * nanosecondsPerTick,
    processors: stat.match(/^cpu\d+ /gm)?.length ?? 0,
  };
}

/** Bytes of memory that a process has resident, of /proc/PID/statm; 0 if there is none. */
export function residentBytes(pid: number | 'self', read: ReadProc = readProc): bigint {
  const pages = /^\d+ (\d{1,18}) /.exec(read(`/proc/${pid}/statm`))?.[1];
  return BigInt(pages ?? 0) * pageSize;
}

/** Nanoseconds of processor time by the names of this process's threads; threads of one name are one. Names have 15 bytes. */
export function threadTimes(read: ReadProc = readProc, list = listThreads): ReadonlyMap<string, bigint> {
  const times = new Map<string, bigint>();
  for (const thread of list().slice(0, threadsLimit)) {
    const name = read(`/proc/self/task/${thread}/comm`).trimEnd();
    const ran = /^(\d{1,19}) /.exec(read(`/proc/self/task/${thread}/schedstat`))?.[1] ?? 0;
    times.set(name, (times.get(name) ?? 0n) + BigInt(ran));
  }
  return times;
}

function listThreads(): readonly string[] {
  try {
    return readdirSync('/proc/self/task');
  } catch {
    return [];
  }
}
