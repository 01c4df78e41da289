/**
 * The gate: everything that must hold before a change lands, one step after the other, cheapest first. `npm test` runs it here,
 * `.ci/run` runs it there, and it is the same.
 *
 * The kernel of nodes is built beside all other steps, giving way to them, when it is not in the cache; what needs it comes last.
 *
 * The last line is `N passed, N failed`: the steps that check by a program of their own, and every test.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';

type Counts = { readonly passed: number; readonly failed: number };

type Step = {
  readonly name: string;
  /** Whether it succeeded. */
  readonly run: () => Promise<boolean>;
  /** What a finished step counts as. Without it: one, passed or failed. */
  readonly count?: (isSuccess: boolean) => Counts;
};

const root = fileURLToPath(new URL('..', import.meta.url));
/** Tests that need the kernel. */
const machineTests = ['tests/vm', 'tests/firmware'];

const steps: readonly Step[] = [
  { name: 'types', run: () => run('tsc', '--noEmit') },
  { name: 'format and lint', run: () => run('biome', 'ci', '--colors=off', '.') },
  { name: 'generated files are up to date', run: () => run('node', 'cli/generate.ts', '--check') },
  { name: 'interfaces keep their promises', run: () => run('node', 'cli/main.ts', 'wit', 'check') },
  testStep('tests', 'test-report', ...machineTests.map((path) => `--exclude=${path}/**`)),
  { name: 'kernel of virtual machines', run: () => kernel.end() },
  testStep('tests in virtual machines', 'machine-test-report', ...machineTests),
];

function testStep(name: string, reportName: string, ...selection: readonly string[]): Step {
  const report = `${root}build/${reportName}.json`;
  return {
    name,
    run: () => {
      rmSync(report, { force: true });
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
      return run('vitest', 'run', ...reporters, ...selection);
    },
    count: (isSuccess) => countTests(report, isSuccess),
  };
}

/** Reads vitest's report. A run that ended without one has failed as a whole; so has one without tests. */
function countTests(report: string, isSuccess: boolean): Counts {
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

function run(program: string, ...parameters: readonly string[]): Promise<boolean> {
  return endOf(program, spawn(program, parameters, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }));
}

function endOf(program: string, child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`${program} does not start: ${error.message}`);
      resolve(false);
    });
    child.on('close', (code) => resolve(code === 0));
  });
}

/** Begins to build the kernel. `end` waits for it; what it says is shown from then on, and its last line of before. */
function startKernelBuild(): { readonly end: () => Promise<boolean> } {
  const child = spawn('node', ['cli/main.ts', 'firmware', 'build'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Colours are for terminals, and this goes through a pipe.
    env: { ...process.env, NO_COLOR: '1' },
  });
  const end = endOf('node', child);
  let last = '';
  let isShown = false;
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => {
      last = line;
      if (isShown) console.log(line);
    });
  return {
    end: () => {
      isShown = true;
      if (last !== '') console.log(last);
      return end;
    },
  };
}

mkdirSync(`${root}build`, { recursive: true });
const kernel = startKernelBuild();
let passed = 0;
let failed = 0;
for (const [index, step] of steps.entries()) {
  console.log(styleText('bold', `\n[${index + 1}/${steps.length}] ${step.name}`));
  const start = performance.now();
  const isSuccess = await step.run();
  const counts = step.count?.(isSuccess) ?? { passed: isSuccess ? 1 : 0, failed: isSuccess ? 0 : 1 };
  passed += counts.passed;
  failed += counts.failed;
  const verdict = isSuccess ? styleText('green', 'ok') : styleText('red', 'failed');
  console.log(`${verdict} after ${((performance.now() - start) / 1000).toFixed(1)} s`);
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
