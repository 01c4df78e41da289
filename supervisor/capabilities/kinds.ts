/**
 * The resource kinds as interfaces: `get` and `list` read the mirror, the writing functions add to the outbox. The mirror
 * stands still while an event is handled: what a module puts it does not see before the next event.
 */
import type { HostInterface } from '../component/component.ts';
import type { LocalContext } from './local-context.ts';

/** The functions of the interface of `kind`. Loading has checked that only those are imported that the manifest allows. */
export function kindInterface(kind: string, context: () => LocalContext): HostInterface {
  const add = (effect: 'remove' | 'hold' | 'release', id: string): void => {
    const { outbox } = context();
    outbox.makeRoom(id);
    outbox.store.push({ effect, kind, id });
  };
  return {
    get: (id: string) => context().mirror.get(kind, id),
    list: () => context().mirror.list(kind),
    put: (id: string, value: unknown) => {
      const { outbox } = context();
      outbox.makeRoom(id, value);
      outbox.store.push({ effect: 'put', kind, id, value });
    },
    remove: (id: string) => add('remove', id),
    hold: (id: string) => add('hold', id),
    release: (id: string) => add('release', id),
  };
}
