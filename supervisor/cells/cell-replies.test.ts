import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manifest, outputKind } from '../../tests/cells/scripted-cell.ts';
import { effectsBytesLimit } from '../capabilities/local-context.ts';
import { EftError } from '../errors/eft-error.ts';
import type { Value } from '../store/resource.ts';
import type { FromCell, ToCell } from './cell-messages.ts';
import { CellReplies, checkpointBytesLimit, encodeReply } from './cell-replies.ts';
import { keptBytes } from './kept-bytes.ts';
import { logBurst } from './log-rate.ts';
import type { CallOutput, Effects } from './module-events.ts';
import type { RunnerState } from './module-runner.ts';
import { encodeRecordValue } from './record-writer.ts';

const time = (seconds: number) => ({
  now: BigInt(seconds) * 1_000_000_000n,
  wall: 0n,
  isSynchronized: false,
});
const snapshot = { batch: 'snapshot', revision: 3, changes: [] } as const;
const call = { time: time(0), seed: undefined, batches: [snapshot], answers: [] };
const start: ToCell = {
  type: 'start',
  input: { ...call, boot: { reason: 'cold', saved: undefined, handles: [] }, firstRequest: 5n },
};
const handle = (seconds = 0): ToCell => ({
  type: 'handle',
  input: { ...call, time: time(seconds), batches: [], event: { tag: 'timer', val: 't' }, arrivals: [] },
});
const nothing: Effects = { store: [], timers: [], requests: [], cancels: [], health: undefined };
const output = (changes: Partial<CallOutput> = {}): CallOutput => ({
  effects: nothing,
  revision: 3,
  nextRequest: 5n,
  ...changes,
});
const started: FromCell = { type: 'started', output: { ...output(), refusal: undefined } };
const line: FromCell = { type: 'log', line: { level: 'info', message: 'x', fields: [] } };

/** The replies of a process that has been asked to start, and has. */
function running(): CellReplies {
  const replies = new CellReplies(manifest);
  replies.sent(start);
  replies.read(encodeReply(started));
  return replies;
}

/** Why a message is refused. */
function reasonOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof EftError && error.code === 'cell.message') return error.message;
    throw error;
  }
  return 'nothing';
}

describe('what a cell says', () => {
  it('comes out as it went in', () => {
    const replies = new CellReplies(manifest);
    const effects: Effects = {
      store: [{ effect: 'put', kind: outputKind, id: 'x', value: { text: 'ü', list: [1n, -0, undefined] } }],
      timers: [
        { name: 't', at: 7n },
        { name: 'u', at: undefined },
      ],
      requests: [{ request: 5n, interface: 'eft:host/entropy', call: 'x', parameters: [new Uint8Array(3)] }],
      cancels: [1n],
      health: { tag: 'degraded', val: 'no lease' },
    };
    const state: RunnerState = {
      core: [{ step: 0, pages: 1, memory: new Uint8Array([1, 2]), globals: [['g', 1n]] }],
      mirror: snapshot,
      nextRequest: 6n,
      requests: [],
    };
    const exchanges: readonly (readonly [ToCell, ...FromCell[]])[] = [
      [start, started],
      [handle(), line, { type: 'handled', output: output({ effects, nextRequest: 6n }) }],
      [{ type: 'checkpoint' }, { type: 'checkpointed', state }],
      [{ type: 'ping' }, { type: 'pong' }],
      [
        { type: 'save', input: call },
        { type: 'saved', saved: { format: 1, bytes: new Uint8Array([9]) }, requests: [] },
      ],
      [handle(), { type: 'failed', error: { code: 'trap.core', message: 'm', act: 'a', frames: ['f'] } }],
    ];
    for (const [sent, ...said] of exchanges) {
      replies.sent(sent);
      for (const message of said) expect(replies.read(encodeReply(message))).toEqual(message);
      expect(replies.bytesLimit).toBe(0);
    }
  });

  it('is taken once, and only if it is due', () => {
    const replies = running();
    expect(reasonOf(() => replies.read(encodeReply({ type: 'pong' })))).toContain('nobody asked anything');
    replies.sent({ type: 'ping' });
    expect(reasonOf(() => replies.read(encodeReply({ type: 'checkpointed', state: undefined })))).toContain(
      'nobody asked for',
    );
  });

  it('has as many log lines as the rate allows, and no more', () => {
    const replies = running();
    replies.sent(handle(1));
    for (let count = 0; count < logBurst; count += 1) replies.read(encodeReply(line));
    expect(reasonOf(() => replies.read(encodeReply(line)))).toContain('more log lines');
  });

  it('has a checkpoint only if that is not too large to send', () => {
    const replies = running();
    const metadata = { id: 'i', version: 1n, phase: 'running', owner: 'm', finalizers: [] } as const;
    const value = { bytes: new Uint8Array(checkpointBytesLimit) };
    const mirror = { ...snapshot, changes: [{ kind: 'k', id: 'i', entry: { metadata, value } }] };
    replies.sent({ type: 'checkpoint' });
    const state = { core: [], mirror, nextRequest: 5n, requests: [] };
    expect(replies.read(encodeReply({ type: 'checkpointed', state }))).toEqual({
      type: 'checkpointed',
      state: undefined,
    });
  });

  it('is read even if it is as large as a module can make it', () => {
    const flag = `${'long-name-'.repeat(6)}last`;
    const ways: readonly ((count: number) => Value)[] = [
      (count) => Array.from({ length: count }, () => ({ [flag]: true })),
      (count) => Array.from({ length: count }, () => new Uint8Array(0)),
      (count) => Array.from({ length: count }, (_, index) => BigInt(index)),
      (count) => Array.from({ length: count }, () => '€'),
      (count) => Array.from({ length: count }, () => []),
      (count) => '€'.repeat(count),
      (count) => new Uint8Array(count),
    ];
    for (const way of ways) {
      const each = keptBytes(way(1_000)) / 1_000;
      const value = way(Math.floor((effectsBytesLimit - 1_024) / each));
      const replies = running();
      replies.sent(handle());
      const effects: Effects = {
        ...nothing,
        store: [{ effect: 'put', kind: 'k', id: 'i', value }],
      };
      const bytes = encodeReply({ type: 'handled', output: output({ effects }) });
      expect(bytes.length).toBeLessThan(replies.bytesLimit);
      expect(reasonOf(() => replies.read(bytes))).toBe('nothing');
    }
  });

  it('is either what it should be or refused, whatever the bytes are', () => {
    const anything = fc.anything({ withBigInt: true, withTypedArray: true });
    const message = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      anything.map(encodeIfPossible),
      fc
        .record({
          type: fc.constantFrom('handled', 'log', 'failed', 'saved'),
          output: anything,
          line: anything,
        })
        .map(encodeIfPossible),
      fc.tuple(fc.nat(), fc.nat(255)).map(([at, byte]) => {
        const bytes = encodeReply({ type: 'handled', output: output() });
        bytes[at % bytes.length] = byte;
        return bytes;
      }),
    );
    fc.assert(
      fc.property(message, (bytes) => {
        const replies = running();
        replies.sent(handle());
        reasonOf(() => replies.read(new Uint8Array(bytes)));
      }),
      { numRuns: 2_000 },
    );
  });
});

function encodeIfPossible(value: unknown): Uint8Array {
  try {
    return encodeRecordValue(value);
  } catch {
    return new Uint8Array();
  }
}
