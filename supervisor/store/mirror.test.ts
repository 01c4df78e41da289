import { describe, expect, it } from 'vitest';
import { Mirror } from './mirror.ts';
import type { Change } from './resource.ts';

const set = (id: string, version = 1n, kind = 'k'): Change => ({
  kind,
  id,
  entry: { metadata: { id, version, phase: 'running', owner: 'o', finalizers: [] }, value: {} },
});
const gone = (id: string, kind = 'k'): Change => ({ kind, id, entry: undefined });

describe('a mirror', () => {
  it('lists in the order of ids, whatever order they came in', () => {
    const mirror = new Mirror();
    mirror.apply({ batch: 'snapshot', revision: 4, changes: [set('b'), set('B'), set('a10'), set('a9')] });
    expect(mirror.list('k').map(({ metadata }) => metadata.id)).toEqual(['B', 'a10', 'a9', 'b']);
    expect(mirror.list('other')).toEqual([]);
    expect(mirror.list('k')).toBe(mirror.list('k'));
  });

  it('applies changes, says what they were about, and moves on', () => {
    const mirror = new Mirror();
    mirror.apply({ batch: 'snapshot', revision: 4, changes: [set('a'), set('b')] });
    const before = mirror.list('k');
    const references = mirror.apply({
      batch: 'changes',
      from: 4,
      revision: 7,
      changes: [gone('a'), set('b', 2n), set('c')],
    });
    expect(references).toEqual([
      { kind: 'k', id: 'a' },
      { kind: 'k', id: 'b' },
      { kind: 'k', id: 'c' },
    ]);
    expect(mirror.revision).toBe(7);
    expect(mirror.list('k').map(({ metadata }) => metadata.version)).toEqual([2n, 1n]);
    expect(before).toHaveLength(2);
  });

  it('refuses to go on from another revision than its own', () => {
    const mirror = new Mirror();
    expect(() => mirror.revision).toThrow('no');
    expect(() => mirror.apply({ batch: 'changes', from: 0, revision: 1, changes: [] })).toThrow(
      'revision none',
    );
    mirror.apply({ batch: 'snapshot', revision: 4, changes: [] });
    expect(() => mirror.apply({ batch: 'changes', from: 3, revision: 5, changes: [] })).toThrow(
      'from revision 3 for a mirror at revision 4',
    );
    expect(mirror.revision).toBe(4);
  });

  it('takes a new snapshot over an old state and names what is gone', () => {
    const mirror = new Mirror();
    mirror.apply({ batch: 'snapshot', revision: 4, changes: [set('a'), set('b')] });
    expect(mirror.apply({ batch: 'snapshot', revision: 9, changes: [set('b'), set('c', 1n, 'l')] })).toEqual([
      { kind: 'k', id: 'a' },
      { kind: 'k', id: 'b' },
      { kind: 'l', id: 'c' },
    ]);
    expect(mirror.get('k', 'a')).toBeUndefined();
  });

  it('comes back from its own snapshot', () => {
    const mirror = new Mirror();
    mirror.apply({ batch: 'snapshot', revision: 4, changes: [set('z', 1n, 'z'), set('b'), set('a')] });
    const copy = new Mirror();
    copy.apply(structuredClone(mirror.snapshot()));
    expect(copy.snapshot()).toEqual(mirror.snapshot());
    expect(copy.revision).toBe(4);
  });
});
