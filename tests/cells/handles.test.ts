/**
 * Handles from the module's code to the carrier: a real module (tests/components/listener) that hears of links by a played netlink socket.
 */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Carrier, CellModule } from '../../supervisor/cells/cell.ts';
import type { HandleTable } from '../../supervisor/cells/handle-table.ts';
import { decodeRecord, encodeRecord } from '../../supervisor/cells/record-file.ts';
import { loadRecorded, replay } from '../../supervisor/cells/replay.ts';
import { CellBench } from './cell-bench.ts';
import { testModule, VirtualCell } from './virtual-cell.ts';

let listener: CellModule;

beforeAll(async () => {
  listener = await testModule('listener');
});

/** Opens whatever it is asked to, and keeps nothing but the table. */
class PlayedNetlink {
  readonly closed: string[] = [];
  handles: HandleTable | undefined;
  readonly carry: Carrier = ({ interface: owner, parameters }, { handles, signal }) => {
    const name = String(parameters[0]);
    this.handles = handles;
    handles.open(name, { interface: owner, close: () => this.closed.push(name) }, signal);
    return Promise.resolve(undefined);
  };

  /** The kernel says something by itself. */
  say(name: string, ...messages: readonly Uint8Array[]): void {
    for (const message of messages) this.handles?.deliver(name, message, message.length);
  }
}

/** A message of so many bytes that are all 1, and says that it has `claimed`. */
function message(bytes: number, claimed = bytes): Uint8Array {
  return new Uint8Array([claimed & 255, claimed >> 8, 0, 0, ...Array.from({ length: bytes - 4 }, () => 1)]);
}

async function begin(): Promise<{ readonly virtual: VirtualCell; readonly netlink: PlayedNetlink }> {
  const netlink = new PlayedNetlink();
  const virtual = new VirtualCell(listener, () => ({ tag: 'not-found' }), {
    'eft:host/netlink': netlink.carry,
  });
  virtual.cell.start();
  await virtual.pass(10);
  return { virtual, netlink };
}

/** What the module has put under `id`: the handles that it inherited, and what it heard. */
function heard({ store }: VirtualCell, id: string): unknown {
  return store.get('eft:resources/node-status', id)?.value['unmet'];
}

describe('a module that listens', () => {
  it('hears what came, once, in the event that brings it', async () => {
    const { virtual, netlink } = await begin();
    expect(virtual.cell.handles).toEqual(['links', 'lazy']);
    expect(heard(virtual, 'opened')).toEqual([{ name: '', reason: 'yes' }]);
    netlink.say('links', message(6), message(8));
    await virtual.pass(10);
    // The first came alone; the second waited for the event to be done.
    expect(heard(virtual, 'links')).toEqual([{ name: '', reason: '1 6 0' }]);
    const brought = virtual.cell.record()?.events.flatMap(({ input }) => input.arrivals);
    expect(brought?.map(({ items }) => items.length)).toEqual([1, 1]);
  });

  it('hears nothing of what it has not taken in its event', async () => {
    const { virtual, netlink } = await begin();
    netlink.say('lazy', message(6));
    await virtual.pass(10);
    expect(heard(virtual, 'lazy')).toEqual([{ name: '', reason: '0 0 0' }]);
  });

  it('is started again with what it had open, and told that it missed something', async () => {
    const { virtual, netlink } = await begin();
    netlink.say('links', message(6, 600));
    await virtual.pass(1_000);
    expect(virtual.failures.map(({ error }) => error.code)).toEqual(['trap.core']);
    expect(netlink.closed).toEqual([]);
    expect(heard(virtual, 'links')).toEqual([{ name: 'links lazy', reason: '0 0 missed 0' }]);
    netlink.say('links', message(7));
    await virtual.pass(10);
    expect(heard(virtual, 'links')).toEqual([{ name: 'links lazy', reason: '1 3 0' }]);
    await virtual.cell.stop();
    expect(netlink.closed).toEqual(['links', 'lazy']);
  });

  it('that traps on a hostile message does so again from one file, from a start and from a checkpoint', async () => {
    for (const rounds of [3, 1_500]) {
      const { virtual, netlink } = await begin();
      for (let round = 0; round < rounds; round += 1) {
        netlink.say('links', message(5 + (round % 7)));
        await virtual.pass(10);
      }
      netlink.say('links', message(6, 600));
      await virtual.pass(10);
      const flight = virtual.failures[0]?.record;
      if (flight === undefined) throw new Error('there is a record of the trap');
      const file = await encodeRecord({ module: listener, takenAt: 0n, flight });
      const record = decodeRecord(file, 'trap.eftrecord');
      expect(record.flight.begin.begin).toBe(rounds > 1_000 ? 'checkpoint' : 'start');
      expect(record.flight.events.at(-1)?.input.arrivals).toEqual([
        { handle: 'links', interface: 'eft:host/netlink', items: [message(6, 600)], missed: 0 },
      ]);
      const result = replay(loadRecorded(record), record.flight);
      expect(result).toMatchObject({ verdict: 'same', ending: 'failed', error: { code: 'trap.core' } });
      // Without the message there is no trap: it is what the module was told that replays.
      const events = record.flight.events.map(({ input, output }) => ({
        input: output === undefined ? { ...input, arrivals: [] } : input,
        output,
      }));
      expect(replay(listener, { ...record.flight, events }).verdict).toBe('differs');
    }
  });
});

describe('a module that listens in a thread', () => {
  const bench = new CellBench();
  afterEach(() => bench.close());

  it('hears, traps, and hears on by what it had open', async () => {
    const netlink = new PlayedNetlink();
    const carriers = new Map([['eft:host/netlink', netlink.carry]]);
    const cell = await bench.start('tests/components/listener', { carriers });
    const reasonOf = (id: string): string =>
      JSON.stringify(bench.entry('eft:resources/node-status', id)?.value['unmet']);
    await bench.until(() => cell.handles.length === 2);
    netlink.say('links', message(6));
    await bench.until(() => reasonOf('links') === '[{"name":"","reason":"1 2 0"}]');
    netlink.say('links', message(6, 600));
    await bench.until(() => reasonOf('links') === '[{"name":"links lazy","reason":"0 0 missed 0"}]');
    netlink.say('links', message(9));
    await bench.until(() => reasonOf('links') === '[{"name":"links lazy","reason":"1 5 0"}]');
    expect(cell.counters).toMatchObject({ starts: 2, failures: 1 });
    expect(bench.failures[0]?.record?.events.at(-1)?.input.arrivals[0]?.items).toEqual([message(6, 600)]);
    expect(netlink.closed).toEqual([]);
  });
});
