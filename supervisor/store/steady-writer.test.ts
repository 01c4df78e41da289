import { expect, it } from 'vitest';
import { STORE_LIMITS } from './limits.ts';
import { LINK, link, linkerDeclaration, linkType } from './sample-kinds.ts';
import { firstRetryMs, SteadyWriter } from './steady-writer.ts';
import { Store } from './store.ts';

/** A writer of links, somebody who holds them, and a clock that a test turns. */
class Desk {
  readonly store: Store;
  readonly told: string[] = [];
  readonly timers: { readonly delayMs: number; readonly fire: () => void }[] = [];
  readonly writer: SteadyWriter;

  constructor(resourcesPerOwner = 100) {
    this.store = new Store({ nowMs: () => 0, limits: { ...STORE_LIMITS, resourcesPerOwner } });
    this.store.join('supervisor', linkerDeclaration);
    this.store.join('reader', { inputs: [{ kind: LINK, type: linkType }], outputs: [] });
    this.writer = new SteadyWriter({
      store: this.store,
      actor: 'supervisor',
      after: (delayMs, fire) => {
        const timer = { delayMs, fire };
        this.timers.push(timer);
        return () => {
          const at = this.timers.indexOf(timer);
          if (at >= 0) this.timers.splice(at, 1);
        };
      },
      onTrouble: ({ id }, why) => this.told.push(`${id} ${why.code}`),
    });
  }

  reader(effect: 'hold' | 'release', id: string): void {
    const result = this.store.commit('reader', this.store.revision, [{ effect, kind: LINK, id }]);
    expect(result.outcome).toBe('committed');
  }

  /** Fires the one timer there is. Gives how long it waited, in milliseconds. */
  fire(): number | undefined {
    expect(this.timers.length).toBeLessThan(2);
    const timer = this.timers.shift();
    timer?.fire();
    return timer?.delayMs;
  }

  mtu(id: string): unknown {
    return this.store.get(LINK, id)?.value['mtu'];
  }
}

it('waits for whoever holds what is to be replaced, says so once, and writes the last that was said', () => {
  const desk = new Desk();
  desk.writer.put(LINK, 'eth0', link);
  desk.reader('hold', 'eth0');
  desk.writer.remove(LINK, 'eth0');
  desk.writer.put(LINK, 'eth0', { ...link, mtu: 1 });
  desk.writer.put(LINK, 'eth0', { ...link, mtu: 2 });
  expect([desk.fire(), desk.fire(), desk.fire()]).toEqual([firstRetryMs, firstRetryMs * 2, firstRetryMs * 4]);
  expect(desk.told).toEqual(['eth0 store.tearing-down']);
  expect({ waiting: desk.writer.waiting, failures: desk.writer.failures }).toEqual({
    waiting: 1,
    failures: 5,
  });
  desk.reader('release', 'eth0');
  desk.fire();
  expect(desk.mtu('eth0')).toBe(2);
  expect(desk.writer.waiting).toBe(0);
  expect(desk.timers).toEqual([]);
});

it('does not bring back what was removed while it waited', () => {
  const desk = new Desk();
  desk.writer.put(LINK, 'eth0', link);
  desk.reader('hold', 'eth0');
  desk.writer.remove(LINK, 'eth0');
  desk.writer.put(LINK, 'eth0', link);
  desk.writer.remove(LINK, 'eth0');
  expect(desk.timers).toEqual([]);
  desk.reader('release', 'eth0');
  expect(desk.mtu('eth0')).toBeUndefined();
});

it('waits for room of its own', () => {
  const desk = new Desk(1);
  desk.writer.put(LINK, 'eth0', link);
  desk.writer.put(LINK, 'eth1', link);
  expect(desk.told).toEqual(['eth1 store.too-many-resources']);
  desk.writer.remove(LINK, 'eth0');
  desk.fire();
  expect(desk.mtu('eth1')).toBe(1500);
});

it('counts and tells what can never be written, and does not try it again', () => {
  const desk = new Desk();
  desk.writer.put(LINK, 'eth0', { mtu: 'large' });
  expect(desk.told).toEqual(['eth0 store.value']);
  expect({ waiting: desk.writer.waiting, failures: desk.writer.failures }).toEqual({
    waiting: 0,
    failures: 1,
  });
  expect(desk.timers).toEqual([]);
});

it('keeps what is newer when somebody who hears of a write says more', () => {
  const desk = new Desk();
  desk.writer.put(LINK, 'eth0', link);
  desk.writer.put(LINK, 'eth1', link);
  for (const id of ['eth0', 'eth1']) {
    desk.reader('hold', id);
    desk.writer.remove(LINK, id);
    desk.writer.put(LINK, id, { ...link, mtu: 1 });
  }
  desk.reader('release', 'eth0');
  desk.reader('release', 'eth1');
  const watch = desk.store.watch([{ kind: LINK }], () => {
    watch.take();
    if (desk.mtu('eth0') === 1) desk.writer.put(LINK, 'eth1', { ...link, mtu: 2 });
  });
  watch.take();
  desk.fire();
  expect([desk.mtu('eth0'), desk.mtu('eth1')]).toEqual([1, 2]);
  watch.close();
});

it('gives up what waits when it is stopped', () => {
  const desk = new Desk();
  desk.writer.put(LINK, 'eth0', link);
  desk.reader('hold', 'eth0');
  desk.writer.remove(LINK, 'eth0');
  desk.writer.put(LINK, 'eth0', link);
  desk.writer.stop();
  expect(desk.timers).toEqual([]);
  expect(desk.writer.waiting).toBe(0);
});
