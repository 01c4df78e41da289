import { describe, expect, it } from 'vitest';
import { inputKind, outputKind, ScriptedCell } from '../../tests/cells/scripted-cell.ts';
import type { Carrier } from './cell.ts';
import type { OpenRequest } from './module-events.ts';
import { RequestFailure } from './request-table.ts';

const put = (id: string, text: string) => ({ effect: 'put', kind: outputKind, id, value: { text } }) as const;
const request = (id: bigint): OpenRequest => ({
  request: id,
  interface: 'eft:host/files',
  call: 'read',
  parameters: ['state/x'],
});

describe('events', () => {
  it('begin with one that names all inputs there are', () => {
    const script = new ScriptedCell();
    script.write(inputKind, 'a', '1');
    script.start();
    expect(script.event).toEqual({ tag: 'changed', val: [{ kind: inputKind, id: 'a' }] });
  });

  it('come one at a time, and what changes meanwhile is joined', () => {
    const script = new ScriptedCell();
    script.start();
    expect(script.cell.phase).toBe('idle');
    script.write(inputKind, 'a', '1');
    const first = script.last;
    script.write(inputKind, 'b', '1');
    script.write(inputKind, 'b', '2');
    expect(script.last).toBe(first);
    script.handled();
    expect(script.event).toEqual({ tag: 'changed', val: [{ kind: inputKind, id: 'b' }] });
    script.handled();
    expect(script.cell.phase).toBe('idle');
  });

  it('are not made of what only the module itself writes', () => {
    const script = new ScriptedCell();
    script.write(inputKind, 'a', '1');
    script.start();
    script.handled({ store: [put('x', '1')] });
    expect(script.cell.phase).toBe('idle');
    expect(script.store.get(outputKind, 'x')?.value).toEqual({ text: '1' });
  });
});

describe('effects', () => {
  it('are dropped as a whole when what they write has changed, and the module hears of it', () => {
    const script = new ScriptedCell();
    script.write(inputKind, 'a', '1');
    script.start();
    script.write(outputKind, 'x', 'of the other');
    script.handled({ store: [put('x', 'mine'), put('y', 'mine')], timers: [{ name: 't', at: 5n }] });
    expect(script.store.get(outputKind, 'y')).toBeUndefined();
    expect(script.event).toEqual({ tag: 'conflicted', val: [{ kind: outputKind, id: 'x' }] });
    expect(script.cell.counters.conflicts).toBe(1);
  });

  it('that the store refuses end the instance', () => {
    const script = new ScriptedCell();
    script.write(inputKind, 'a', '1');
    script.start();
    script.handled({ store: [{ effect: 'put', kind: inputKind, id: 'a', value: { text: 'x' } }] });
    expect(script.failures.map(({ code }) => code)).toEqual(['cell.refused']);
    expect(script.cell.phase).toBe('backing-off');
  });

  it('of an instance that has ended are not listened to', () => {
    const script = new ScriptedCell();
    script.write(inputKind, 'a', '1');
    script.start();
    const [line] = script.lines;
    const output = script.output({ store: [put('late', '1')] });
    script.send({ type: 'failed', error: { code: 'trap.core', message: 'it trapped', act: '' } });
    script.send({ type: 'handled', output }, line);
    expect(script.store.get(outputKind, 'late')).toBeUndefined();
  });
});

describe('timers', () => {
  it('fire once, at their time', async () => {
    const script = new ScriptedCell();
    script.write(inputKind, 'a', '1');
    script.start();
    script.handled({ timers: [{ name: 'renew', at: 50_000_000n }] });
    await script.pass(49);
    expect(script.cell.phase).toBe('idle');
    await script.pass(1);
    expect(script.event).toEqual({ tag: 'timer', val: 'renew' });
    script.handled();
    await script.pass(1_000);
    expect(script.cell.phase).toBe('idle');
  });

  it('are moved and disarmed by their name', async () => {
    const script = new ScriptedCell();
    script.write(inputKind, 'a', '1');
    script.start();
    script.handled({
      timers: [
        { name: 'moved', at: 10_000_000n },
        { name: 'gone', at: 10_000_000n },
        { name: 'moved', at: 30_000_000n },
        { name: 'gone', at: undefined },
      ],
    });
    await script.pass(29);
    expect(script.cell.phase).toBe('idle');
    await script.pass(1);
    expect(script.event).toEqual({ tag: 'timer', val: 'moved' });
  });

  it('of an instance that has ended never fire', async () => {
    const script = new ScriptedCell();
    script.write(inputKind, 'a', '1');
    script.start();
    script.handled({ timers: [{ name: 't', at: 500_000_000n }] });
    await script.cell.stop();
    expect(script.timers).toBe(0);
  });

  it('that have fired and are moved before they were handled fire at the new time only', async () => {
    const script = new ScriptedCell();
    script.write(inputKind, 'a', '1');
    script.start();
    script.handled({ timers: [{ name: 't', at: 10_000_000n }] });
    script.write(inputKind, 'a', '2');
    await script.pass(20);
    expect(script.event?.tag).toBe('changed');
    expect(script.cell.queued).toBe(1);
    script.handled({ timers: [{ name: 't', at: 40_000_000n }] });
    expect(script.cell.phase).toBe('idle');
    await script.pass(20);
    expect(script.event).toEqual({ tag: 'timer', val: 't' });
  });

  it('beyond the limit end the instance, and none of the event is done', () => {
    const script = new ScriptedCell();
    script.write(inputKind, 'a', '1');
    script.start();
    const timers = Array.from({ length: 65 }, (_, index) => ({ name: `t${index}`, at: 1n }));
    script.handled({ timers, store: [put('x', '1')] });
    expect(script.failures.map(({ code }) => code)).toEqual(['cell.too-many-timers']);
    expect(script.store.get(outputKind, 'x')).toBeUndefined();
  });
});

describe('requests', () => {
  const carriers = (carry: Carrier) => ({ carriers: new Map([['eft:host/files', carry]]) });

  function begin(carry: Carrier): ScriptedCell {
    const script = new ScriptedCell(carriers(carry));
    script.write(inputKind, 'a', '1');
    script.start();
    return script;
  }

  it('are answered by an event that brings the result', async () => {
    const script = begin(() => Promise.resolve('content'));
    script.handled({ requests: [request(1n)] });
    await script.pass(0);
    expect(script.event).toEqual({ tag: 'answered', val: 1n });
    const { last } = script;
    expect(last?.type === 'handle' ? last.input.answers : undefined).toEqual([
      { request: 1n, result: { tag: 'ok', val: 'content' } },
    ]);
  });

  it('that take too long are answered by their deadline, and whoever carries them out is told', async () => {
    const told: boolean[] = [];
    const script = begin((_, { signal }) => {
      signal.addEventListener('abort', () => told.push(true));
      return new Promise(() => undefined);
    });
    script.handled({ requests: [request(1n)] });
    await script.pass(10_000);
    expect(script.event).toEqual({ tag: 'answered', val: 1n });
    expect(told).toEqual([true]);
    expect(script.cell.openRequests).toBe(0);
  });

  it('that are cancelled are answered once', async () => {
    let finish: (value: string) => void = () => undefined;
    const script = begin(
      () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    );
    script.handled({ requests: [request(1n)] });
    script.write(inputKind, 'a', '2');
    script.handled({ cancels: [1n] });
    finish('too late');
    await script.pass(0);
    const { last } = script;
    expect(last?.type === 'handle' ? last.input.answers : undefined).toEqual([
      { request: 1n, result: { tag: 'err', val: { tag: 'cancelled' } } },
    ]);
    script.handled();
    await script.pass(0);
    expect(script.cell.phase).toBe('idle');
  });

  it('of an instance that has ended are given up, and their answers dropped', async () => {
    const told: boolean[] = [];
    let finish: (value: string) => void = () => undefined;
    const script = begin((_, { signal }) => {
      signal.addEventListener('abort', () => told.push(true));
      return new Promise((resolve) => {
        finish = resolve;
      });
    });
    script.handled({ requests: [request(1n)] });
    script.send({ type: 'failed', error: { code: 'trap.core', message: 'it trapped', act: '' } });
    finish('too late');
    await script.pass(0);
    expect(told).toEqual([true]);
    expect(script.cell.openRequests).toBe(0);
    expect(script.cell.queued).toBe(0);
  });

  it('beyond what may be open are answered at once', async () => {
    const script = begin(() => new Promise(() => undefined));
    script.handled({ requests: [1n, 2n, 3n, 4n, 5n].map(request) });
    expect(script.event).toEqual({ tag: 'answered', val: 5n });
    expect(script.cell.openRequests).toBe(4);
  });

  it('that are made and cancelled by the same event are never begun, and answered in their order', async () => {
    const begun: bigint[] = [];
    const script = begin(({ request: id }) => {
      begun.push(id);
      return new Promise(() => undefined);
    });
    script.handled({ requests: [request(1n), request(2n), request(3n)], cancels: [3n, 1n] });
    const told: unknown[] = [];
    while (script.last?.type === 'handle' && script.cell.phase === 'handling') {
      told.push(script.last.input.answers);
      script.handled();
    }
    const result = { tag: 'err', val: { tag: 'cancelled' } };
    expect(told).toEqual([[{ request: 1n, result }], [{ request: 3n, result }]]);
    expect(begun).toEqual([2n]);
    expect(script.cell.openRequests).toBe(1);
  });

  it('whose id was there before end the instance, and nothing of the event is begun', async () => {
    let begun = 0;
    const script = begin(() => {
      begun += 1;
      return new Promise(() => undefined);
    });
    script.handled({ requests: [request(1n)] });
    script.write(inputKind, 'a', '2');
    script.handled({ requests: [request(2n), request(1n)], store: [put('x', '1')] });
    expect(script.failures.map(({ code }) => code)).toEqual(['cell.message']);
    expect(begun).toBe(1);
    expect(script.store.get(outputKind, 'x')).toBeUndefined();
    await script.cell.stop();
    expect(script.timers).toBe(0);
  });

  it('that are denied are in the log, with the call and the reason, and not more of them than other lines', async () => {
    const script = begin(() => {
      throw new RequestFailure({ tag: 'denied', val: 'the grant does not name state/x' });
    });
    let asked = 0;
    const ask = async (): Promise<void> => {
      asked += 1;
      script.handled({ requests: [request(BigInt(asked))] });
      await script.pass(0);
    };
    await ask();
    expect(script.logs).toEqual([
      {
        level: 'warn',
        message: 'the host denied a call',
        fields: [
          { name: 'call', value: 'eft:host/files read' },
          { name: 'reason', value: 'the grant does not name state/x' },
        ],
      },
    ]);
    while (asked < 300) await ask();
    expect(script.cell.counters.denied).toBe(300);
    expect(script.logs.length).toBe(256);
  });

  it('that are denied have short lines, and long ones count as several', () => {
    const script = new ScriptedCell();
    script.write(inputKind, 'a', '1');
    script.start();
    for (let id = 1n; id <= 300n; id += 1n)
      script.handled({ requests: [{ ...request(id), call: 'x'.repeat(1_000_000) }] });
    expect(script.cell.counters.denied).toBe(300);
    expect(script.logs.length).toBeGreaterThan(0);
    expect(script.logs.length).toBeLessThanOrEqual(256);
    for (const { fields } of script.logs)
      for (const { value } of fields) expect(value.length).toBeLessThan(300);
  });

  it('that nobody carries out are denied, and counted', () => {
    const script = new ScriptedCell();
    script.write(inputKind, 'a', '1');
    script.start();
    script.handled({ requests: [request(1n)] });
    expect(script.event).toEqual({ tag: 'answered', val: 1n });
    expect(script.cell.counters.denied).toBe(1);
  });
});

describe('a module that fails', () => {
  const trap = { type: 'failed', error: { code: 'trap.core', message: 'it trapped', act: '' } } as const;

  it('is started again after a delay, with nothing of before', async () => {
    const script = new ScriptedCell();
    script.start();
    script.send(trap);
    expect(script.cell.phase).toBe('backing-off');
    expect(script.lines[0]?.isOpen).toBe(false);
    await script.pass(49);
    expect(script.lines.length).toBe(1);
    await script.pass(1);
    expect(script.cell.phase).toBe('starting');
    expect(script.last).toMatchObject({
      type: 'start',
      input: { boot: { reason: 'restart', saved: undefined } },
    });
  });

  it('is left down after as many failures in a row as its manifest allows', async () => {
    const script = new ScriptedCell();
    script.start();
    for (let round = 0; round < 3; round += 1) {
      script.send(trap);
      await script.pass(1_000);
    }
    expect(script.cell.phase).toBe('quarantined');
    expect(script.cell.counters.failures).toBe(3);
    expect(script.timers).toBe(0);
    script.cell.start();
    expect(script.cell.phase).toBe('starting');
  });

  it('is stopped when an event takes too long', async () => {
    const script = new ScriptedCell();
    script.write(inputKind, 'a', '1');
    script.start();
    await script.pass(100);
    expect(script.failures[0]?.message).toBe(
      'module scripted took more than 100 ms over an event, and was stopped',
    );
    expect(script.lines[0]?.isOpen).toBe(false);
  });

  it('is stopped when it is idle and no longer answers a heartbeat', async () => {
    const script = new ScriptedCell();
    script.start();
    await script.pass(15_000);
    expect(script.last).toEqual({ type: 'ping' });
    script.send({ type: 'pong' });
    expect(script.cell.phase).toBe('idle');
    await script.pass(15_100);
    expect(script.failures[0]?.message).toContain('over a heartbeat');
  });

  it('stays down when it is stopped in the moment in which it is to be started again', async () => {
    const due: (() => void)[] = [];
    const script = new ScriptedCell({
      after: (delayMs, fire) => {
        if (delayMs === 50) due.push(fire);
        return () => undefined;
      },
    });
    script.start();
    script.send(trap);
    // The delay is over, and the new instance only waits for the end of the old thread.
    expect(due.length).toBe(1);
    due[0]?.();
    await script.cell.stop();
    await script.pass(0);
    expect([script.cell.phase, script.lines.length]).toEqual(['stopped', 1]);
  });

  it('may refuse to start, and says why', () => {
    const script = new ScriptedCell();
    script.cell.start();
    script.send({ type: 'started', output: { ...script.output(), refusal: 'there is no disk' } });
    expect(script.cell.lastError?.message).toBe('module scripted refused to start: there is no disk');
  });

  it('is noticed when its thread ends by itself', () => {
    const script = new ScriptedCell();
    script.start();
    script.lines[0]?.events.onEnd('out of memory');
    expect(script.failures.map(({ code }) => code)).toEqual(['cell.lost']);
  });
});

it('a module is healthy once it has started, unless it says otherwise', () => {
  const content = new ScriptedCell();
  content.start();
  expect(content.cell.health).toEqual({ tag: 'healthy' });
  const modest = new ScriptedCell();
  modest.cell.start();
  modest.send({
    type: 'started',
    output: { ...modest.output({ health: { tag: 'degraded', val: 'no lease' } }), refusal: undefined },
  });
  expect(modest.cell.health).toEqual({ tag: 'degraded', val: 'no lease' });
});

describe('the state for a successor', () => {
  const saved = { format: 1, bytes: new Uint8Array([1]) };

  it('is asked for when the event in hand is done, and is the last that the instance does', async () => {
    const script = new ScriptedCell();
    script.write(inputKind, 'a', '1');
    script.start();
    const saving = script.cell.save();
    expect(script.event?.tag).toBe('changed');
    script.handled();
    expect(script.last?.type).toBe('save');
    script.send({ type: 'saved', saved, requests: [] });
    expect(await saving).toMatchObject({ saved, requests: [] });
    script.write(inputKind, 'a', '2');
    await script.pass(60_000);
    expect([script.cell.phase, script.last?.type, script.failures]).toEqual(['saved', 'save', []]);
  });

  it('is asked of an idle module at once, and has the time of an event', async () => {
    const script = new ScriptedCell();
    script.start();
    const saving = expect(script.cell.save()).rejects.toMatchObject({ code: 'cell.time' });
    expect(script.last?.type).toBe('save');
    await script.pass(100);
    await saving;
    expect(script.cell.phase).not.toBe('saved');
  });

  it('is not to be had of a module that is stopped meanwhile', async () => {
    const script = new ScriptedCell();
    script.start();
    const saving = expect(script.cell.save()).rejects.toMatchObject({ code: 'cell.not-running' });
    await script.cell.stop();
    await saving;
  });
});

describe('a transport that cannot be opened', () => {
  it('is a failure of the cell, and no more, every time', async () => {
    const script = new ScriptedCell({
      open: () => {
        throw new Error('no memory for a thread');
      },
    });
    script.cell.start();
    expect(script.failures).toEqual([]);
    await script.pass(0);
    expect(script.failures.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      expect.stringMatching(/^cell\.lost: .*it could not be started: no memory for a thread/),
    ]);
    expect(script.cell.phase).toBe('backing-off');
    for (let second = 0; second < 600; second += 1) await script.pass(1_000);
    expect(script.cell.phase).toBe('quarantined');
    expect(script.timers).toBe(0);
  });
});
