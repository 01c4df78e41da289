/** One thing on several nodes at once: a result for each, and one that fails hides no other. */
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { ExitStatus, exitStatuses, exitStatusOf } from '../exit-status.ts';
import type { Terminal } from '../output/terminal.ts';
import { writeError } from '../output/write-error.ts';
import { callError } from './call-error.ts';
import { connectNode, type NodeClient } from './client.ts';
import type { NodeTarget } from './node-target.ts';

/** Nodes that are talked to at the same time. */
const parallelNodes = 32;

export type NodeOutcome<Result> =
  | { readonly target: NodeTarget; readonly result: Result }
  | { readonly target: NodeTarget; readonly error: EftError };

/**
 * Connects to each node, runs `run`, and ends the connection. The outcomes come in the order of the nodes. What `run` throws is the outcome of that node
 * if it is an error for people (`EftError`, or one of a call), and else a fault of `eft`, which rejects.
 */
export async function onNodes<Result>(
  targets: readonly NodeTarget[],
  run: (client: NodeClient) => Promise<Result>,
  options: { readonly signal?: AbortSignal } = {},
): Promise<readonly NodeOutcome<Result>[]> {
  const outcomes: NodeOutcome<Result>[] = [];
  const waiting = targets.entries();
  const work = async (): Promise<void> => {
    for (const [index, target] of waiting) outcomes[index] = await outcomeOf(target, run, options.signal);
  };
  await Promise.all(Array.from({ length: Math.min(parallelNodes, targets.length) }, work));
  return outcomes;
}

/** The same on one node: gives the result, or throws. Errors: `client.*`, and those of the node and of `run`. */
export async function onNode<Result>(
  target: NodeTarget,
  run: (client: NodeClient) => Promise<Result>,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Result> {
  const outcome = await outcomeOf(target, run, options.signal);
  if ('error' in outcome) throw outcome.error;
  return outcome.result;
}

/** The nodes that did it, with what came of it. */
export function successesOf<Result>(
  outcomes: readonly NodeOutcome<Result>[],
): readonly { readonly target: NodeTarget; readonly result: Result }[] {
  return outcomes.filter((outcome) => 'result' in outcome);
}

/**
 * Ends a command as its nodes have: says what has failed on each, and throws the exit status if anything has: the one of the failure if all have failed
 * alike, and `some nodes failed` otherwise.
 */
export function settleNodes(terminal: Terminal, outcomes: readonly NodeOutcome<unknown>[]): void {
  const failures = outcomes.flatMap((outcome) => ('error' in outcome ? [outcome.error] : []));
  if (failures.length === 0) return;
  for (const error of failures) writeError(terminal.stderr, error);
  const [status, ...others] = new Set(failures.map(exitStatusOf));
  const isAlike = others.length === 0 && failures.length === outcomes.length;
  throw new ExitStatus(isAlike && status !== undefined ? status : exitStatuses.someNodes);
}

async function outcomeOf<Result>(
  target: NodeTarget,
  run: (client: NodeClient) => Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<NodeOutcome<Result>> {
  try {
    const client = await connectNode(target, signal === undefined ? {} : { signal });
    try {
      return { target, result: await run(client) };
    } finally {
      client.close();
    }
  } catch (thrown) {
    const error = callError(thrown, target.name);
    if (!(error instanceof EftError)) throw error;
    return { target, error };
  }
}
