/** What this process holds: what must come back to where it was when all cells of a round are gone. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Store } from '../../supervisor/store/store.ts';

/** Holdings that are counted: these come back exactly. */
export const countedNames = [
  'descriptors',
  'threads',
  'timers',
  'requests carried out',
  'store entries',
  'watches',
] as const;
export type Counted = (typeof countedNames)[number];

/** Holdings in bytes: these come back within a margin, since the engine and the C library keep some of what they are given. */
export const sizedNames = ['heap', 'buffers', 'resident'] as const;
export type Sized = (typeof sizedNames)[number];

export type Holdings = {
  readonly counts: Readonly<Record<Counted, number>>;
  readonly bytes: Readonly<Record<Sized, number>>;
};

/** What the rounds count by themselves. */
export type RoundCounts = { readonly armedTimers: number; readonly carried: number };

/** The counts now. Costs little; collects nothing. */
export function countHoldings(store: Store, { armedTimers, carried }: RoundCounts): Holdings['counts'] {
  const { resources, watches } = store.report();
  const hostTimers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  return {
    descriptors: readdirSync('/proc/self/fd').length,
    threads: readdirSync('/proc/self/task').length,
    timers: armedTimers + hostTimers,
    'requests carried out': carried,
    'store entries': resources,
    watches,
  };
}

/** The bytes now, after `collect` has collected garbage. */
export function weighHoldings(collect: () => void): Holdings['bytes'] {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return { heap: heapUsed, buffers: external, resident: residentBytes() };
}

/** VmRSS of proc_pid_status(5). */
function residentBytes(): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return Number(found?.[1] ?? Number.NaN) * 1024;
}
