/** How much processor time the cells of a node have had: the kernel counts it by thread, and threads of cells have their module's name. */
import { threadTimes } from './proc-figures.ts';

/** Bytes that the kernel keeps of a thread's name (TASK_COMM_LEN of linux/sched.h, without the zero). */
const threadNameBytes = 15;

/**
 * Nanoseconds by module, of its present instance. Not there for a module in a process of its own, and for modules whose names
 * are the same as far as the kernel keeps them.
 */
export function cellCpuNs(modules: Iterable<string>, times = threadTimes()): ReadonlyMap<string, bigint> {
  const byThread = new Map<string, string | undefined>();
  for (const module of modules) {
    const thread = `cell ${module}`.slice(0, threadNameBytes);
    byThread.set(thread, byThread.has(thread) ? undefined : module);
  }
  const found = new Map<string, bigint>();
  for (const [thread, module] of byThread) {
    const ran = times.get(thread);
    if (module !== undefined && ran !== undefined) found.set(module, ran);
  }
  return found;
}
