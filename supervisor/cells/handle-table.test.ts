import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  HandleTable,
  type HostHandle,
  handlesLimit,
  inboxBytesLimit,
  inboxesBytesLimit,
  inboxItemsLimit,
} from './handle-table.ts';
import type { Failure } from './module-events.ts';
import { RequestFailure } from './request-table.ts';

const { signal } = new AbortController();

class PlayedHandle implements HostHandle {
  readonly interface: string;
  closed = 0;

  constructor(interfaceName = 'eft:host/netlink') {
    this.interface = interfaceName;
  }

  close(): void {
    this.closed += 1;
  }
}

function table() {
  const news: string[] = [];
  const handles = new HandleTable((name, hasNews) => news.push(`${name} ${hasNews ? 'has' : 'has not'}`));
  return { handles, news };
}

function failureOf(attempt: () => void): Failure | undefined {
  try {
    attempt();
  } catch (error) {
    if (error instanceof RequestFailure) return error.failure;
    throw error;
  }
  return undefined;
}

describe('a handle', () => {
  it('is found by its name and interface, and by no other', () => {
    const { handles } = table();
    const handle = new PlayedHandle();
    handles.open('links', handle, signal);
    expect(handles.find('links', 'eft:host/netlink')).toBe(handle);
    expect(handles.find('links', 'eft:host/socket')).toBeUndefined();
    expect(handles.find('link', 'eft:host/netlink')).toBeUndefined();
    expect(handles.names()).toEqual(['links']);
  });

  it('takes the place of one of the same name and interface, with an empty inbox', () => {
    const { handles } = table();
    const first = new PlayedHandle();
    handles.open('links', first, signal);
    handles.deliver('links', 'old', 10);
    handles.open('links', new PlayedHandle(), signal);
    expect(first.closed).toBe(1);
    expect(handles.take('links')).toBeUndefined();
  });

  it('that is refused is closed: none is forgotten open', () => {
    const { handles } = table();
    handles.open('links', new PlayedHandle(), signal);
    const refused = (name: string, handle: PlayedHandle, by = signal) => {
      const failure = failureOf(() => handles.open(name, handle, by));
      return [failure?.tag, handle.closed];
    };
    expect(refused('links', new PlayedHandle('eft:host/socket'))).toEqual(['invalid', 1]);
    expect(refused('', new PlayedHandle())).toEqual(['invalid', 1]);
    expect(refused('é'.repeat(33), new PlayedHandle())).toEqual(['invalid', 1]);
    expect(refused('é'.repeat(32), new PlayedHandle())).toEqual([undefined, 0]);
    expect(refused('late', new PlayedHandle(), AbortSignal.abort())).toEqual(['cancelled', 1]);
    expect(handles.names()).toEqual(['links', 'é'.repeat(32)]);
  });

  it('beyond the limit is refused, and one of a name that is there is not', () => {
    const { handles } = table();
    for (let count = 0; count < handlesLimit; count += 1)
      handles.open(`h${count}`, new PlayedHandle(), signal);
    const late = new PlayedHandle();
    expect(failureOf(() => handles.open('one-more', late, signal))).toEqual({ tag: 'too-many' });
    expect(late.closed).toBe(1);
    expect(failureOf(() => handles.open('h7', new PlayedHandle(), signal))).toBeUndefined();
  });

  it('is closed once, and nothing comes by it any more', () => {
    const { handles, news } = table();
    const [one, other] = [new PlayedHandle(), new PlayedHandle()];
    handles.open('one', one, signal);
    handles.open('other', other, signal);
    handles.deliver('one', 'x', 1);
    handles.close('one');
    handles.close('one');
    handles.deliver('one', 'x', 1);
    handles.markMissed('one', 1);
    handles.closeAll();
    expect([one.closed, other.closed, handles.names()]).toEqual([1, 1, []]);
    expect(news).toEqual(['one has', 'one has not', 'other has not']);
  });
});

describe('an inbox', () => {
  it('is taken whole, with its loss, and is empty then', () => {
    const { handles } = table();
    handles.open('links', new PlayedHandle(), signal);
    handles.deliver('links', 'a', 1);
    handles.markMissed('links', 3);
    handles.deliver('links', 'b', 1);
    const arrival = { handle: 'links', interface: 'eft:host/netlink', items: ['a', 'b'], missed: 3 };
    expect(handles.take('links')).toEqual(arrival);
    expect(handles.take('links')).toBeUndefined();
  });

  it('keeps the newest that there is room for, and counts what it loses', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(inboxBytesLimit + 10), { maxLength: 600 }), fc.nat(8), (sizes, shift) => {
        const { handles } = table();
        handles.open('links', new PlayedHandle(), signal);
        for (const [index, size] of sizes.entries()) handles.deliver('links', index, size >> shift);
        const { items = [], missed = 0 } = handles.take('links') ?? {};
        expect(items.length + missed).toBe(sizes.length);
        // All that was kept is what came last of what is not too large by itself.
        const fitting = [...sizes.entries()].filter(([, size]) => size >> shift <= inboxBytesLimit);
        expect(items).toEqual(fitting.slice(fitting.length - items.length).map(([index]) => index));
        const kept = fitting.slice(fitting.length - items.length).map(([, size]) => size >> shift);
        const bytes = kept.reduce((sum, size) => sum + size, 0);
        expect(bytes).toBeLessThanOrEqual(inboxBytesLimit);
        const before = fitting.at(-1 - items.length);
        const isFull = before !== undefined && bytes + (before[1] >> shift) > inboxBytesLimit;
        expect(before === undefined || isFull || items.length === inboxItemsLimit).toBe(true);
      }),
    );
  });

  it('that is flooded takes no room from those that wait in others', () => {
    const { handles } = table();
    const count = inboxesBytesLimit / inboxBytesLimit;
    for (let index = 0; index <= count; index += 1) handles.open(`h${index}`, new PlayedHandle(), signal);
    for (let index = 0; index < count; index += 1) handles.deliver(`h${index}`, index, inboxBytesLimit);
    handles.deliver(`h${count}`, 'no room', 1);
    handles.deliver('h0', 'newer', inboxBytesLimit);
    expect(handles.take(`h${count}`)).toMatchObject({ items: [], missed: 1 });
    expect(handles.take('h0')).toMatchObject({ items: ['newer'], missed: 1 });
    expect(handles.take('h1')).toMatchObject({ items: [1], missed: 0 });
    handles.deliver(`h${count}`, 'room again', 1);
    expect(handles.take(`h${count}`)).toMatchObject({ items: ['room again'], missed: 0 });
  });

  it('loses all while there is no instance, and the next one is told of it', () => {
    const { handles, news } = table();
    handles.open('busy', new PlayedHandle(), signal);
    handles.open('quiet', new PlayedHandle(), signal);
    handles.deliver('busy', 'before', 1);
    handles.pause();
    handles.deliver('busy', 'meanwhile', 1);
    expect(news).toEqual(['busy has']);
    handles.resume();
    expect(news).toEqual(['busy has', 'busy has']);
    handles.deliver('busy', 'after', 1);
    expect(handles.take('busy')).toMatchObject({ items: ['after'], missed: 2 });
  });

  it('counts no further than a u32 goes', () => {
    const { handles } = table();
    handles.open('links', new PlayedHandle(), signal);
    handles.markMissed('links', 0xffff_ffff);
    handles.markMissed('links', 5);
    expect(handles.take('links')?.missed).toBe(0xffff_ffff);
  });
});
