import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputKind, ScriptedCell } from '../../tests/cells/scripted-cell.ts';
import type { OpenRequest } from './module-events.ts';
import {
  AnswerPool,
  answersBytesLimit,
  ownAnswersBytes,
  sharedAnswersBytes,
  smallAnswerBytes,
  WaitingAnswers,
} from './waiting-answers.ts';

const bytes = (count: number) => ({ tag: 'ok', val: new Uint8Array(count) });
const largest = bytes(8 * 1024 * 1024);

/** Takes room for the same answer until there is none; gives how often there was. */
function fill(waiting: WaitingAnswers, answer: unknown): number {
  let count = 0;
  while (count < 100_000 && waiting.take(answer) !== undefined) count += 1;
  return count;
}

describe('the room for answers', () => {
  it('ends for one cell at its limit, and comes back with what is taken', () => {
    const waiting = new WaitingAnswers(new AnswerPool());
    expect(fill(waiting, largest)).toBe(2);
    const charged = waiting.bytes / 2;
    waiting.give(charged);
    expect(waiting.take(largest)).toBe(charged);
    waiting.clear();
    expect(waiting.bytes).toBe(0);
  });

  it('never ends for small answers', () => {
    const waiting = new WaitingAnswers(new AnswerPool());
    fill(waiting, largest);
    expect(waiting.take({ tag: 'ok' })).toBe(0);
    expect(waiting.take(bytes(smallAnswerBytes / 2))).toBe(0);
    expect(waiting.take(bytes(answersBytesLimit))).toBeUndefined();
  });

  it('is there for the largest answer of a cell, whatever others have taken', () => {
    const pool = new AnswerPool();
    for (let count = 0; count < 20; count += 1) fill(new WaitingAnswers(pool), largest);
    fill(new WaitingAnswers(pool), bytes(2 * smallAnswerBytes));
    expect(new WaitingAnswers(pool).take(largest)).toBeDefined();
    expect(pool.bytes).toBeLessThanOrEqual(sharedAnswersBytes);
  });

  it('is never more than the limits, and all of it comes back', () => {
    const step = fc.record({ cell: fc.nat(7), kibibytes: fc.nat(10 * 1024), give: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const pool = new AnswerPool();
        const cells = Array.from({ length: 8 }, () => ({
          waiting: new WaitingAnswers(pool),
          charged: [] as number[],
        }));
        for (const { cell, kibibytes, give } of steps) {
          const { waiting, charged } = cells[cell] ?? { waiting: new WaitingAnswers(pool), charged: [] };
          if (give) {
            waiting.give(charged.shift() ?? 0);
          } else {
            const taken = waiting.take(bytes(kibibytes * 1024));
            if (taken !== undefined) charged.push(taken);
          }
          expect(waiting.bytes).toBeLessThanOrEqual(answersBytesLimit);
          expect(pool.bytes).toBeLessThanOrEqual(sharedAnswersBytes);
          const all = cells.reduce((sum, one) => sum + one.waiting.bytes, 0);
          expect(all).toBeLessThanOrEqual(cells.length * ownAnswersBytes + sharedAnswersBytes);
        }
        for (const { waiting } of cells) waiting.clear();
        expect(pool.bytes).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a module that is busy while large answers come', () => {
  const request = (id: number): OpenRequest => ({
    request: BigInt(id),
    interface: 'eft:host/files',
    call: 'read',
    parameters: ['state/x'],
  });

  const isOfLargest = (result: unknown): boolean =>
    typeof result === 'object' && result !== null && 'val' in result && result.val === largest.val;

  /** A module that has asked for `count` files of 8 MiB, four at a time, and has not been told of any. */
  async function ask(count: number, answers = new AnswerPool()): Promise<ScriptedCell> {
    const script = new ScriptedCell({
      answers,
      carriers: new Map([['eft:host/files', () => Promise.resolve(largest.val)]]),
    });
    script.start();
    for (let id = 0; id < count; id += 4) {
      script.write(inputKind, 'a', String(id));
      script.handled({ requests: [0, 1, 2, 3].map((more) => request(id + more)) });
      await script.pass(0);
    }
    return script;
  }

  it('is told of what has room, and of the rest that it was too many', async () => {
    const script = await ask(4);
    const told: string[] = [];
    for (let at = 0; at < 12 && script.cell.phase === 'handling'; at += 1) {
      const { last } = script;
      if (last?.type === 'checkpoint') {
        script.send({ type: 'checkpointed', state: undefined });
        continue;
      }
      // In JSON, bytes would be a text of a hundred megabytes.
      for (const { result } of last?.type === 'handle' ? last.input.answers : [])
        told.push(isOfLargest(result) ? 'the file' : JSON.stringify(result));
      script.handled();
      await script.pass(0);
    }
    // The one that is being handled while the others come has left the queue already.
    const tooMany = JSON.stringify({ tag: 'err', val: { tag: 'too-many' } });
    expect(told).toEqual(['the file', 'the file', 'the file', tooMany]);
    expect(script.cell.counters.answersDropped).toBe(1);
    expect(script.failures).toEqual([]);
  });

  it('makes way for others when it ends', async () => {
    const pool = new AnswerPool();
    const script = await ask(8, pool);
    expect(pool.bytes).toBeGreaterThan(0);
    await script.cell.stop();
    expect(pool.bytes).toBe(0);
  });
});
