/** MachineService: Metrics and Usage. */
import { cellCpuNs } from '../../metrics/cell-cpu.ts';
import { type Family, writeExposition } from '../../metrics/exposition.ts';
import { nodeFamilies } from '../../metrics/node-families.ts';
import { machineFigures, residentBytes } from '../../metrics/proc-figures.ts';
import type { Node } from '../../node.ts';
import type { Method } from '../method.ts';
import { readNothing } from './request-fields.ts';

/** `more` gives the figures of what is no part of the node itself. */
export function getMetrics(node: Node, more: () => readonly Family[]): Method<Record<string, never>> {
  return {
    name: 'eft.v1.MachineService/Metrics',
    verb: 'read',
    changes: false,
    read: readNothing,
    subject: () => [{}],
    run: async function* () {
      yield { text: writeExposition([...nodeFamilies(node), ...more()]) };
    },
  };
}

/** `wall` is CLOCK_REALTIME in nanoseconds. */
export function getUsage(node: Node, wall: () => bigint): Method<Record<string, never>> {
  return {
    name: 'eft.v1.MachineService/Usage',
    verb: 'read',
    changes: false,
    read: readNothing,
    subject: () => [{}],
    run: async function* () {
      const { cells } = node.roster;
      const { user, system } = process.cpuUsage();
      const cpu = cellCpuNs(cells.keys());
      yield {
        ...machineFigures(),
        timeNs: wall(),
        supervisorResidentBytes: residentBytes('self'),
        supervisorCpuNs: BigInt(user + system) * 1_000n,
        modules: [...cells.values()].map(({ name, counters, queued, memoryBytes, eventSeconds }) => ({
          name,
          memoryBytes: BigInt(memoryBytes),
          cpuNs: cpu.get(name) ?? 0n,
          events: BigInt(counters.events),
          queue: queued,
          restarts: Math.max(0, counters.starts - 1),
          eventP99Ns: BigInt(Math.round((eventSeconds.atMost(0.99) ?? 0) * 1e9)),
        })),
      };
    },
  };
}
