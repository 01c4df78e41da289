/** The soak, in a process of its own: two hundred rounds leave nothing behind, and planted leaks are found by name. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { countedNames, sizedNames } from './holdings.ts';
import { leaks } from './planted-leak.ts';

const program = fileURLToPath(new URL('./cells.ts', import.meta.url));

type Outcome = { readonly status: number; readonly text: string };

function soak(...parameters: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const command = ['--expose-gc', program, '--json', ...parameters];
    execFile(process.execPath, command, { maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ status, text: status > 1 || stdout === '' ? stderr : stdout });
    });
  });
}

/** Which things did not come back, and how many things were looked at. */
function readFindings({ text }: Outcome): { readonly lost: readonly string[]; readonly looked: number } {
  const parsed: unknown = JSON.parse(text);
  const found: unknown = typeof parsed === 'object' && parsed !== null && Reflect.get(parsed, 'findings');
  if (!Array.isArray(found)) throw new Error(`no findings in ${text}`);
  const lost = found.flatMap((finding: { readonly name: string; readonly isHeld: boolean }) =>
    finding.isHeld ? [] : [finding.name],
  );
  return { lost, looked: found.length };
}

it('two hundred rounds leave nothing behind', async () => {
  const outcome = await soak('--rounds', '200');
  expect(readFindings(outcome)).toEqual({ lost: [], looked: countedNames.length + sizedNames.length });
  expect(outcome.status).toBe(0);
}, 300_000);

it('leaks that are planted are all found', async () => {
  const outcome = await soak('--rounds', '40', '--leak', leaks.join(','));
  const { lost } = readFindings(outcome);
  expect(lost).toEqual(expect.arrayContaining([...leaks]));
  expect(outcome.status).toBe(1);
}, 300_000);

it('a leak that nobody knows is refused, with those that there are', async () => {
  const { status, text } = await soak('--rounds', '40', '--leak', 'heap,typo');
  expect(status).toBe(2);
  expect(text.split('\n')[0]).toBe(`--leak \`typo\` is not known; there are ${leaks.join(', ')}`);
  expect((await soak('--help')).status).toBe(0);
});
