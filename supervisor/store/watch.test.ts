import { describe, expect, it } from 'vitest';
import { Mirror } from './mirror.ts';
import type { Effect } from './resource.ts';
import { LINK, link, ROUTE, route, sampleStore } from './sample-kinds.ts';
import type { Store } from './store.ts';

function commit(store: Store, actor: string, ...effects: Effect[]): void {
  const result = store.commit(actor, store.revision, effects);
  if (result.outcome === 'refused') throw result.error;
  expect(result.outcome).toBe('committed');
}

const put = (id: string, mtu: number): Effect => ({ effect: 'put', kind: LINK, id, value: { ...link, mtu } });
const remove = (id: string): Effect => ({ effect: 'remove', kind: LINK, id });
const putRoute: Effect = { effect: 'put', kind: ROUTE, id: 'default', value: route };

describe('a watch', () => {
  it('begins with all there is, also when that is nothing', () => {
    const store = sampleStore();
    expect(store.watch([{ kind: LINK }], () => undefined).take()).toEqual({
      batch: 'snapshot',
      revision: 0,
      changes: [],
    });
    commit(store, 'wired', put('eth0', 1));
    commit(store, 'router', putRoute);
    const watch = store.watch([{ kind: LINK }], () => undefined);
    expect(watch.take()).toEqual({
      batch: 'snapshot',
      revision: 2,
      changes: [{ kind: LINK, id: 'eth0', entry: store.get(LINK, 'eth0') }],
    });
    expect(watch.take()).toBeUndefined();
  });

  it('has one change a resource however often that changed, as it is now', () => {
    const store = sampleStore();
    const watch = store.watch([{ kind: LINK }], () => undefined);
    watch.take();
    for (let mtu = 1; mtu <= 100; mtu++) commit(store, 'wired', put('eth0', mtu), put('eth1', mtu));
    expect(watch.pending).toBe(2);
    expect(watch.take()).toMatchObject({
      from: 0,
      revision: 100,
      changes: [
        { id: 'eth0', entry: { metadata: { version: 100n }, value: { mtu: 100 } } },
        { id: 'eth1', entry: { value: { mtu: 100 } } },
      ],
    });
    expect(watch.pending).toBe(0);
  });

  it('says nothing of what is quiet, and has it along with what is not', () => {
    const store = sampleStore();
    let calls = 0;
    const watch = store.watch([{ kind: LINK }, { kind: ROUTE, isQuiet: true }], () => {
      calls += 1;
    });
    watch.take();
    commit(store, 'router', putRoute);
    expect({ calls, hasNews: watch.hasNews, pending: watch.pending }).toEqual({
      calls: 0,
      hasNews: false,
      pending: 1,
    });
    commit(store, 'wired', put('eth0', 1));
    expect({ calls, hasNews: watch.hasNews }).toEqual({ calls: 1, hasNews: true });
    expect(watch.take()).toMatchObject({ from: 0, changes: [{ id: 'eth0' }, { id: 'default' }] });
    expect(watch.hasNews).toBe(false);
  });

  it('keeps no trace of what came and went in between, however many there were', () => {
    const store = sampleStore();
    const watch = store.watch([{ kind: LINK }], () => undefined);
    watch.take();
    for (let count = 0; count < 100; count++) {
      commit(store, 'wired', put(`eth${count}`, 1));
      commit(store, 'wired', remove(`eth${count}`));
    }
    expect(watch.pending).toBe(0);
    expect(watch.take()).toEqual({ batch: 'changes', from: 0, revision: 200, changes: [] });
  });

  it('shows what went, and what went and came again by its version', () => {
    const store = sampleStore();
    commit(store, 'wired', put('eth0', 1), put('eth1', 1));
    const watch = store.watch([{ kind: LINK }], () => undefined);
    watch.take();
    commit(store, 'wired', remove('eth0'), remove('eth1'));
    commit(store, 'wired', put('eth1', 1));
    expect(watch.take()).toMatchObject({
      changes: [
        { id: 'eth0', entry: undefined },
        { id: 'eth1', entry: { metadata: { version: 2n } } },
      ],
    });
  });

  it('calls onReady once per take, and not for kinds that it does not watch', () => {
    const store = sampleStore();
    let calls = 0;
    const watch = store.watch([{ kind: LINK }], () => calls++);
    commit(store, 'wired', put('eth0', 1));
    expect(calls).toBe(0);
    watch.take();
    commit(store, 'router', putRoute);
    expect(calls).toBe(0);
    commit(store, 'wired', put('eth0', 2));
    commit(store, 'wired', put('eth0', 3));
    expect(calls).toBe(1);
    watch.take();
    commit(store, 'wired', put('eth0', 4));
    expect(calls).toBe(2);
  });

  it('moves its reader on although nothing that it watches has changed', () => {
    const store = sampleStore();
    const watch = store.watch([{ kind: LINK }], () => undefined);
    watch.take();
    commit(store, 'router', putRoute);
    expect(watch.take()).toEqual({ batch: 'changes', from: 0, revision: 1, changes: [] });
  });

  it('of one owner sees a resource go when another takes its id', () => {
    const store = sampleStore();
    commit(store, 'wired', put('eth0', 1));
    commit(store, 'wireless', put('wlan0', 1));
    const watch = store.watch([{ kind: LINK, ownedBy: 'wired' }], () => undefined);
    expect(watch.take()?.changes.map(({ id }) => id)).toEqual(['eth0']);
    commit(store, 'wireless', put('wlan0', 2));
    expect(watch.pending).toBe(0);
    commit(store, 'wired', remove('eth0'));
    commit(store, 'wireless', put('eth0', 1));
    expect(watch.take()?.changes).toEqual([{ kind: LINK, id: 'eth0', entry: undefined }]);
  });

  it('may be taken, and the store committed to, from within onReady', () => {
    const store = sampleStore();
    const mirror = new Mirror();
    const watch = store.watch([{ kind: LINK }, { kind: ROUTE }], () => {
      const batch = watch.take();
      if (batch !== undefined) mirror.apply(batch);
      if (store.get(ROUTE, 'default') === undefined) commit(store, 'router', putRoute);
    });
    const first = watch.take();
    if (first !== undefined) mirror.apply(first);
    commit(store, 'wired', put('eth0', 1));
    expect(mirror.revision).toBe(2);
    expect(mirror.get(ROUTE, 'default')?.value).toEqual(route);
  });

  it('is told although another reader throws, and the change stands', () => {
    const store = sampleStore();
    let calls = 0;
    const bad = store.watch([{ kind: LINK }], () => {
      throw new Error('reader broke');
    });
    const good = store.watch([{ kind: LINK }], () => calls++);
    bad.take();
    good.take();
    expect(() => store.commit('wired', 0, [put('eth0', 1)])).toThrow(AggregateError);
    expect(calls).toBe(1);
    expect(store.get(LINK, 'eth0')).toBeDefined();
  });

  it('that is closed gives nothing and is forgotten', () => {
    const store = sampleStore();
    let calls = 0;
    const watch = store.watch([{ kind: LINK }], () => calls++);
    watch.take();
    commit(store, 'wired', put('eth0', 1));
    watch.close();
    watch.close();
    commit(store, 'wired', put('eth0', 2));
    expect(watch.take()).toBeUndefined();
    expect(watch.pending).toBe(0);
    expect(calls).toBe(1);
    expect(store.report().watches).toBe(0);
  });

  it('names a kind once', () => {
    expect(() =>
      sampleStore().watch([{ kind: LINK }, { kind: LINK, ownedBy: 'x' }], () => undefined),
    ).toThrow('twice');
  });
});
