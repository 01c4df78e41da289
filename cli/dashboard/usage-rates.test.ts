import { expect, it } from 'vitest';
import { latencyText, rateText, shareText, type Usage, usageRates } from './usage-rates.ts';

const second = 1_000_000_000n;

/** A sample at a number of seconds. The counters rise by half a processor, and by 20 events a second. */
function sample(seconds: bigint): Usage {
  return {
    timeNs: seconds * second,
    memoryTotalBytes: 1n << 30n,
    memoryAvailableBytes: 1n << 29n,
    supervisorResidentBytes: 100n << 20n,
    supervisorCpuNs: (seconds * second) / 2n,
    busyNs: (seconds * second) / 2n,
    idleNs: (seconds * second * 3n) / 2n,
    processors: 2,
    modules: [
      usage('health', 0n, 0n),
      usage('network', (seconds * second) / 4n, seconds * 20n),
      usage('alpha', 0n, 0n),
    ],
  };
}

function usage(name: string, cpuNs: bigint, events: bigint): Usage['modules'][number] {
  const message = { name, memoryBytes: 65_536n, cpuNs, events, queue: 3, restarts: 1, eventP99Ns: 500_000n };
  return { $typeName: 'eft.v1.ModuleUsage', ...message };
}

it('gives shares of what has passed between two samples, and the busiest module first', () => {
  const rates = usageRates(sample(10n), sample(12n));
  expect(rates).toMatchObject({ cpu: 0.25, supervisorCpu: 0.5, processors: 2, supervisorBytes: 104_857_600 });
  expect(rates.modules.map(({ name, cpu, eventsPerSecond }) => [name, cpu, eventsPerSecond])).toEqual([
    ['network', 0.25, 20],
    ['alpha', 0, 0],
    ['health', 0, 0],
  ]);
});

it('gives no rates with one sample, of a module that was not there, and after a start of the node', () => {
  const unknown = { cpu: undefined, supervisorCpu: undefined };
  expect(usageRates(undefined, sample(5n))).toMatchObject({ ...unknown, memoryTotalBytes: 2 ** 30 });
  expect(usageRates(sample(50n), { ...sample(60n), supervisorCpuNs: 1n })).toMatchObject(unknown);
  expect(usageRates(sample(5n), sample(5n))).toMatchObject(unknown);
  const [first] = usageRates({ ...sample(5n), modules: [] }, sample(6n)).modules;
  expect(first).toMatchObject({ cpu: undefined, eventsPerSecond: undefined, queue: 3, restarts: 1 });
});

it('writes them as people read them', () => {
  expect([undefined, 0, 0.1234, 2].map(shareText)).toEqual(['–', '0.0 %', '12.3 %', '200.0 %']);
  expect([0, 500_000, 2_500_000].map(latencyText)).toEqual(['–', '≤ 500 µs', '≤ 2.5 ms']);
  expect([undefined, 0.25, 12.4, 3400].map(rateText)).toEqual(['–', '0.3', '12', '3,400']);
});
