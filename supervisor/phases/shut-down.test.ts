import { expect, it } from 'vitest';
import type { Console } from './console.ts';
import { shutDown } from './shut-down.ts';

function recorder() {
  const lines: string[] = [];
  const console: Console = { write: (line) => lines.push(line) };
  return { lines, console };
}

it('does one step after the other', async () => {
  const { lines, console } = recorder();
  const order: string[] = [];
  const step = (name: string, takesMs: number) => ({
    name,
    limitMs: 60_000,
    work: async () => {
      await new Promise((resolve) => setTimeout(resolve, takesMs));
      order.push(name);
    },
  });
  await shutDown([step('modules', 20), step('disks', 0)], console);
  expect(order).toEqual(['modules', 'disks']);
  expect(lines).toEqual(['modules: done', 'disks: done']);
});

it('leaves behind what fails and what takes too long', async () => {
  const { lines, console } = recorder();
  const never = () => new Promise<void>(() => undefined);
  const fails = () => Promise.reject(new Error('no'));
  await shutDown(
    [
      { name: 'modules', limitMs: 5, work: never },
      { name: 'processes', limitMs: 60_000, work: fails },
      { name: 'disks', limitMs: 60_000, work: () => Promise.resolve() },
    ],
    console,
  );
  expect(lines).toEqual([
    'modules: not done after 0.005 s; going on',
    'processes: no; going on',
    'disks: done',
  ]);
});
