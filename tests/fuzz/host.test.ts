/** A short look at each reader of the host's, and that the fuzzer of readers is alive. Longer: `eft fuzz --host`. */
import { expect, test } from 'vitest';
import { fuzzHost, hostTargets, reproduceHost } from '../../cli/fuzz-host/fuzz-host.ts';

const seed = Number(process.env['EFT_SEED'] ?? 20_261_123);
const runs = 1_500;
const targets = (await hostTargets()).map(({ name }) => name);
const canary = 'canary';

test.each(targets.filter((name) => name !== canary))('nothing is found in the reader %s', async (name) => {
  const { findings, reached, runs: done } = await fuzzHost(name, { seed, runs });
  expect(
    findings.map(({ bytes, ...finding }) => ({ ...finding, bytes: Buffer.from(bytes).toString('hex') })),
  ).toEqual([]);
  expect(done).toBe(runs);
  expect(reached).toBeGreaterThan(5);
});

test('what must always be found is found, in one file that shows it again', async () => {
  const { findings } = await fuzzHost(canary, { seed, runs: 20_000 });
  expect(findings).toHaveLength(1);
  const [finding] = findings;
  if (finding === undefined) throw new Error('there is one');
  expect(await reproduceHost(canary, finding.bytes)).toMatchObject({
    oracle: 'promise',
    message: 'no message has the type 0x4e31',
  });
  expect(finding.bytes).toHaveLength(16);
});

test('the same seed gives the same inputs, and another seed gives others', async () => {
  const digest = async (own: number) => {
    const { inputs } = await fuzzHost('cbor', { seed: own, runs: 3_000 });
    return inputs.map((bytes) => Buffer.from(bytes).toString('hex')).join();
  };
  const first = await digest(1);
  expect(await digest(1)).toBe(first);
  expect(await digest(2)).not.toBe(first);
});

test('a reader that does not exist is an error', async () => {
  await expect(fuzzHost('nothing', { seed, runs: 1 })).rejects.toThrow('there is no reader nothing');
});
