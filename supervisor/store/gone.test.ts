import { describe, expect, it } from 'vitest';
import { type GoneResource, GoneResources, lastByOthers, touch } from './gone.ts';

/** A resource of `owner` that `actor` ended at `revision`. */
function ended(owner: string, version: bigint, actor: string, revision: number): GoneResource {
  return { owner, version, stamp: touch(touch(undefined, owner, 1), actor, revision) };
}

describe('a stamp', () => {
  it('knows the last change by others, for everyone', () => {
    let stamp = touch(undefined, 'one', 1);
    expect([lastByOthers(stamp, 'one'), lastByOthers(stamp, 'two')]).toEqual([0, 1]);
    stamp = touch(stamp, 'two', 2);
    expect([lastByOthers(stamp, 'one'), lastByOthers(stamp, 'two')]).toEqual([2, 1]);
    stamp = touch(touch(stamp, 'one', 3), 'one', 4);
    expect([lastByOthers(stamp, 'one'), lastByOthers(stamp, 'two')]).toEqual([2, 4]);
    expect(lastByOthers(undefined, 'one')).toBe(0);
  });
});

describe('what is gone', () => {
  it('is remembered up to the limit, for each owner apart', () => {
    const gone = new GoneResources(2);
    for (const id of ['a', 'b', 'c']) gone.add(id, ended('one', 5n, 'one', 7));
    gone.add('x', ended('two', 1n, 'two', 8));
    expect(['a', 'b', 'c', 'x'].filter((id) => gone.get(id) !== undefined)).toEqual(['b', 'c', 'x']);
    expect(gone.size).toBe(3);
  });

  it('leaves the highest version and the latest revisions behind when it is forgotten', () => {
    const gone = new GoneResources(0);
    gone.add('a', ended('one', 5n, 'supervisor', 7));
    gone.add('b', ended('one', 3n, 'one', 9));
    expect(gone.nextVersion('a')).toBe(6n);
    expect(gone.nextVersion('never-there')).toBe(6n);
    expect(gone.forgottenRevision).toBe(9);
    expect(gone.forgottenRevisionOf('one')).toBe(7);
    expect(gone.forgottenRevisionOf('two')).toBe(0);
  });

  it('is gone no more when it comes again', () => {
    const gone = new GoneResources(2);
    gone.add('a', ended('one', 5n, 'supervisor', 7));
    gone.takeBack('a', 'one');
    expect(gone.size).toBe(0);
    expect(gone.nextVersion('a')).toBe(1n);
    expect(gone.forgottenRevisionOf('one')).toBe(0);
  });

  it('still brings a conflict to its owner when another takes the id', () => {
    const gone = new GoneResources(2);
    gone.add('a', ended('one', 5n, 'supervisor', 7));
    gone.takeBack('a', 'two');
    expect(gone.forgottenRevisionOf('one')).toBe(7);
    expect(gone.forgottenRevisionOf('two')).toBe(0);
  });

  it('of an owner that has left is dropped, but for the versions', () => {
    const gone = new GoneResources(2);
    gone.add('a', ended('one', 5n, 'supervisor', 7));
    gone.add('x', ended('two', 2n, 'supervisor', 8));
    gone.forgetOwner('one');
    expect(gone.size).toBe(1);
    expect(gone.nextVersion('x')).toBe(6n);
    expect(gone.forgottenRevisionOf('one')).toBe(0);
    expect(gone.forgottenRevision).toBe(7);
  });
});
