import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readExposition } from '../../tests/api/read-exposition.ts';
import { playedNodeWithHealth, putPhase } from '../../tests/api/test-node.ts';
import { CallFigures } from './call-figures.ts';
import { type Family, writeExposition } from './exposition.ts';
import { Histogram } from './histogram.ts';
import { nodeFamilies } from './node-families.ts';

it('has every figure that is asked for, each under a name by the rules, in text that a strict reader takes', async () => {
  const node = await playedNodeWithHealth();
  putPhase(node, 'network');
  const [cell] = node.roster.cells.values();
  cell?.counters.deniedCalls.set('eft:host/netlink.open "x"', 3);
  cell?.eventSeconds.observe(0.003);
  const calls = new CallFigures();
  calls.note('eft.v1.StateService/Get', 'ok', 0.02);
  calls.note('eft.v1.StateService/Get', 'permission_denied', 0.001);
  const families = readExposition(writeExposition([...nodeFamilies(node), ...calls.families()]));
  for (const name of [
    'eft_module_restarts_total',
    'eft_module_event_duration_seconds',
    'eft_module_denied_calls_total',
    'eft_boot_phase_seconds',
    'eft_store_resources',
    'eft_store_bytes',
    'eft_node_ready',
  ])
    expect([...families.keys()]).toContain(name);
  for (const [name, { help, type }] of families) {
    expect(name.endsWith('_total'), name).toBe(type === 'counter');
    expect(name).not.toMatch(/_(?:ms|milliseconds|kib|mib|percent|count|sum|bucket)(?:_|$)/);
    expect(help, name).toMatch(/^[A-Z].*\.$/);
    if (type === 'histogram') expect(name).toMatch(/_seconds$/);
  }
  const denied = families.get('eft_module_denied_calls_total')?.samples;
  expect(denied?.map(({ labels, value }) => [labels.get('call'), value])).toEqual([
    ['eft:host/netlink.open "x"', 3],
  ]);
  const phase = families.get('eft_boot_phase_seconds')?.samples[0];
  expect([phase?.labels.get('phase'), phase?.value]).toEqual(['network', 0.0015]);
});

it('writes histograms that only rise, and whose last class has all', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 20, noNaN: true })), (seconds) => {
      const histogram = new Histogram();
      for (const one of seconds) histogram.observe(one);
      const family: Family = {
        type: 'histogram',
        name: 'a_seconds',
        help: 'A.',
        histograms: [{ histogram }],
      };
      const samples = readExposition(writeExposition([family])).get('a_seconds')?.samples ?? [];
      const buckets = samples.filter(({ name }) => name === 'a_seconds_bucket');
      const bound = (le: string | undefined): number => Number(le?.replace('+Inf', 'Infinity'));
      for (const { labels, value } of buckets)
        expect(value).toBe(seconds.filter((one) => one <= bound(labels.get('le'))).length);
      expect(buckets.at(-1)?.labels.get('le')).toBe('+Inf');
      expect(samples.find(({ name }) => name === 'a_seconds_count')?.value).toBe(seconds.length);
      expect(samples.find(({ name }) => name === 'a_seconds_sum')?.value).toBeCloseTo(
        seconds.reduce((sum, one) => sum + one, 0),
      );
    }),
  );
});

it('keeps any label as it is, and refuses names that are none', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      const family: Family = {
        type: 'gauge',
        name: 'a',
        help: 'A.',
        samples: [{ labels: { b: value }, value: 1 }],
      };
      const [sample] = readExposition(writeExposition([family])).get('a')?.samples ?? [];
      expect(sample?.labels.get('b')).toBe(value);
    }),
  );
  const named = (name: string): Family => ({ type: 'gauge', name, help: 'A.', samples: [] });
  expect(() => writeExposition([named('a b')])).toThrow(TypeError);
});

it('counts calls of names that nobody knows together, after a while', () => {
  const calls = new CallFigures();
  for (let index = 0; index < 500; index += 1) calls.note(`eve/${index}`, 'unimplemented', 0.001);
  const samples = calls.families().flatMap((family) => ('samples' in family ? family.samples : []));
  expect(samples.length).toBeLessThan(150);
  expect(samples.some(({ labels }) => Object.values(labels ?? {}).includes('other'))).toBe(true);
});
