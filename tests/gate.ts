/**
 * The gate: everything that must hold before a change lands, one step after the other, cheapest first. `npm test` runs it here,
 * `.ci/run` runs it there, and it is the same.
 *
 * What needs the kernel of nodes comes last, behind its build: 20 minutes of one processor where the cache does not have it. Beside the other
 * tests it would save some of that, and take from those the time in which leases are renewed and limits are kept.
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
  { name: 'interfaces keep their promises', run: checkInterfaces },
  testStep('tests', 'test-report', ...machineTests.map((path) => `--exclude=${path}/**`)),
  { name: 'kernel of virtual machines', run: () => run('node', 'cli/main.ts', 'firmware', 'build') },
  testStep('tests in virtual machines', 'machine-test-report', ...machineTests),
];

/** Those of modules, and those of clients. */
async function checkInterfaces(): Promise<boolean> {
  const [modules, clients] = [
    await run('node', 'cli/main.ts', 'wit', 'check'),
    await run('node', 'cli/main.ts', 'proto', 'check'),
  ];
  return modules && clients;
}

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
