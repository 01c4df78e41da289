/** What a node and its modules take: shares and rates from two samples of counters that only rise. */
import type { UsageResponse } from '../../supervisor/api/generated/eft/v1/machine_pb.js';
import { formatBytes } from '../output/bar-chart.ts';
import { durationText } from '../output/resource-cells.ts';

export type Usage = Omit<UsageResponse, '$typeName' | '$unknown'>;

export type ModuleRates = {
  readonly name: string;
  /** Of one processor, 0 to 1; undefined after the first sample. */
  readonly cpu: number | undefined;
  /** Of its linear memory at its last checkpoint; 0 if there was none yet. */
  readonly memoryBytes: number;
  readonly eventsPerSecond: number | undefined;
  readonly queue: number;
  readonly restarts: number;
  /** Nanoseconds that 99 of 100 events took at most; 0 if that is not known. */
  readonly eventP99Ns: number;
};

export type Rates = {
  /** Of all processors together, 0 to 1. */
  readonly cpu: number | undefined;
  readonly processors: number;
  readonly memoryTotalBytes: number;
  readonly memoryAvailableBytes: number;
  /** PID 1 as a whole, its modules with it: of one processor, so that it may be more than 1. */
  readonly supervisorCpu: number | undefined;
  readonly supervisorBytes: number;
  /** Those that take most come first. */
  readonly modules: readonly ModuleRates[];
};

/** The rates between two samples. Without an earlier one, or where a counter has begun anew because the node did, there are none. */
export function usageRates(before: Usage | undefined, now: Usage): Rates {
  const isLater =
    before !== undefined && now.timeNs > before.timeNs && now.supervisorCpuNs >= before.supervisorCpuNs;
  const earlier = isLater ? before : undefined;
  const passedNs = earlier === undefined ? undefined : now.timeNs - earlier.timeNs;
  const per = (rise: bigint | undefined, of: bigint | undefined): number | undefined =>
    rise === undefined || of === undefined || of <= 0n || rise < 0n ? undefined : Number(rise) / Number(of);
  const busy = earlier === undefined ? undefined : now.busyNs - earlier.busyNs;
  const idle = earlier === undefined ? undefined : now.idleNs - earlier.idleNs;
  const earlierModules = new Map(earlier?.modules.map((module) => [module.name, module]));
  const modules = now.modules.map((module): ModuleRates => {
    const { name, cpuNs, events, memoryBytes, queue, restarts, eventP99Ns } = module;
    const was = earlierModules.get(name);
    const eventsPerNs = per(was === undefined ? undefined : events - was.events, passedNs);
    return {
      name,
      cpu: per(was === undefined ? undefined : cpuNs - was.cpuNs, passedNs),
      memoryBytes: Number(memoryBytes),
      eventsPerSecond: eventsPerNs === undefined ? undefined : eventsPerNs * 1e9,
      queue,
      restarts,
      eventP99Ns: Number(eventP99Ns),
    };
  });
  return {
    cpu: per(busy, busy === undefined || idle === undefined ? undefined : busy + idle),
    processors: now.processors,
    memoryTotalBytes: Number(now.memoryTotalBytes),
    memoryAvailableBytes: Number(now.memoryAvailableBytes),
    supervisorCpu: per(
      earlier === undefined ? undefined : now.supervisorCpuNs - earlier.supervisorCpuNs,
      passedNs,
    ),
    supervisorBytes: Number(now.supervisorResidentBytes),
    modules: modules.sort(
      (left, right) => (right.cpu ?? 0) - (left.cpu ?? 0) || (left.name < right.name ? -1 : 1),
    ),
  };
}

/** `12.3 %`; `–` if it is not known yet. */
export function shareText(share: number | undefined): string {
  return share === undefined ? '–' : `${(share * 100).toFixed(1)} %`;
}

/** `≤ 2.5 ms`: what the slowest but one of a hundred events took. */
export function latencyText(nanoseconds: number): string {
  return nanoseconds === 0 ? '–' : `≤ ${durationText(nanoseconds)}`;
}

/** A module's memory: it is known from its first checkpoint on. */
export function memoryText(bytes: number): string {
  return bytes === 0 ? '–' : formatBytes(bytes);
}

/** `0.5`, `12`, `3,400`; `–` if it is not known yet. */
export function rateText(rate: number | undefined): string {
  if (rate === undefined) return '–';
  return rate < 10 ? rate.toFixed(1) : Math.round(rate).toLocaleString('en-US');
}
