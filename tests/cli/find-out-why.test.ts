/** The commands of docs/guide/find-out-why.md, on nodes that are none: each of them works, and prints what the guide shows. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isShownOutput, readGuide } from '../e2e/guide.ts';
import { FakeCluster } from './run-eft.ts';

const guide = readFileSync(join(import.meta.dirname, '../../docs/guide/find-out-why.md'), 'utf8');
const steps = readGuide(guide).flatMap((step) => (step.kind === 'command' ? [step] : []));
const before = process.cwd();
let cluster: FakeCluster;

beforeAll(async () => {
  cluster = await FakeCluster.start(2);
  process.chdir(cluster.folder);
});
afterAll(async () => {
  process.chdir(before);
  await cluster.stop();
});

test.each(steps)('line $line: $command', async ({ command, output }) => {
  const [program, ...words] = command.split(' ');
  expect(program).toBe('eft');
  const { status, out } = await cluster.eft(...words);
  expect(status).toBe(0);
  if (!isShownOutput(output, out)) expect(out).toBe(output);
});

test('the guide has commands', () => {
  expect(steps.length).toBeGreaterThan(8);
});
