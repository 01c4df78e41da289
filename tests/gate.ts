/**
 * The gate: everything that must hold before a change lands, one step after the other, cheapest first. `npm test` runs it here,
 * `.ci/run` runs it there, and it is the same.
 *
 * The last line is `N passed, N failed`: the steps that check by a program of their own, and every test.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';

type Counts = { readonly passed: number; readonly failed: number };

type Step = {
  readonly name: string;
  readonly command: readonly [program: string, ...parameters: string[]];
  /** What a finished step counts as. Without it: one, passed or failed. */
  readonly count?: (isSuccess: boolean) => Counts;
};

const root = fileURLToPath(new URL('..', import.meta.url));
const report = `${root}build/test-report.json`;

const steps: readonly Step[] = [
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'format and lint', command: ['biome', 'ci', '--colors=off', '.'] },
  { name: 'generated files are up to date', command: ['node', 'cli/generate.ts', '--check'] },
  { name: 'interfaces keep their promises', command: ['node', 'cli/main.ts', 'wit', 'check'] },
  {
    name: 'tests',
    command: ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    count: countTests,
  },
];

/** Reads vitest's report. A run that ended without one has failed as a whole; so has one without tests. */
function countTests(isSuccess: boolean): Counts {
  try {
    const parsed: unknown = JSON.parse(readFileSync(report, 'utf8'));
    const passed = numberAt(parsed, 'numPassedTests');
    const failed = numberAt(parsed, 'numFailedTests');
    return { passed, failed: failed === 0 && (!isSuccess || passed === 0) ? 1 : failed };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

function numberAt(value: unknown, key: string): number {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  return typeof found === 'number' ? found : 0;
}

function run([program, ...parameters]: Step['command']): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, parameters, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', (error) => {
      console.error(`${program} does not start: ${error.message}`);
      resolve(false);
    });
    child.on('close', (code) => resolve(code === 0));
  });
}

mkdirSync(`${root}build`, { recursive: true });
rmSync(report, { force: true });
let passed = 0;
let failed = 0;
for (const [index, step] of steps.entries()) {
  console.log(styleText('bold', `\n[${index + 1}/${steps.length}] ${step.name}`));
  const start = performance.now();
  const isSuccess = await run(step.command);
  const counts = step.count?.(isSuccess) ?? { passed: isSuccess ? 1 : 0, failed: isSuccess ? 0 : 1 };
  passed += counts.passed;
  failed += counts.failed;
  const verdict = isSuccess ? styleText('green', 'ok') : styleText('red', 'failed');
  console.log(`${verdict} after ${((performance.now() - start) / 1000).toFixed(1)} s`);
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
