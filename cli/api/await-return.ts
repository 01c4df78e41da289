/** Waits until a node that goes down is back: it answers, and counts its time anew. */
import { setTimeout as sleep } from 'node:timers/promises';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import type { Teller } from '../output/progress.ts';
import { callError } from './call-error.ts';
import { connectNode } from './client.ts';
import type { NodeTarget } from './node-target.ts';

/** How long a node may take, in milliseconds. */
export const returnTimeoutMs = 300_000;
/** Between two looks. */
const lookIntervalMs = 250;
/** How long a look may take. */
const lookTimeoutMs = 3_000;
/** A clock that is read over a network is not exact. */
const clockSlackMs = 500;

/** The time that a node has been up, and when it said so (of a clock that only goes forward). */
export type Seen = { readonly uptimeMs: number; readonly atMs: number };

/** Gives how it is back. Errors: `client.not-back`, `client.maintenance` if it has no configuration any more, others of `client.*` that time does not cure. */
export async function awaitReturn(
  target: NodeTarget,
  seen: Seen,
  progress: Teller,
  options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
): Promise<void> {
  const timeoutMs = options.timeoutMs ?? returnTimeoutMs;
  const beganMs = performance.now();
  for (;;) {
    const error = await lookForReturn(target, seen);
    if (error === undefined) return;
    const elapsedMs = performance.now() - beganMs;
    if (!isPassing(error) || options.signal?.aborted) throw error;
    if (elapsedMs > timeoutMs) {
      const reason = error.message;
      throw EftError.of('client.not-back', {
        node: target.name,
        seconds: Math.round(timeoutMs / 1_000),
        reason,
      });
    }
    progress.tell(
      target.name,
      error.code === 'client.still-up' ? 'goes down' : 'is down; waiting for it to come back',
    );
    await sleep(lookIntervalMs);
  }
}

/** Why the node is not back yet, or undefined. */
export async function lookForReturn(target: NodeTarget, seen: Seen): Promise<EftError | undefined> {
  try {
    const client = await connectNode(target, { timeoutMs: lookTimeoutMs });
    try {
      const { uptimeMs } = await client.machine.version({}, { timeoutMs: lookTimeoutMs });
      const expectedMs = seen.uptimeMs + (performance.now() - seen.atMs);
      if (Number(uptimeMs) + clockSlackMs < expectedMs) return undefined;
      return EftError.of('client.still-up', { node: target.name });
    } finally {
      client.close();
    }
  } catch (thrown) {
    const error = callError(thrown, target.name);
    if (error instanceof EftError) return error;
    throw error;
  }
}

/** What is to be expected of a node between two boots. */
const passing = new Set([
  'client.still-up',
  'client.refused',
  'client.unreachable',
  'client.not-api',
  'client.lost',
  'client.deadline',
  'client.failed',
]);

function isPassing({ code }: EftError): boolean {
  return passing.has(code);
}
