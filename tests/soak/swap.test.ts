/** The soak of swaps, in a process of its own: two hundred of them lose nothing and leave nothing behind. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('./swap.ts', import.meta.url));

it('two hundred swaps back and forth under load lose nothing and leave nothing behind', async () => {
  const { status, text } = await new Promise<{ readonly status: number; readonly text: string }>(
    (resolve) => {
      const command = ['--expose-gc', program, '--json', '--swaps', '200'];
      execFile(process.execPath, command, { maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
        resolve({ status: error === null ? 0 : Number(error.code), text: stdout === '' ? stderr : stdout });
      });
    },
  );
  const told: unknown = JSON.parse(text);
  expect(told).toMatchObject({
    swaps: 200,
    version: '1.0.0',
    failures: [],
    lost: { events: 0, tally: { wrong: '0 0 0 0 0 0' } },
  });
  const findings: unknown = typeof told === 'object' && told !== null && Reflect.get(told, 'findings');
  if (!Array.isArray(findings)) throw new Error(`no findings in ${text}`);
  expect(findings.filter(({ isHeld }: { isHeld: boolean }) => !isHeld)).toEqual([]);
  expect(status).toBe(0);
}, 300_000);
