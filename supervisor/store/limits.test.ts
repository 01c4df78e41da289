import { describe, expect, it } from 'vitest';
import { FINALIZERS, ID_BYTES, STORE_LIMITS, type StoreLimits } from './limits.ts';
import type { Effect } from './resource.ts';
import { LINK, link, linkerDeclaration, linkType, list, primitive, record, text } from './sample-kinds.ts';
import { Store } from './store.ts';

const BLOB = 'test:kinds/blob';
const blobType = record({ bytes: list(primitive('u8')), name: text });

function store(limits: Partial<StoreLimits> = {}): Store {
  const result = new Store({ nowMs: () => 0, limits: { ...STORE_LIMITS, ...limits } });
  for (const actor of ['one', 'two']) {
    const outputs = [...linkerDeclaration.outputs, { kind: BLOB, type: blobType, mode: 'shared' as const }];
    result.join(actor, { inputs: [], outputs });
  }
  return result;
}

function commit(to: Store, actor: string, ...effects: Effect[]): string {
  const result = to.commit(actor, to.revision, effects);
  return result.outcome === 'refused' ? result.error.message : result.outcome;
}

const put = (id: string): Effect => ({ effect: 'put', kind: LINK, id, value: link });
const putBlob = (id: string, size: number): Effect => ({
  effect: 'put',
  kind: BLOB,
  id,
  value: { bytes: new Uint8Array(size), name: '' },
});
const ids = (count: number) => Array.from({ length: count }, (_, at) => put(`id${at}`));

describe('the limits', () => {
  it('on an id: 1 to 253 bytes of Unicode', () => {
    const to = store();
    expect(commit(to, 'one', put('x'.repeat(ID_BYTES)))).toBe('committed');
    for (const id of ['', 'x'.repeat(ID_BYTES + 1), 'é'.repeat(127), '\ud800']) {
      expect(commit(to, 'one', put(id))).toContain('wants to use the id');
      expect(commit(to, 'one', { effect: 'release', kind: LINK, id })).toContain('wants to use the id');
    }
  });

  it('on finalizers of one resource', () => {
    const to = store();
    commit(to, 'one', put('a'));
    for (let count = 0; count <= FINALIZERS; count++) {
      const reader = `reader-${count}`;
      to.join(reader, { inputs: [{ kind: LINK, type: linkType }], outputs: [] });
      expect(commit(to, reader, { effect: 'hold', kind: LINK, id: 'a' })).toBe(
        count < FINALIZERS ? 'committed' : 'conflicted',
      );
    }
  });

  it('on the bytes of one resource', () => {
    const to = store({ resourceBytes: 2000 });
    expect(commit(to, 'one', putBlob('a', 1500))).toBe('committed');
    expect(commit(to, 'one', putBlob('a', 2000))).toContain('more than 2000 bytes (limit `resourceBytes`)');
  });

  it('on the effects and bytes of one transaction', () => {
    const to = store({ effectsPerCommit: 3, bytesPerCommit: 4000 });
    expect(commit(to, 'one', ...ids(3))).toBe('committed');
    expect(commit(to, 'one', ...ids(4))).toContain('wants 4 effects');
    expect(commit(to, 'one', putBlob('a', 3000))).toBe('committed');
    expect(commit(to, 'one', putBlob('a', 2000), putBlob('b', 2000))).toContain('more than 4000 bytes');
  });

  it('on resources per kind and per owner', () => {
    const perKind = store({ resourcesPerKind: 2 });
    expect(commit(perKind, 'one', ...ids(2))).toBe('committed');
    expect(commit(perKind, 'two', put('c'))).toBe('conflicted');
    expect(commit(perKind, 'one', { effect: 'remove', kind: LINK, id: 'id0' }, put('c'))).toBe('committed');
    expect(commit(store({ resourcesPerOwner: 2 }), 'one', ...ids(3))).toContain('resources of one to 3');
  });

  it('on charged bytes per owner', () => {
    const perOwner = store({ bytesPerOwner: 10_000 });
    expect(commit(perOwner, 'one', putBlob('a', 7000))).toBe('committed');
    expect(commit(perOwner, 'one', putBlob('a', 9900))).toContain('charged bytes of one to');
    expect(commit(perOwner, 'two', putBlob('b', 7000))).toBe('committed');
  });

  it('on what modules share beyond what each is assured of, and what is let go of can be had by others', () => {
    const resources = store({ assuredResources: 1, sharedResources: 1 });
    expect(commit(resources, 'one', ...ids(2))).toBe('committed');
    expect(commit(resources, 'one', put('c'))).toBe('conflicted');
    expect(commit(resources, 'two', put('c'))).toBe('committed');
    expect(commit(resources, 'two', put('d'))).toBe('conflicted');
    expect(commit(resources, 'one', { effect: 'remove', kind: LINK, id: 'id0' })).toBe('committed');
    expect(commit(resources, 'two', put('d'))).toBe('committed');
    const bytes = store({ assuredBytes: 2_000, sharedBytes: 10_000 });
    expect(commit(bytes, 'one', putBlob('a', 9000))).toBe('committed');
    expect(commit(bytes, 'two', putBlob('b', 1000))).toBe('committed');
    expect(commit(bytes, 'two', putBlob('b', 7000))).toBe('conflicted');
    expect(commit(bytes, 'one', putBlob('a', 1000))).toBe('committed');
    expect(commit(bytes, 'two', putBlob('b', 7000))).toBe('committed');
  });

  it('that leave those who are no modules all they may have, however full the store is', () => {
    const to = store({ assuredResources: 0, assuredBytes: 0, sharedResources: 1, resourcesPerOwner: 2 });
    for (const actor of ['supervisor', 'config', 'api']) to.join(actor, linkerDeclaration);
    expect(commit(to, 'one', put('taken'))).toBe('committed');
    expect(commit(to, 'two', put('more'))).toBe('conflicted');
    for (const actor of ['supervisor', 'config', 'api']) {
      expect(commit(to, actor, put(`${actor}-1`), put(`${actor}-2`))).toBe('committed');
      expect(commit(to, actor, put(`${actor}-3`))).toContain(`resources of ${actor} to 3`);
    }
    expect(commit(to, 'one', { effect: 'remove', kind: LINK, id: 'taken' })).toBe('committed');
    expect(commit(to, 'two', put('more'))).toBe('committed');
  });

  it('on modules, those that leave included, of which several join together or not at all', () => {
    const to = store({ modules: 3 });
    const several = new Map(['three', 'four'].map((actor) => [actor, linkerDeclaration]));
    expect(() => to.joinAll(several)).toThrow('four is one module too many');
    expect(commit(to, 'three', put('a'))).toContain('may not write');
    commit(to, 'one', put('b'));
    to.join('two', { inputs: [{ kind: LINK, type: linkType }], outputs: [] });
    commit(to, 'two', { effect: 'hold', kind: LINK, id: 'b' });
    to.removeOwner('one');
    expect(() => to.joinAll(several)).toThrow('four is one module too many');
    commit(to, 'two', { effect: 'release', kind: LINK, id: 'b' });
    to.joinAll(several);
    expect(commit(to, 'four', put('a'))).toBe('committed');
  });

  it('on kinds, of which a join that is refused defines none', () => {
    const to = store({ kinds: 3 });
    const kinds = (...names: string[]) =>
      names.map((name) => ({ kind: `test:kinds/${name}`, type: linkType }));
    expect(() => to.join('three', { inputs: kinds('x', 'y'), outputs: [] })).toThrow('more than 3 kinds');
    to.join('three', { inputs: kinds('x'), outputs: [] });
    expect(() => to.defineKind({ name: 'test:kinds/y', type: linkType })).toThrow('more than 3 kinds');
  });

  it('on watches', () => {
    const to = store({ watches: 1 });
    const watch = to.watch([{ kind: LINK }], () => undefined);
    expect(() => to.watch([{ kind: LINK }], () => undefined)).toThrow('more than 1 watches');
    watch.close();
    to.watch([{ kind: LINK }], () => undefined);
  });

  it('on what is remembered of gone resources, while versions never repeat', () => {
    const to = store({ goneRemembered: 2 });
    for (let round = 0; round < 5; round++) {
      for (const id of ['a', 'b', 'c', 'd']) {
        expect(commit(to, 'one', put(id))).toBe('committed');
        expect(commit(to, 'one', { effect: 'remove', kind: LINK, id })).toBe('committed');
      }
    }
    expect(to.report().kinds.find(({ name }) => name === LINK)?.gone).toBe(2);
    const seen = new Set<bigint | undefined>();
    for (let round = 0; round < 5; round++) {
      for (const id of ['a', 'b', 'c', 'd']) {
        commit(to, 'one', put(id));
        if (id === 'a') seen.add(to.get(LINK, id)?.metadata.version);
        commit(to, 'one', { effect: 'remove', kind: LINK, id });
      }
    }
    expect(seen.size).toBe(5);
  });

  it('on what is remembered: one who makes and drops much brings no conflict to others', () => {
    const to = store({ goneRemembered: 2 });
    const basis = to.revision;
    for (const id of ['a', 'b', 'c', 'd']) {
      commit(to, 'one', put(id));
      commit(to, 'one', { effect: 'remove', kind: LINK, id });
    }
    expect(to.commit('two', basis, [put('mine')]).outcome).toBe('committed');
    expect(to.commit('one', basis, [put('e')]).outcome).toBe('committed');
  });
});
