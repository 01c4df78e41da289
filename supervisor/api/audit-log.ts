/**
 * The audit log: who had something changed, and who was refused (audit-chain.ts says what a line is). A call that changes something has a line before it
 * begins and one when it is over, so that one in the middle of which the power goes is there too.
 *
 * The danger is whoever has nothing to lose by being refused a thousand times a second. So refusals have a log of their own, and can push out only each
 * other; of one caller, and of all, only so many are written; how many were not is in the next line that is. And what a caller can have told of is cut.
 *
 * Lines are in memory, for those who ask by the API, and beyond that wherever the node can keep them (audit-folder.ts). What cannot be kept is told, and
 * does not keep a call from being made: a node with a full disk must still take the call that helps it.
 */

import {
  type AuditEntry,
  type AuditLogName,
  auditLogs,
  type ChainEnd,
  chainLine,
  chainStart,
} from './audit-chain.ts';
import type { AuditTrail } from './audit-trail.ts';
import { FairRing } from './fair-ring.ts';
import type { CallError } from './gateway-messages.ts';
import type { Identity } from './identity.ts';
import type { Subject } from './method.ts';
import { type Rate, TokenBuckets } from './rate-limits.ts';

/** Bytes of lines that are in memory. When there is no room the oldest goes of the log that has more. */
export const auditBytesLimit = 4 * 1024 * 1024;
/** Refusals that are written, of one caller and of all. */
export const callerRefusalRate: Rate = { perSecond: 0.1, burst: 20 };
export const refusalRate: Rate = { perSecond: 2, burst: 100 };
/** Characters of a text that is told, and fields. A call has one subject for each kind that it is about. */
const textLimit = 256;
const toldLimit = 40;
/** Lines of one answer to somebody who reads the log, and their bytes. */
const linesAtOnce = 64;
const bytesAtOnce = 256 * 1024;
/** Milliseconds that a call waits for its line to be kept. */
const keepLimitMs = 2_000;

/** Where lines are kept beyond the memory. */
export type AuditStore = {
  /** Keeps lines, after those that are there; what fails is told by whoever made this. Does not reject. */
  readonly append: (log: AuditLogName, line: string) => void;
  /** Resolves when all that was given is kept, or cannot be. */
  readonly flush: () => Promise<void>;
};

/** What is there of a log from before: its lines, and where its chain stands. */
export type KeptLog = { readonly lines: readonly string[]; readonly end: ChainEnd };

export type AuditedCall = {
  readonly identity: Identity;
  readonly method: string;
  readonly subjects: readonly Subject[];
};

export class AuditLog implements AuditTrail {
  readonly #nowMs: () => number;
  readonly #store: AuditStore | undefined;
  readonly #ends: Record<AuditLogName, ChainEnd> = { calls: chainStart, refusals: chainStart };
  readonly #lines = new FairRing<string>(auditBytesLimit);
  readonly #callers = new TokenBuckets(callerRefusalRate);
  readonly #refusals = new TokenBuckets(refusalRate, 1);
  #unwritten = 0;
  #lastCall = 0;

  /** `nowMs` is in milliseconds since 1970. `kept` are the logs as they were kept before. */
  constructor(
    nowMs: () => number,
    store?: AuditStore,
    kept: Readonly<Partial<Record<AuditLogName, KeptLog>>> = {},
  ) {
    this.#nowMs = nowMs;
    this.#store = store;
    const earlier = auditLogs.flatMap((log) => {
      this.#ends[log] = kept[log]?.end ?? chainStart;
      return (kept[log]?.lines ?? []).map((text) => ({ log, text, time: timeOf(text) }));
    });
    earlier.sort((one, other) => (one.time < other.time ? -1 : one.time > other.time ? 1 : 0));
    for (const { log, text } of earlier) this.#lines.add(log, text, text.length);
  }

  /** The first lines of a boot, one in each log. `notes` says what was wrong with what was kept before. */
  begin(boot: string, node: string, notes: readonly string[]): void {
    for (const log of auditLogs) this.#write(log, { event: 'boot', boot, node, notes });
  }

  /** A call that changes something is about to begin: gives its number, once the line is kept, or cannot be in time. */
  async began(call: AuditedCall): Promise<number> {
    this.#lastCall += 1;
    const number = this.#lastCall;
    this.#write('calls', { event: 'call', call: number, ...told(call) });
    await this.flush();
    return number;
  }

  /** How it went. */
  ended(number: number, call: AuditedCall, error: CallError | undefined): void {
    const result = error === undefined ? 'ok' : error.status;
    this.#write('calls', {
      event: 'result',
      call: number,
      method: call.method,
      result,
      ...(error !== undefined && { code: cut(error.code), message: cut(error.message) }),
    });
  }

  /** A call that was not made. */
  refused(call: AuditedCall, { status, code, message }: CallError): void {
    const now = this.#nowMs();
    const { identity } = call;
    const caller = identity.type === 'client' ? identity.fingerprint : identity.peer;
    // In this order: who is refused too often takes nothing from the others.
    if (!this.#callers.take(caller, now) || !this.#refusals.take('all', now)) {
      this.#unwritten += 1;
      return;
    }
    const unwritten = this.#unwritten;
    this.#unwritten = 0;
    this.#write('refusals', {
      event: 'refused',
      ...told(call),
      result: status,
      code: cut(code),
      message: cut(message),
      ...(unwritten > 0 && { unwritten }),
    });
  }

  /** Resolves when all lines are kept, or after two seconds. */
  async flush(): Promise<void> {
    if (this.#store === undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, keepLimitMs);
    await Promise.race([this.#store.flush(), promise]);
    clearTimeout(timer);
  }

  async *lines({
    tail,
    follow,
    signal,
  }: Parameters<AuditTrail['lines']>[0]): AsyncGenerator<readonly string[], void> {
    const reader = this.#lines.reader(tail === 0 ? {} : { tail });
    while (!signal.aborted) {
      const { items } = reader.take(linesAtOnce, bytesAtOnce);
      if (items.length > 0) yield items;
      else if (follow) await reader.sleep(signal);
      else return;
    }
  }

  #write(log: AuditLogName, entry: AuditEntry): void {
    const { line, end } = chainLine(log, this.#ends[log], this.#nowMs(), entry);
    this.#ends[log] = end;
    this.#store?.append(log, line);
    this.#lines.add(log, line, line.length);
  }
}

function told({ identity, method, subjects }: AuditedCall): Record<string, AuditEntry[string]> {
  const who: Record<string, AuditEntry[string]> =
    identity.type === 'client'
      ? { name: identity.name, roles: identity.roles, fingerprint: identity.fingerprint }
      : { nobody: identity.reason };
  const kinds = [...new Set(subjects.flatMap(({ kind }) => kind ?? []))];
  const fields = subjects.flatMap(({ told: own = {} }) => Object.entries(own)).slice(0, toldLimit);
  return {
    ...who,
    peer: cut(identity.peer),
    method: cut(method),
    ...(kinds.length > 0 && { kinds: kinds.slice(0, toldLimit).map(cut) }),
    ...(fields.length > 0 && {
      told: Object.fromEntries(fields.map(([key, text]) => [cut(key), cut(text)])),
    }),
  };
}

function cut(text: string): string {
  return text.length > textLimit ? `${text.slice(0, textLimit)}…`.toWellFormed() : text;
}

/** When a line was written, in text that sorts. */
function timeOf(line: string): string {
  return /"time":"([^"]*)"/.exec(line)?.[1] ?? '';
}
