/**
 * StateService.Watch: all there is, and then what changes.
 *
 * A watch is asked for its next message when the caller has room for it, and reads what resources are only then. So a slow reader costs the
 * names of what has changed, however often it did, and a message has a limit of bytes, whatever there is. The danger is their number: each
 * is told of every commit that touches its kinds.
 */
import { EftError } from '../../errors/eft-error.ts';
import type { Node } from '../../node.ts';
import { STORE_LIMITS } from '../../store/limits.ts';
import type { Change, RecordValue } from '../../store/resource.ts';
import type { Selection } from '../../store/watch.ts';
import type { Identity } from '../identity.ts';
import type { Method } from '../method.ts';
import { WakeUp } from '../wake-up.ts';
import { readId, readKind } from './request-fields.ts';
import { messageBytes, resourceMessage } from './resource-message.ts';

/** Watches of one identity, and of all. */
export const watchesPerIdentity = 256;
export const watchesLimit = 1_024;
/** Bytes of a message after which it gets no further resource. */
export const watchBytesLimit = 128 * 1024;

type WatchRequest = { readonly kinds: readonly string[]; readonly id: string | undefined };

export function watchResources(node: Node): Method<WatchRequest> {
  const open = new Map<string, number>();
  let opened = 0;

  const enter = (who: string): void => {
    const own = open.get(who) ?? 0;
    const isMine = own >= watchesPerIdentity;
    if (isMine || opened >= watchesLimit) {
      const [limit, whose] = isMine ? [watchesPerIdentity, 'one caller'] : [watchesLimit, 'all callers'];
      throw EftError.of('api.too-many-watches', { limit, whose });
    }
    open.set(who, own + 1);
    opened += 1;
  };
  const leave = (who: string): void => {
    const left = (open.get(who) ?? 0) - 1;
    if (left > 0) open.set(who, left);
    else open.delete(who);
    opened -= 1;
  };

  return {
    name: 'eft.v1.StateService/Watch',
    verb: 'read',
    changes: false,
    read: (argument) => {
      const field = argument.fields(['kinds', 'id']);
      const item = field('kinds');
      const kinds = item.list(readKind);
      const isRight = kinds.length > 0 && kinds.length <= STORE_LIMITS.kinds;
      if (!isRight || new Set(kinds).size !== kinds.length) item.refuse('kinds, each of them once');
      return { kinds, id: field('id').optional(readId) };
    },
    subject: ({ kinds }) => kinds.map((kind) => ({ kind })),
    run: async function* ({ kinds, id }, { identity, signal }) {
      const who = holderOf(identity);
      const news = new WakeUp();
      enter(who);
      try {
        const selections = kinds.map((kind): Selection => (id === undefined ? { kind } : { kind, id }));
        const watch = node.store.watch(selections, () => news.ring());
        try {
          let isTold = false;
          while (!signal.aborted) {
            const changes: RecordValue[] = [];
            let bytes = 0;
            while (bytes < watchBytesLimit) {
              const change = watch.takeOne();
              if (change === undefined) break;
              const told = changeMessage(node, change);
              bytes += messageBytes(told);
              changes.push(told);
            }
            if (changes.length === 0 && isTold) await news.sleep(signal);
            else yield { changes, isSynced: watch.isSynced };
            isTold ||= watch.isSynced;
          }
        } finally {
          watch.close();
        }
      } finally {
        leave(who);
      }
    },
  };
}

/** Who answers for a watch: one certificate, or one address of those who have none. */
function holderOf(identity: Identity): string {
  return identity.type === 'client' ? identity.fingerprint : `at ${identity.peer}`;
}

function changeMessage(node: Node, { kind, id, entry }: Change): RecordValue {
  const change =
    entry === undefined
      ? { case: 'removed', value: { kind, id } }
      : { case: 'put', value: resourceMessage(kind, node.store.typeOf(kind), entry) };
  return { change };
}
