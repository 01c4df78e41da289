/**
 * Keeps what is known of a node up to date for as long as somebody looks: watches what can be watched, asks for figures now and then, and comes back when
 * the node was away.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { callError } from '../api/call-error.ts';
import { connectNode, type NodeClient, withoutDeadline } from '../api/client.ts';
import type { NodeTarget } from '../api/node-target.ts';
import { logLimit, type NodeView, watchedKinds } from './node-view.ts';

/** Milliseconds until a node that was lost is tried again; doubled each time, up to the second. */
const firstRetryMs = 1_000;
const lastRetryMs = 15_000;
/** How many samples are taken until the kinds are asked for again. */
const kindsEvery = 5;

export type Following = {
  /** Milliseconds between two samples of what the node takes. */
  readonly intervalMs: number;
  readonly signal: AbortSignal;
  /** Something is not as before. */
  readonly onNews: () => void;
  readonly nowMs: () => number;
};

/** Follows a node until the signal aborts; never rejects for what a node does. */
export async function followNode(target: NodeTarget, view: NodeView, options: Following): Promise<void> {
  const { signal, onNews } = options;
  let retryMs = firstRetryMs;
  while (!signal.aborted) {
    try {
      const client = await connectNode(target, { signal });
      try {
        await follow(client, view, options, () => {
          retryMs = firstRetryMs;
        });
      } finally {
        client.close();
      }
    } catch (thrown) {
      if (signal.aborted) return;
      const error = callError(thrown, target.name);
      if (!(error instanceof EftError)) throw error;
      view.lost(error.message);
      onNews();
    }
    await sleep(retryMs, undefined, { signal }).catch(() => undefined);
    retryMs = Math.min(lastRetryMs, retryMs * 2);
  }
}

async function follow(
  { machine, state, target }: NodeClient,
  view: NodeView,
  { intervalMs, signal: until, onNews, nowMs }: Following,
  onContact: () => void,
): Promise<void> {
  view.connected(await machine.version({}, { signal: until }), nowMs());
  onContact();
  onNews();
  // The first part that ends takes the others with it: what is shown is all of one contact.
  const end = new AbortController();
  const signal = AbortSignal.any([until, end.signal]);
  const call = { ...withoutDeadline, signal };
  const parts = [
    async () => {
      for await (const batch of state.watch({ kinds: await readable(state, signal) }, call)) {
        view.takeChanges(batch);
        onNews();
      }
    },
    async () => {
      for await (const { lines } of machine.logs({ tail: logLimit, follow: true }, call)) {
        view.takeLogs(lines);
        onNews();
      }
    },
    async () => {
      for (let sample = 0; ; sample += 1) {
        view.takeUsage(await machine.usage({}, { signal }));
        if (sample % kindsEvery === 0) view.kinds = (await state.listKinds({}, { signal })).kinds;
        onNews();
        await sleep(intervalMs, undefined, { signal });
      }
    },
  ];
  try {
    await Promise.race(parts.map((part) => part()));
    throw EftError.of('client.lost', { node: target.name, reason: 'the node has ended it' });
  } finally {
    end.abort();
  }
}

/** The kinds to watch: those that the node has and the caller may read. */
async function readable(state: NodeClient['state'], signal: AbortSignal): Promise<string[]> {
  const { kinds } = await state.listKinds({}, { signal });
  return kinds.map(({ name }) => name).filter((name) => watchedKinds.includes(name));
}
