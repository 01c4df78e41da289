/** The figures of a node as metrics: names as https://prometheus.io/docs/practices/naming has them, units in the name, base units only. */
import type { Cell } from '../cells/cell.ts';
import { cellState } from '../cells/cell-roster.ts';
import type { Node } from '../node.ts';
import { cellCpuNs } from './cell-cpu.ts';
import type { Family, Sample } from './exposition.ts';
import { machineFigures, residentBytes } from './proc-figures.ts';

/** A figure of each module. */
type ModuleFigure = readonly [
  name: string,
  help: string,
  type: 'counter' | 'gauge',
  of: (cell: Cell) => number,
];

const moduleFigures: readonly ModuleFigure[] = [
  [
    'eft_module_restarts_total',
    'Starts of the module after its first.',
    'counter',
    ({ counters }) => Math.max(0, counters.starts - 1),
  ],
  ['eft_module_failures_total', 'Failures of the module.', 'counter', ({ counters }) => counters.failures],
  [
    'eft_module_events_total',
    'Events that the module has handled.',
    'counter',
    ({ counters }) => counters.events,
  ],
  [
    'eft_module_conflicts_total',
    'Events whose changes were in conflict with others, and were decided again.',
    'counter',
    ({ counters }) => counters.conflicts,
  ],
  [
    'eft_module_log_lines_dropped_total',
    'Lines of its log that were dropped because there were too many.',
    'counter',
    ({ counters }) => counters.logLinesDropped,
  ],
  ['eft_module_queue_events', 'Events that wait for the module.', 'gauge', ({ queued }) => queued],
  [
    'eft_module_memory_bytes',
    'Bytes of the linear memory of the module at its last checkpoint; 0 if there was none yet.',
    'gauge',
    ({ memoryBytes }) => memoryBytes,
  ],
  [
    'eft_module_healthy',
    'Whether the module runs and is well.',
    'gauge',
    (cell) => Number(cellState(cell) === 'healthy'),
  ],
];

export function nodeFamilies(node: Node): readonly Family[] {
  return [...moduleFamilies(node), ...bootFamilies(node), ...storeFamilies(node), ...processFamilies()];
}

function moduleFamilies({ roster }: Node): readonly Family[] {
  const cells = [...roster.cells.values()];
  const perModule = (of: (cell: Cell) => number): readonly Sample[] =>
    cells.map((cell) => ({ labels: { module: cell.name }, value: of(cell) }));
  const cpu = cellCpuNs(roster.cells.keys());
  return [
    ...moduleFigures.map(([name, help, type, of]): Family => ({ type, name, help, samples: perModule(of) })),
    {
      type: 'counter',
      name: 'eft_module_denied_calls_total',
      help: 'Calls of the host that the module was denied.',
      samples: cells.flatMap(({ name, counters }) =>
        [...counters.deniedCalls].map(([call, value]) => ({ labels: { module: name, call }, value })),
      ),
    },
    {
      type: 'counter',
      name: 'eft_module_cpu_seconds_total',
      help: 'Seconds of processor time that the present instance of the module has had.',
      samples: [...cpu].map(([module, ns]) => ({ labels: { module }, value: Number(ns) / 1e9 })),
    },
    {
      type: 'histogram',
      name: 'eft_module_event_duration_seconds',
      help: 'Seconds from giving the module an event until its effects were carried out.',
      histograms: cells.map(({ name, eventSeconds }) => ({
        labels: { module: name },
        histogram: eventSeconds,
      })),
    },
  ];
}

function bootFamilies({ store }: Node): readonly Family[] {
  const samples = store.list('eft:resources/boot-phase').flatMap(({ metadata, value }) => {
    const { took } = value;
    return typeof took === 'bigint' ? [{ labels: { phase: metadata.id }, value: Number(took) / 1e9 }] : [];
  });
  const isReady = store.get('eft:resources/node-status', 'node')?.value['ready'] === true;
  return [
    {
      type: 'gauge',
      name: 'eft_boot_phase_seconds',
      help: 'Seconds that a phase of the boot took.',
      samples,
    },
    {
      type: 'gauge',
      name: 'eft_node_ready',
      help: 'Whether everything that the node is to run is well.',
      samples: [{ value: Number(isReady) }],
    },
  ];
}

function storeFamilies({ store }: Node): readonly Family[] {
  const { kinds, outcomes, watches } = store.report();
  const { contended: _, ...ended } = outcomes;
  return [
    {
      type: 'gauge',
      name: 'eft_store_resources',
      help: 'Resources in the store, by kind.',
      samples: kinds.map(({ name, resources }) => ({ labels: { kind: name }, value: resources })),
    },
    {
      type: 'gauge',
      name: 'eft_store_bytes',
      help: 'Bytes that resources take in the store, as they are charged, by kind.',
      samples: kinds.map(({ name, bytes }) => ({ labels: { kind: name }, value: bytes })),
    },
    {
      type: 'gauge',
      name: 'eft_store_watches',
      help: 'Watches that are open.',
      samples: [{ value: watches }],
    },
    {
      type: 'counter',
      name: 'eft_store_transactions_total',
      help: 'Transactions, by what became of them.',
      samples: Object.entries(ended).map(([outcome, value]) => ({ labels: { outcome }, value })),
    },
  ];
}

function processFamilies(): readonly Family[] {
  const machine = machineFigures();
  const { user, system } = process.cpuUsage();
  const gauge = (name: string, help: string, value: number | bigint): Family => ({
    type: 'gauge',
    name,
    help,
    samples: [{ value }],
  });
  return [
    {
      type: 'counter',
      name: 'process_cpu_seconds_total',
      help: 'Seconds of processor time of PID 1, all of its threads together.',
      samples: [{ value: (user + system) / 1e6 }],
    },
    gauge('process_resident_memory_bytes', 'Bytes of memory that PID 1 has resident.', residentBytes('self')),
    gauge('eft_machine_memory_bytes', 'Bytes of memory of the machine.', machine.memoryTotalBytes),
    gauge(
      'eft_machine_memory_available_bytes',
      'Bytes of memory of the machine that programs could still have.',
      machine.memoryAvailableBytes,
    ),
    gauge('eft_machine_processors', 'Processors of the machine.', machine.processors),
    {
      type: 'counter',
      name: 'eft_machine_cpu_seconds_total',
      help: 'Seconds of all processors of the machine together, busy and idle.',
      samples: [
        { labels: { mode: 'busy' }, value: Number(machine.busyNs) / 1e9 },
        { labels: { mode: 'idle' }, value: Number(machine.idleNs) / 1e9 },
      ],
    },
  ];
}
