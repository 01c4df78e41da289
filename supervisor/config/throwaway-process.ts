/**
 * A process that gets one request, gives one answer, and is gone: for work that the kernel may hold up for ever, such as reading a
 * damaged disk, or that deals with strangers, such as fetching over the network. Whatever becomes of it, PID 1 goes on after the deadline.
 *
 * Request and answer are JSON, by pipes, because what comes back from such a process is not to be believed: JSON.parse makes nothing but data, and
 * whoever asked says what the answer must look like.
 */
import { readFileSync } from 'node:fs';
import { type HelperProgram, startHelper } from '../helper-process.ts';

/** Characters of an answer: what is installed on STATE, in base64, is the longest. */
const answerLimit = 12 * 1024 * 1024;
/** Characters of what a process says when it fails. */
const wordsLimit = 500;
/** Megabytes of JavaScript heap. */
const heapLimitMb = 64;
/** Bytes of memory: what Node takes for itself, and room to work. */
const dataLimitBytes = 1024 * 1024 * 1024;
/** The user `nobody` of the image, and its group. */
const nobody = 65_534;

export type ThrowawayOptions = {
  readonly program: HelperProgram;
  readonly request: unknown;
  readonly limitMs: number;
  readonly signal?: AbortSignal;
};

/** What came of it: the parsed JSON of the answer, or why there is none, a sentence without a full stop. */
export type ThrowawayOutcome = { readonly answer: unknown } | { readonly failure: string };

/** Runs the process to its end. It does not reject. */
export function askThrowaway(options: ThrowawayOptions): Promise<ThrowawayOutcome> {
  const { program, request, limitMs, signal } = options;
  return new Promise((resolve) => {
    let text = '';
    let words = '';
    let end = '';
    let isSettled = false;
    const settle = (outcome: ThrowawayOutcome): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(deadline);
      signal?.removeEventListener('abort', onAbort);
      // If the kernel holds it, it dies when the kernel lets go of it; nobody waits for that.
      child?.kill('SIGKILL');
      child?.stdout?.destroy();
      child?.stderr?.destroy();
      child?.unref();
      resolve(outcome);
    };
    const onAbort = (): void => settle({ failure: 'it was given up' });
    const deadline = setTimeout(
      () => settle({ failure: `nothing came of it within ${limitMs} ms` }),
      limitMs,
    );
    signal?.addEventListener('abort', onAbort);
    const child = startHelper({
      program,
      heapLimitMb,
      dataLimitBytes,
      stdio: ['pipe', 'pipe', 'pipe'],
      onEnd: (reason) => {
        end = reason;
        if (child?.pid === undefined) settle({ failure: reason });
      },
    });
    child?.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.length > answerLimit) settle({ failure: 'its answer has no end' });
    });
    child?.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      words = `${words}${chunk}`.slice(0, wordsLimit);
    });
    // After the end of both streams, and of the process.
    child?.on('close', () => {
      settle(parseAnswer(text) ?? { failure: words.trim() === '' ? end : `${end}: ${words.trim()}` });
    });
    child?.stdin?.on('error', () => undefined).end(JSON.stringify(request));
  });
}

function parseAnswer(text: string): ThrowawayOutcome | undefined {
  try {
    return { answer: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/**
 * Makes this process that of a user who may do nothing, for good, where there is such a user. Not before the request is there: until then the
 * supervisor may still set limits, which takes more than its own rights over a process of somebody else.
 */
export function becomeNobody(): void {
  if (process.getuid?.() !== 0 || !isUserMapped(nobody)) return;
  process.setgroups?.([]);
  process.setgid?.(nobody);
  process.setuid?.(nobody);
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
