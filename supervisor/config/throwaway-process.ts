/**
 * A process that gets one request, gives one answer, and is gone: for work that the kernel may hold up for ever, such as reading a
 * damaged disk, or that deals with strangers, such as fetching over the network. Whatever becomes of it, PID 1 goes on after the deadline.
 *
 * Request and answer are JSON, by pipes, because what comes back from such a process is not to be believed: JSON.parse makes nothing but data, and
 * whoever asked says what the answer must look like.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The file that Node runs, or the role of the image's one program (main.ts). */
export type ThrowawayProgram = URL | string;

/** Characters of an answer. */
const answerLimit = 4 * 1024 * 1024;
/** Characters of what a process says when it fails. */
const wordsLimit = 500;
/** The user `nobody` of the image, and its group. */
const nobody = 65_534;

export type ThrowawayOptions = {
  readonly program: ThrowawayProgram;
  readonly request: unknown;
  readonly limitMs: number;
  /** Runs it as a user who may do nothing, where that user exists. */
  readonly asNobody?: true;
  readonly signal?: AbortSignal;
};

/** What came of it: the parsed JSON of the answer, or why there is none, a sentence without a full stop. */
export type ThrowawayOutcome = { readonly answer: unknown } | { readonly failure: string };

/** Runs the process to its end. It does not reject. */
export function askThrowaway(options: ThrowawayOptions): Promise<ThrowawayOutcome> {
  const { program, request, limitMs, asNobody, signal } = options;
  const user = asNobody && isUserMapped(nobody) ? { uid: nobody, gid: nobody } : {};
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [typeof program === 'string' ? program : fileURLToPath(program)], {
      ...user,
      env: {},
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let text = '';
    let words = '';
    let isSettled = false;
    const settle = (outcome: ThrowawayOutcome): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(deadline);
      signal?.removeEventListener('abort', onAbort);
      // If the kernel holds it, it dies when the kernel lets go of it; nobody waits for that.
      child.kill('SIGKILL');
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
      resolve(outcome);
    };
    const onAbort = (): void => settle({ failure: 'it was given up' });
    const deadline = setTimeout(
      () => settle({ failure: `nothing came of it within ${limitMs} ms` }),
      limitMs,
    );
    signal?.addEventListener('abort', onAbort);
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.length > answerLimit) settle({ failure: 'its answer has no end' });
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      words = `${words}${chunk}`.slice(0, wordsLimit);
    });
    child.on('error', (error) => settle({ failure: error.message }));
    child.on('close', (status, ended) => {
      const end =
        ended === null ? `it exited with status ${status ?? 'unknown'}` : `it was ended by ${ended}`;
      settle(parseAnswer(text) ?? { failure: words.trim() === '' ? end : `${end}: ${words.trim()}` });
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify(request));
  });
}

function parseAnswer(text: string): ThrowawayOutcome | undefined {
  try {
    return { answer: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Whether there is such a user here: a user namespace has those that it was given (user_namespaces(7)). */
function isUserMapped(user: number): boolean {
  return readFileSync('/proc/self/uid_map', 'latin1')
    .split('\n')
    .some((line) => {
      const [inside = Number.NaN, , count = 0] = line.trim().split(/\s+/).map(Number);
      return user >= inside && user < inside + count;
    });
}

/** The other end: answers the one request of this process. What `work` throws is said on standard error, and there is no answer. */
export async function answerAsThrowaway(
  work: (request: unknown) => Promise<unknown> | unknown,
): Promise<void> {
  const request: unknown = JSON.parse(readFileSync(0, 'utf8'));
  try {
    process.stdout.write(JSON.stringify(await work(request)));
  } catch (error) {
    process.stderr.write(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

/** The field of an answer, if that has it. */
export function fieldOf(answer: unknown, name: string): unknown {
  return typeof answer === 'object' && answer !== null ? Reflect.get(answer, name) : undefined;
}
