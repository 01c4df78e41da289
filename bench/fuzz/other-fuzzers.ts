/**
 * What others do with the same format: libFuzzer on a parser in C, and Jazzer.js, which is libFuzzer on instrumented JavaScript, on the same
 * parser in JavaScript. Both begin with the messages that are kept for our own parser, and run in a process of their own, of which the
 * processor time is taken.
 *
 * Jazzer.js comes as native code for a newer C library than Debian 12 has. It is given that of the release that images are made of, by the loader of
 * that library, and changes nothing of the machine.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallInput } from '../../cli/fuzz/calls/call-input.ts';
import { fetchDebianPackages, unpackDebianPackage } from '../../cli/toolchain/debian-packages.ts';
import { ensureDebianPackages } from '../../cli/toolchain/machine-packages.mjs';
import { imageLockCommand, lockedPackages } from '../../image/debian-files.ts';
import { type Figure, say } from '../figures.ts';

const here = import.meta.dirname;
const clang = '/usr/bin/clang-14';
/** Runs of each, of seconds. */
const libFuzzerRuns = 3_000_000;
const jazzerRuns = 500_000;
/** Bytes of a message, at most. */
const messageLimit = 600;
/** USER_HZ, in which the kernel tells times. */
const ticksPerSecond = 100;
/** Libraries that native code for npm is linked with. */
const libraries = ['libc6', 'libgcc-s1', 'libstdc++6', 'libatomic1'];
const libraryFolder = 'usr/lib/x86_64-linux-gnu';

/** What a fuzzer says last: runs, and counters that were passed. */
type Ended = { readonly cpuSeconds: number; readonly covered: string };

/** Measures both. What cannot be had is said, and left out. */
export async function measureOthers(corpus: readonly CallInput[]): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'eft-other-fuzzers-'));
  try {
    const messages = join(folder, 'messages');
    writeMessages(corpus, messages);
    return [measureLibFuzzer(folder, messages), await measureJazzer(folder, messages)].filter(
      (figure) => figure !== undefined,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The messages of the corpus, a file for each. */
function writeMessages(corpus: readonly CallInput[], folder: string): void {
  mkdirSync(folder);
  const messages = corpus.flatMap((calls) =>
    calls.flatMap(({ name, parameters: [message] }) =>
      name === 'lease-in' && message instanceof Uint8Array && message.length <= messageLimit ? [message] : [],
    ),
  );
  for (const [index, message] of messages.entries()) writeFileSync(join(folder, String(index)), message);
}

function measureLibFuzzer(folder: string, messages: string): Figure | undefined {
  const refusal = ensureDebianPackages(
    [
      { name: 'clang-14', file: clang, purpose: 'to compile a parser in C' },
      {
        name: 'libclang-rt-14-dev',
        file: '/usr/lib/llvm-14/lib/clang/14.0.6/lib/linux/libclang_rt.fuzzer-x86_64.a',
        purpose: 'libFuzzer',
      },
    ],
    say,
  );
  const program = join(folder, 'dhcp-options');
  const source = join(here, 'dhcp-options.c');
  const built =
    refusal === undefined
      ? spawnSync(clang, ['-O2', '-g', '-fsanitize=fuzzer', source, '-o', program], { encoding: 'utf8' })
      : undefined;
  if (built === undefined || built.status !== 0) {
    say(`libFuzzer is left out: ${refusal ?? `clang says: ${built?.stderr ?? ''}`}`);
    return undefined;
  }
  const ended = runFuzzer(program, [], folder, messages, libFuzzerRuns);
  if (ended === undefined) return undefined;
  return {
    id: 'fuzz.libfuzzer-runs-per-cpu-second',
    value: libFuzzerRuns / ended.cpuSeconds,
    unit: '1/s',
    better: 'higher',
    against: `dhcp-options.c, one function, nothing put back; ${ended.covered} of its edges`,
  };
}

async function measureJazzer(folder: string, messages: string): Promise<Figure | undefined> {
  const project = join(folder, 'javascript');
  cpSync(join(here, 'javascript'), project, { recursive: true });
  say('installing Jazzer.js with npm, for this measurement alone');
  const installed = spawnSync('npm', ['ci', '--silent'], { cwd: project, encoding: 'utf8' });
  if (installed.status !== 0) {
    say(`Jazzer.js is left out: npm says: ${installed.stderr}`);
    return undefined;
  }
  const packages = await fetchDebianPackages(lockedPackages(libraries), {
    refreshCommand: imageLockCommand,
    onDownload: ({ name }) => say(`fetching ${name}, for a newer C library`),
  });
  const root = join(folder, 'root');
  mkdirSync(root);
  for (const file of packages.values()) await unpackDebianPackage(file, root);
  const library = join(root, libraryFolder);
  const parameters = [
    ...['--library-path', library, process.execPath],
    join(project, 'node_modules/@jazzer.js/core/dist/cli.js'),
    ...[join(project, 'dhcp-options.js'), messages, '--sync', '--'],
  ];
  const loader = join(library, 'ld-linux-x86-64.so.2');
  const ended = runFuzzer(loader, parameters, folder, undefined, jazzerRuns);
  if (ended === undefined) return undefined;
  return {
    id: 'fuzz.jazzer-runs-per-cpu-second',
    value: jazzerRuns / ended.cpuSeconds,
    unit: '1/s',
    better: 'higher',
    against: `the same parser in JavaScript, by Jazzer.js 4.0.0; ${ended.covered} of its edges`,
  };
}

/** Runs a fuzzer of libFuzzer's kind to its end. Undefined, and said, if it does not come there. */
function runFuzzer(
  program: string,
  parameters: readonly string[],
  folder: string,
  messages: string | undefined,
  runs: number,
): Ended | undefined {
  const before = childSeconds();
  const run = spawnSync(
    program,
    [
      ...parameters,
      '-seed=1',
      `-runs=${runs}`,
      `-max_len=${messageLimit}`,
      ...(messages === undefined ? [] : [messages]),
    ],
    { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  const covered = [...run.stderr.matchAll(/\bcov: (\d+)/g)].at(-1)?.[1];
  if (run.status === 0 && covered !== undefined) return { cpuSeconds: childSeconds() - before, covered };
  say(`it is left out, as it ended with ${run.status ?? run.signal}: ${run.stderr.slice(-1_000)}`);
  return undefined;
}

/** Seconds of processor time of the processes that this one has started and that have ended: `cutime` and `cstime` of proc_pid_stat(5). */
function childSeconds(): number {
  const text = readFileSync('/proc/self/stat', 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
}
