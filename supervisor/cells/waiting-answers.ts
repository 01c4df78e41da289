/**
 * How many bytes of answers may wait for the cells of a node. While a module is busy with one event, the answers to its requests gather in
 * PID 1, and one answer may be a file of megabytes; their number alone (life.ts) would allow gigabytes.
 *
 * What waits for one cell is bounded so:
 * - answers: here, and by number in life.ts;
 * - what its requests were made with: `carriedBytesLimit` (request-table.ts);
 * - what came by its handles: `inboxesBytesLimit` (handle-table.ts);
 * - changes, conflicts, timers and handles: by name, once each (event-queue.ts);
 * - one event that it is handling, which is none of these any more.
 *
 * The policy: an answer that finds no room is replaced by `too-many`, and counted (`answersDropped`). The module goes on, and may ask again for
 * less at a time. Small answers always find room, and those that say what was done are small: what is replaced was asked for to be looked at,
 * and asking again does no harm. Rejected: to end the cell, because its only fault may be to be slow on a loaded machine; to set the
 * largest possible answer aside for each request, because then an honest module could not read even a few small files at once; and to hold
 * requests back, because those under way bring their answers all the same, and those held back run into their deadlines.
 *
 * Each cell has room of its own, enough for the largest answer there is, that no other cell can take. Beyond that it takes from a pool
 * of all cells.
 */
import { keptBytes } from './kept-bytes.ts';

const mebibyte = 1024 * 1024;

/** Estimated bytes up to which an answer is small: it is not counted here, and bounded by its number. */
export const smallAnswerBytes = 4 * 1024;
/** Estimated bytes of answers that wait for one cell. */
export const answersBytesLimit = 24 * mebibyte;
/** How much of that is the cell's own. The largest answers, of files and of netlink, have 8 MiB and a little. */
export const ownAnswersBytes = 9 * mebibyte;
/** What all cells of a node may take together beyond what is their own. */
export const sharedAnswersBytes = 64 * mebibyte;

/** The room that all cells of a node share. */
export class AnswerPool {
  #bytes = 0;

  /** Bytes that are taken. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether there is room for `bytes` more, which are then taken. */
  take(bytes: number): boolean {
    if (this.#bytes + bytes > sharedAnswersBytes) return false;
    this.#bytes += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#bytes -= bytes;
  }
}

/** The bytes of answers that wait for one life of a module. */
export class WaitingAnswers {
  readonly #pool: AnswerPool;
  #bytes = 0;

  constructor(pool: AnswerPool) {
    this.#pool = pool;
  }

  /** Estimated bytes of all that waits, but small answers. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Makes room for the result of a request. Gives what it is charged, to be given back; undefined if there is no room. */
  take(result: unknown): number | undefined {
    const bytes = keptBytes(result);
    if (bytes <= smallAnswerBytes) return 0;
    const total = this.#bytes + bytes;
    if (total > answersBytesLimit) return undefined;
    const shared = sharedPart(total) - sharedPart(this.#bytes);
    if (shared > 0 && !this.#pool.take(shared)) return undefined;
    this.#bytes = total;
    return bytes;
  }

  /** Gives back what `take` charged. */
  give(bytes: number): void {
    const left = this.#bytes - bytes;
    const shared = sharedPart(this.#bytes) - sharedPart(left);
    this.#bytes = left;
    if (shared > 0) this.#pool.give(shared);
  }

  /** Nothing waits any more. */
  clear(): void {
    this.give(this.#bytes);
  }
}

/** How much of `bytes` is beyond the cell's own room. */
function sharedPart(bytes: number): number {
  return Math.max(0, bytes - ownAnswersBytes);
}
