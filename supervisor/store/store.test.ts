import { describe, expect, it } from 'vitest';
import type { CommitResult, Effect } from './resource.ts';
import {
  LINK,
  link,
  linkerDeclaration,
  linkType,
  linkTypeWithNote,
  option,
  primitive,
  ROUTE,
  record,
  route,
  routerDeclaration,
  sampleStore,
  text,
} from './sample-kinds.ts';
import { Store } from './store.ts';

const put = (kind: string, id: string, value: unknown, version?: bigint): Effect =>
  version === undefined ? { effect: 'put', kind, id, value } : { effect: 'put', kind, id, value, version };
const remove = (kind: string, id: string): Effect => ({ effect: 'remove', kind, id });
const hold = (kind: string, id: string): Effect => ({ effect: 'hold', kind, id });
const release = (kind: string, id: string): Effect => ({ effect: 'release', kind, id });

/** The outcome in a word: `committed 3`, `conflicted eth0`, `conflicted eth0 by store.not-owner`, `refused store.not-output`. */
function outcome(result: CommitResult): string {
  if (result.outcome === 'committed') return `committed ${result.revision}`;
  if (result.outcome === 'refused') return `refused ${result.error.code}`;
  const ids = result.references.map(({ id }) => id).join(' ');
  return result.because === undefined ? `conflicted ${ids}` : `conflicted ${ids} by ${result.because.code}`;
}

/** Commits on the newest state. */
function commit(store: Store, actor: string, ...effects: Effect[]): string {
  return outcome(store.commit(actor, store.revision, effects));
}

function commitAt(store: Store, actor: string, basis: number, ...effects: Effect[]): string {
  return outcome(store.commit(actor, basis, effects));
}

describe('a transaction', () => {
  it('puts resources with metadata, at one revision', () => {
    const store = sampleStore();
    const result = store.commit('wired', 0, [
      put(LINK, 'eth0', link),
      put(LINK, 'eth1', { ...link, mtu: 9000 }),
    ]);
    expect(result).toEqual({
      outcome: 'committed',
      revision: 1,
      changes: [
        { kind: LINK, id: 'eth0', entry: store.get(LINK, 'eth0') },
        { kind: LINK, id: 'eth1', entry: store.get(LINK, 'eth1') },
      ],
    });
    expect(store.list(LINK)).toEqual([
      {
        metadata: { id: 'eth0', version: 1n, phase: 'running', owner: 'wired', finalizers: [] },
        value: link,
      },
      {
        metadata: { id: 'eth1', version: 1n, phase: 'running', owner: 'wired', finalizers: [] },
        value: { mtu: 9000, bringUp: true },
      },
    ]);
  });

  it('happens as a whole or not at all', () => {
    const store = sampleStore();
    commit(store, 'wireless', put(LINK, 'wlan0', link));
    expect(commit(store, 'wired', put(LINK, 'eth0', link), put(LINK, 'wlan0', link))).toBe(
      'conflicted wlan0 by store.not-owner',
    );
    expect(store.get(LINK, 'eth0')).toBeUndefined();
    expect(store.revision).toBe(1);
    expect(store.report().owners.map(({ name }) => name)).toEqual(['wireless']);
  });

  it('lets its steps see what the steps before them did', () => {
    const store = sampleStore();
    expect(commit(store, 'wired', put(LINK, 'eth0', link), hold(LINK, 'eth0'), remove(LINK, 'eth0'))).toBe(
      'committed 1',
    );
    expect(store.get(LINK, 'eth0')?.metadata).toMatchObject({ phase: 'tearing-down', finalizers: ['wired'] });
    expect(commit(store, 'wired', put(LINK, 'eth1', link), remove(LINK, 'eth1'))).toBe('committed 1');
    expect(store.get(LINK, 'eth1')).toBeUndefined();
  });

  it('that changes nothing has no revision and wakes nobody', () => {
    const store = sampleStore();
    commit(store, 'wired', put(LINK, 'eth0', link));
    let calls = 0;
    store.watch([{ kind: LINK }], () => calls++).take();
    expect(commit(store, 'wired', put(LINK, 'eth0', { ...link }))).toBe('committed 1');
    expect(commit(store, 'wired', put(LINK, 'eth0', { ...link, mtu: 1 }), put(LINK, 'eth0', link))).toBe(
      'committed 1',
    );
    expect(commit(store, 'wired')).toBe('committed 1');
    expect(calls).toBe(0);
    expect(store.get(LINK, 'eth0')?.metadata.version).toBe(1n);
  });

  it('stores frozen copies', () => {
    const store = sampleStore();
    const value = { mtu: 1, bringUp: true };
    commit(store, 'wired', put(LINK, 'eth0', value));
    value.mtu = 2;
    const entry = store.get(LINK, 'eth0');
    expect(entry?.value['mtu']).toBe(1);
    expect([entry, entry?.metadata, entry?.value, entry?.metadata.finalizers].every(Object.isFrozen)).toBe(
      true,
    );
  });

  it('is refused what the actor has not declared', () => {
    const store = sampleStore();
    expect(commit(store, 'router', put(LINK, 'eth0', link))).toBe('refused store.not-output');
    expect(commit(store, 'router', remove(LINK, 'eth0'))).toBe('refused store.not-output');
    expect(commit(store, 'wired', hold(ROUTE, 'default'))).toBe('refused store.not-declared');
    expect(commit(store, 'wired', release(ROUTE, 'default'))).toBe('refused store.not-declared');
    expect(commit(store, 'nobody', put(LINK, 'eth0', link))).toBe('refused store.not-output');
    expect(commit(store, 'wired', put('test:kinds/unheard-of', 'x', {}))).toBe('refused store.not-output');
  });

  it('may only change what the actor owns', () => {
    const store = sampleStore();
    commit(store, 'wired', put(LINK, 'eth0', link));
    expect(commit(store, 'wireless', put(LINK, 'eth0', link))).toBe('conflicted eth0 by store.not-owner');
    expect(commit(store, 'wireless', remove(LINK, 'eth0'))).toBe('conflicted eth0 by store.not-owner');
  });

  it('is refused a basis that is not a revision yet', () => {
    const store = sampleStore();
    expect(commitAt(store, 'wired', 1, put(LINK, 'eth0', link))).toBe('refused store.basis');
    expect(commitAt(store, 'wired', 0.5)).toBe('refused store.basis');
    expect(commitAt(store, 'wired', -1)).toBe('refused store.basis');
  });

  it('is refused a basis from before the actor left and joined again, but not from before it was swapped', () => {
    const store = sampleStore();
    commit(store, 'wireless', put(LINK, 'wlan0', link));
    store.join('wired', linkerDeclaration);
    expect(commitAt(store, 'wired', 0, put(LINK, 'eth0', link))).toBe('committed 2');
    store.removeOwner('wired');
    store.join('wired', linkerDeclaration);
    expect(commitAt(store, 'wired', 2, put(LINK, 'eth0', link))).toBe('refused store.basis');
    expect(commitAt(store, 'wired', 3, put(LINK, 'eth0', link))).toBe('committed 4');
  });
});

describe('a conflict', () => {
  it('is a put or remove of what somebody else changed after the basis', () => {
    const store = sampleStore();
    commit(store, 'wired', put(LINK, 'eth0', link));
    expect(commitAt(store, 'wireless', 0, put(LINK, 'eth0', link))).toBe('conflicted eth0');
    expect(commitAt(store, 'wireless', 0, remove(LINK, 'eth0'))).toBe('conflicted eth0');
    expect(commitAt(store, 'wireless', 1, remove(LINK, 'eth0'))).toBe('conflicted eth0 by store.not-owner');
  });

  it('names each resource once, and all of them', () => {
    const store = sampleStore();
    commit(store, 'wired', put(LINK, 'eth0', link), put(LINK, 'eth1', link));
    const effects = [
      put(LINK, 'eth1', link),
      put(LINK, 'x', link),
      put(LINK, 'eth0', link),
      remove(LINK, 'eth1'),
    ];
    expect(commitAt(store, 'wireless', 0, ...effects)).toBe('conflicted eth1 eth0');
    expect(store.get(LINK, 'x')).toBeUndefined();
  });

  it("is not made by the actor's own earlier changes", () => {
    const store = sampleStore();
    commit(store, 'wired', put(LINK, 'eth0', link));
    expect(commitAt(store, 'wired', 0, put(LINK, 'eth0', { ...link, mtu: 2 }))).toBe('committed 2');
    expect(commitAt(store, 'wired', 0, remove(LINK, 'eth0'))).toBe('committed 3');
    expect(commitAt(store, 'wired', 0, put(LINK, 'eth0', link))).toBe('committed 4');
  });

  it("is not made by others' finalizers, coming or going", () => {
    const store = sampleStore();
    commit(store, 'wired', put(LINK, 'eth0', link));
    commit(store, 'router', hold(LINK, 'eth0'));
    expect(commitAt(store, 'wired', 1, put(LINK, 'eth0', { ...link, mtu: 2 }))).toBe('committed 3');
    commit(store, 'router', release(LINK, 'eth0'));
    expect(commitAt(store, 'wired', 3, remove(LINK, 'eth0'))).toBe('committed 5');
  });

  it('is found although the actor itself made the last change', () => {
    const store = sampleStore();
    commit(store, 'wired', put(LINK, 'eth0', link));
    store.tearDown([{ kind: LINK, id: 'eth0' }]);
    commit(store, 'wired', put(LINK, 'eth0', link));
    expect(commitAt(store, 'wired', 1, put(LINK, 'eth0', { ...link, mtu: 2 }))).toBe('conflicted eth0');
    expect(commitAt(store, 'wired', 2, put(LINK, 'eth0', { ...link, mtu: 2 }))).toBe('committed 4');
  });

  it('is a put of what was gone by somebody else, and is not brought back', () => {
    const store = sampleStore();
    commit(store, 'wired', put(LINK, 'eth0', link));
    store.tearDown([{ kind: LINK, id: 'eth0' }]);
    expect(commitAt(store, 'wired', 1, put(LINK, 'eth0', link))).toBe('conflicted eth0');
    expect(commitAt(store, 'wired', 2, put(LINK, 'eth0', link))).toBe('committed 3');
  });

  it('is a put on a tear-down the actor cannot have seen, be it its own', () => {
    const store = sampleStore();
    commit(store, 'wired', put(LINK, 'eth0', link));
    commit(store, 'router', hold(LINK, 'eth0'));
    commitAt(store, 'wired', 2, remove(LINK, 'eth0'));
    expect(commitAt(store, 'wired', 2, put(LINK, 'eth0', link))).toBe('conflicted eth0');
    expect(commitAt(store, 'wired', 3, put(LINK, 'eth0', link))).toBe(
      'conflicted eth0 by store.tearing-down',
    );
    expect(commitAt(store, 'wired', 2, remove(LINK, 'eth0'))).toBe('committed 3');
  });

  it('is not made by those who let go of what the actor has seen being torn down', () => {
    const store = sampleStore();
    commit(store, 'wired', put(LINK, 'eth0', link), hold(LINK, 'eth0'));
    commit(store, 'router', hold(LINK, 'eth0'));
    commit(store, 'wired', remove(LINK, 'eth0'));
    const basis = store.revision;
    commit(store, 'router', release(LINK, 'eth0'));
    expect(commitAt(store, 'wired', basis, put(LINK, 'eth0', link))).toBe(
      'conflicted eth0 by store.tearing-down',
    );
  });

  it('is a hold of what came, went, or is being torn down since', () => {
    const store = sampleStore();
    commit(store, 'wired', put(LINK, 'a', link), put(LINK, 'b', link), put(LINK, 'c', link));
    commit(store, 'wired', hold(LINK, 'c'));
    const basis = store.revision;
    commit(store, 'wired', remove(LINK, 'a'), put(LINK, 'a', link), remove(LINK, 'b'), remove(LINK, 'c'));
    const effects = [hold(LINK, 'a'), hold(LINK, 'b'), hold(LINK, 'c')];
    expect(commitAt(store, 'router', basis, ...effects)).toBe('conflicted a b c');
    expect(commit(store, 'router', hold(LINK, 'a'))).toBe('committed 4');
    expect(commit(store, 'router', hold(LINK, 'b'))).toBe('refused store.absent');
    expect(commit(store, 'router', hold(LINK, 'c'))).toBe('conflicted c by store.tearing-down');
    expect(commitAt(store, 'router', basis, release(LINK, 'a'), release(LINK, 'b'))).toBe('committed 5');
  });

  it('is another version than the one insisted on', () => {
    const store = sampleStore();
    expect(commit(store, 'wired', put(LINK, 'eth0', link, 0n))).toBe('committed 1');
    expect(commit(store, 'wired', put(LINK, 'eth0', { ...link, mtu: 2 }, 0n))).toBe('conflicted eth0');
    expect(commit(store, 'wired', put(LINK, 'eth0', { ...link, mtu: 2 }, 1n))).toBe('committed 2');
    expect(commit(store, 'wired', put(LINK, 'eth0', { ...link, mtu: 3 }, 1n))).toBe('conflicted eth0');
    expect(commit(store, 'wired', { effect: 'remove', kind: LINK, id: 'eth0', version: 1n })).toBe(
      'conflicted eth0',
    );
    expect(commit(store, 'wired', { effect: 'remove', kind: LINK, id: 'eth0', version: 2n })).toBe(
      'committed 3',
    );
  });
});

describe('a tear-down', () => {
  it('waits for the last finalizer', () => {
    const store = sampleStore();
    commit(store, 'wired', put(LINK, 'eth0', link));
    commit(store, 'router', hold(LINK, 'eth0'));
    commit(store, 'wireless', hold(LINK, 'eth0'));
    commit(store, 'wired', remove(LINK, 'eth0'));
    expect(store.get(LINK, 'eth0')?.metadata).toEqual({
      id: 'eth0',
      version: 4n,
      phase: 'tearing-down',
      owner: 'wired',
      finalizers: ['router', 'wireless'],
    });
    commit(store, 'router', release(LINK, 'eth0'));
    expect(store.get(LINK, 'eth0')?.metadata.finalizers).toEqual(['wireless']);
    commit(store, 'wireless', release(LINK, 'eth0'));
    expect(store.get(LINK, 'eth0')).toBeUndefined();
    expect(store.report()).toMatchObject({ resources: 0, bytes: 0, owners: [] });
  });

  it('never gives an id the same version again', () => {
    const store = sampleStore();
    commit(store, 'wired', put(LINK, 'eth0', link));
    commit(store, 'wired', put(LINK, 'eth0', { ...link, mtu: 2 }));
    commit(store, 'wired', remove(LINK, 'eth0'));
    commit(store, 'wireless', put(LINK, 'eth0', link));
    expect(store.get(LINK, 'eth0')?.metadata).toMatchObject({ version: 3n, owner: 'wireless' });
    expect(store.report().kinds[0]?.gone).toBe(0);
    commit(store, 'wireless', remove(LINK, 'eth0'), put(LINK, 'eth0', link));
    expect(store.get(LINK, 'eth0')?.metadata.version).toBe(4n);
  });

  it('of nothing does nothing', () => {
    expect(commit(sampleStore(), 'wired', remove(LINK, 'eth0'))).toBe('committed 0');
  });
});

describe('a lifetime', () => {
  it('begins anew with a resource that comes again, though it has ended from the start', () => {
    let nowMs = 0;
    const store = new Store({ nowMs: () => nowMs });
    store.defineKind({ name: LINK, type: linkType, lifetime: { hasEnded: () => true, timeToLiveMs: 10 } });
    store.join('wired', linkerDeclaration);
    commit(store, 'wired', put(LINK, 'eth0', link));
    nowMs = 5;
    commit(store, 'wired', remove(LINK, 'eth0'), put(LINK, 'eth0', link));
    expect(store.nextExpiryMs).toBe(15);
  });
});

describe('removing an owner', () => {
  it('leaves no memory of it when it is through', () => {
    const store = sampleStore();
    commit(store, 'wired', put(LINK, 'eth0', link), put(LINK, 'eth1', link));
    commit(store, 'wired', remove(LINK, 'eth0'));
    expect(store.report().kinds[0]?.gone).toBe(1);
    store.removeOwner('wired');
    expect(store.report().kinds[0]?.gone).toBe(0);
    commit(store, 'wireless', put(LINK, 'eth0', link));
    expect(store.get(LINK, 'eth0')?.metadata.version).toBe(2n);
  });

  it('tears down all it owns, and lets it write nothing more', () => {
    const store = sampleStore();
    commit(store, 'wired', put(LINK, 'eth0', link), put(LINK, 'eth1', link));
    commit(store, 'router', hold(LINK, 'eth1'));
    store.removeOwner('wired');
    expect(store.get(LINK, 'eth0')).toBeUndefined();
    expect(store.remaining('wired')).toEqual([{ kind: LINK, id: 'eth1' }]);
    expect(commit(store, 'wired', put(LINK, 'eth2', link))).toBe('refused store.not-output');
    expect(store.report().owners).toContainEqual(expect.objectContaining({ name: 'wired', leaving: true }));
    commit(store, 'router', release(LINK, 'eth1'));
    expect(store.remaining('wired')).toEqual([]);
    expect(store.report().owners).toEqual([]);
  });

  it('keeps what it holds until the last of what it made of it is gone', () => {
    const store = sampleStore();
    store.join('proxy', { inputs: [{ kind: ROUTE, type: record({ via: text }) }], outputs: [] });
    commit(store, 'wired', put(LINK, 'eth0', link));
    commit(store, 'router', hold(LINK, 'eth0'), put(ROUTE, 'default', route));
    commit(store, 'proxy', hold(ROUTE, 'default'));
    commit(store, 'wired', remove(LINK, 'eth0'));
    store.removeOwner('router');
    expect(store.get(ROUTE, 'default')?.metadata.phase).toBe('tearing-down');
    expect(store.get(LINK, 'eth0')?.metadata.finalizers).toEqual(['router']);
    const result = store.commit('proxy', store.revision, [release(ROUTE, 'default')]);
    expect(result).toMatchObject({ changes: [{ id: 'default' }, { id: 'eth0', entry: undefined }] });
    expect(store.get(LINK, 'eth0')).toBeUndefined();
  });

  it('unwinds a chain of owners that leave together, in one transaction', () => {
    const store = sampleStore();
    commit(store, 'wired', put(LINK, 'eth0', link));
    commit(store, 'router', hold(LINK, 'eth0'), put(ROUTE, 'default', route));
    store.removeOwner('wired');
    expect(store.get(LINK, 'eth0')?.metadata.phase).toBe('tearing-down');
    store.removeOwner('router');
    expect(store.report()).toMatchObject({ resources: 0, owners: [] });
  });

  it('ends when the owner joins again, which then answers for its holds itself', () => {
    const store = sampleStore();
    commit(store, 'wired', put(LINK, 'eth0', link));
    commit(store, 'router', hold(LINK, 'eth0'), put(ROUTE, 'default', route), hold(ROUTE, 'default'));
    store.removeOwner('router');
    store.join('router', routerDeclaration);
    commit(store, 'router', release(ROUTE, 'default'));
    expect(store.get(ROUTE, 'default')).toBeUndefined();
    expect(store.get(LINK, 'eth0')?.metadata.finalizers).toEqual(['router']);
  });
});

describe('joining', () => {
  it('gives an exclusive output to one actor only', () => {
    const store = sampleStore();
    expect(() => store.join('other', routerDeclaration)).toThrow(
      /\(exclusive\), but router writes it already \(exclusive\)/,
    );
    const exclusive = { inputs: [], outputs: [{ kind: LINK, type: linkType, mode: 'exclusive' as const }] };
    expect(() => store.join('other', exclusive)).toThrow(
      /\(exclusive\), but wired writes it already \(shared\)/,
    );
    store.removeOwner('router');
    store.join('other', routerDeclaration);
    expect(commit(store, 'other', put(ROUTE, 'default', route))).toBe('committed 1');
  });

  it('again replaces what was declared before', () => {
    const store = sampleStore();
    store.join('wired', { inputs: [], outputs: [] });
    expect(commit(store, 'wired', put(LINK, 'eth0', link))).toBe('refused store.not-output');
  });

  it('that is refused changes nothing', () => {
    const store = sampleStore();
    const bad = record({ mtu: text });
    expect(() =>
      store.join('late', {
        inputs: [
          { kind: 'test:kinds/new', type: routeLike },
          { kind: LINK, type: bad },
        ],
        outputs: [],
      }),
    ).toThrow(/they part at value\.mtu/);
    expect(store.report().kinds.map(({ name }) => name)).toEqual([LINK, ROUTE]);
    expect(store.report().kinds[0]?.readers).toEqual(['router']);
  });

  it('refuses a handle that only a newer type brings in', () => {
    const handle = { kind: 'own', resource: { kind: 'resource', name: undefined }, name: undefined } as const;
    const type = record({ mtu: primitive('u32'), 'bring-up': primitive('bool'), extra: option(handle) });
    expect(() => sampleStore().join('late', { inputs: [{ kind: LINK, type }], outputs: [] })).toThrow(
      /resource handle/,
    );
  });
});

const routeLike = record({ via: text });

describe('two versions of a kind', () => {
  const withNote = { inputs: [], outputs: [{ kind: LINK, type: linkTypeWithNote, mode: 'shared' as const }] };

  it('live together: the store keeps the newer one', () => {
    const store = sampleStore();
    commit(store, 'wired', put(LINK, 'eth0', link));
    store.join('wireless', withNote);
    expect(store.typeOf(LINK)).toBe(linkTypeWithNote);
    commit(store, 'wireless', put(LINK, 'wlan0', { ...link, note: 'roof' }));
    expect(store.get(LINK, 'wlan0')?.value).toEqual({ ...link, note: 'roof' });
    expect(commit(store, 'wired', put(LINK, 'eth0', link))).toBe('committed 2');
    expect(commit(store, 'wired', put(LINK, 'eth0', { ...link, note: 'x' }))).toBe(
      'refused store.value-field',
    );
  });

  it('an owner that was rolled back does not keep what only its newer version knew', () => {
    const store = sampleStore();
    store.join('wireless', withNote);
    commit(store, 'wireless', put(LINK, 'wlan0', { ...link, note: 'roof' }));
    store.join('wireless', linkerDeclaration);
    commit(store, 'wireless', put(LINK, 'wlan0', { ...link, mtu: 9000 }));
    expect(store.get(LINK, 'wlan0')?.value).toEqual({ mtu: 9000, bringUp: true, note: undefined });
  });

  it('a writer that is not the owner keeps what it does not know', () => {
    const store = new Store({ nowMs: () => 0 });
    store.defineKind({ name: LINK, type: linkTypeWithNote, rule: () => undefined });
    store.join('author', withNote);
    store.join('helper', linkerDeclaration);
    commit(store, 'author', put(LINK, 'wlan0', { ...link, note: 'roof' }));
    commit(store, 'helper', put(LINK, 'wlan0', { ...link, mtu: 9000 }));
    expect(store.get(LINK, 'wlan0')).toMatchObject({
      metadata: { owner: 'author' },
      value: { mtu: 9000, bringUp: true, note: 'roof' },
    });
  });
});

describe('the report', () => {
  it('says who reads and writes what, and how much there is', () => {
    const store = sampleStore();
    commit(store, 'wired', put(LINK, 'eth0', link), put(LINK, 'eth1', link));
    commit(store, 'router', hold(LINK, 'eth0'), put(ROUTE, 'default', route));
    commit(store, 'wired', remove(LINK, 'eth0'), remove(LINK, 'eth1'));
    commitAt(store, 'wireless', 0, put(LINK, 'eth0', link));
    commit(store, 'wireless', put(ROUTE, 'default', route));
    const watch = store.watch([{ kind: ROUTE }], () => undefined);
    const report = store.report();
    expect(report).toMatchObject({
      revision: 3,
      resources: 2,
      watches: 1,
      outcomes: { committed: 3, conflicted: 1, refused: 1 },
      kinds: [
        {
          name: LINK,
          readers: ['router'],
          writers: [
            { actor: 'wired', mode: 'shared' },
            { actor: 'wireless', mode: 'shared' },
          ],
          resources: 1,
          tearingDown: 1,
          watches: 0,
          gone: 1,
        },
        {
          name: ROUTE,
          writers: [{ actor: 'router', mode: 'exclusive' }],
          resources: 1,
          tearingDown: 0,
          watches: 1,
        },
      ],
      owners: [
        { name: 'router', resources: 1, holds: 1, leaving: false },
        { name: 'wired', resources: 1, holds: 0, leaving: false },
      ],
    });
    expect(report.bytes).toBe(report.kinds.reduce((sum, kind) => sum + kind.bytes, 0));
    expect(report.bytes).toBe(report.owners.reduce((sum, owner) => sum + owner.bytes, 0));
    watch.close();
    expect(store.report().watches).toBe(0);
  });
});
