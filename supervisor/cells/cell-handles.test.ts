import { describe, expect, it } from 'vitest';
import { inputKind, ScriptedCell } from '../../tests/cells/scripted-cell.ts';
import type { Carrier } from './cell.ts';
import type { HandleTable } from './handle-table.ts';
import type { OpenRequest } from './module-events.ts';

const netlink = 'eft:host/netlink';
const trap = { type: 'failed', error: { code: 'trap.core', message: 'it trapped', act: '' } } as const;

/** A cell whose carrier opens and closes handles; `handles` is what it was given last. */
class HandleScript extends ScriptedCell {
  readonly closed: string[];
  readonly #given: { handles?: HandleTable };
  #nextRequest = 1n;

  constructor(hold: Promise<void> = Promise.resolve()) {
    const closed: string[] = [];
    const given: { handles?: HandleTable } = {};
    const carry: Carrier = async ({ call, parameters }, { handles, signal }) => {
      given.handles = handles;
      const name = String(parameters[0]);
      if (call === 'close') {
        handles.close(name);
        return;
      }
      await hold;
      handles.open(name, { interface: netlink, close: () => closed.push(name) }, signal);
    };
    super({ carriers: new Map([[netlink, carry]]) });
    this.closed = closed;
    this.#given = given;
    this.write(inputKind, 'a', '1');
    this.start();
  }

  get handles(): HandleTable {
    if (this.#given.handles === undefined) throw new Error('nothing has been opened');
    return this.#given.handles;
  }

  /** Opens or closes a handle and handles the answer. */
  async ask(call: 'open' | 'close', name: string): Promise<void> {
    this.handled({ requests: [this.#request(call, name)] });
    await this.pass(0);
    expect(this.event?.tag).toBe('answered');
    this.handled();
  }

  #request(call: string, name: string): OpenRequest {
    const request = this.#nextRequest;
    this.#nextRequest += 1n;
    return { request, interface: netlink, call, parameters: [name] };
  }

  /** What the last start was told that is open. */
  get inherited(): readonly string[] | undefined {
    const start = this.lines.at(-1)?.messages.find(({ type }) => type === 'start');
    return start?.type === 'start' ? start.input.boot.handles : undefined;
  }

  get arrivals(): unknown {
    return this.last?.type === 'handle' ? this.last.input.arrivals : undefined;
  }
}

describe('what comes by a handle', () => {
  it('is told in one event, however much it is, and comes with it', async () => {
    const script = new HandleScript();
    await script.ask('open', 'links');
    expect(script.cell.handles).toEqual(['links']);
    script.handles.deliver('links', 'a', 1);
    expect(script.event).toEqual({ tag: 'arrived', val: 'links' });
    expect(script.arrivals).toEqual([{ handle: 'links', interface: netlink, items: ['a'], missed: 0 }]);
    for (const item of ['b', 'c', 'd']) script.handles.deliver('links', item, 1);
    script.handled();
    expect(script.arrivals).toEqual([
      { handle: 'links', interface: netlink, items: ['b', 'c', 'd'], missed: 0 },
    ]);
    script.handled();
    expect(script.cell.phase).toBe('idle');
  });

  it('is not told after the handle was closed', async () => {
    const script = new HandleScript();
    await script.ask('open', 'links');
    script.write(inputKind, 'a', '2');
    script.handles.deliver('links', 'a', 1);
    script.handles.close('links');
    script.handled();
    expect(script.cell.phase).toBe('idle');
    expect(script.closed).toEqual(['links']);
  });

  it('is in the record of the cell', async () => {
    const script = new HandleScript();
    await script.ask('open', 'links');
    script.handles.deliver('links', new Uint8Array([1, 2, 3]), 3);
    const last = script.cell.record()?.events.at(-1);
    expect(last?.input.arrivals).toEqual([
      { handle: 'links', interface: netlink, items: [new Uint8Array([1, 2, 3])], missed: 0 },
    ]);
  });
});

describe('handles', () => {
  it('live on when the instance ends, and the next one has them and hears what it missed', async () => {
    const script = new HandleScript();
    await script.ask('open', 'links');
    script.write(inputKind, 'a', '2');
    await script.ask('open', 'more');
    script.handles.deliver('links', 'in hand', 1);
    script.handles.deliver('links', 'waits', 1);
    script.send(trap);
    expect(script.cell.phase).toBe('backing-off');
    script.handles.deliver('links', 'nobody is there', 1);
    await script.pass(50);
    expect(script.inherited).toEqual(['links', 'more']);
    expect(script.closed).toEqual([]);
    script.handles.deliver('links', 'somebody starts', 1);
    script.send({ type: 'started', output: { ...script.output(), refusal: undefined } });
    const told: unknown[] = [];
    while (script.cell.phase === 'handling') {
      told.push(script.event?.tag === 'arrived' ? script.arrivals : script.event?.tag);
      script.handled();
    }
    expect(told).toEqual([
      'changed',
      [{ handle: 'links', interface: netlink, items: ['somebody starts'], missed: 3 }],
    ]);
  });

  it('are all closed when the cell is stopped, and when it is left down', async () => {
    const stopped = new HandleScript();
    await stopped.ask('open', 'links');
    await stopped.cell.stop();
    expect([stopped.closed, stopped.cell.handles]).toEqual([['links'], []]);
    stopped.cell.start();
    expect(stopped.inherited).toEqual([]);

    const failing = new HandleScript();
    await failing.ask('open', 'links');
    for (let round = 0; round < 3; round += 1) {
      expect(failing.closed).toEqual([]);
      failing.send(trap);
      await failing.pass(1_000);
    }
    expect(failing.cell.phase).toBe('quarantined');
    expect(failing.closed).toEqual(['links']);
  });

  it('that are opened for an instance which is gone are closed at once', async () => {
    let release: () => void = () => undefined;
    const script = new HandleScript(
      new Promise((resolve) => {
        release = resolve;
      }),
    );
    script.handled({
      requests: [{ request: 1n, interface: netlink, call: 'open', parameters: ['links'] }],
    });
    script.send(trap);
    await script.pass(50);
    release();
    await script.pass(0);
    expect(script.closed).toEqual(['links']);
    expect(script.cell.handles).toEqual([]);
  });
});
