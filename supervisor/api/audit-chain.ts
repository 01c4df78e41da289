/**
 * The lines of the audit log: what one looks like, and how it holds on to the one before. Pure.
 *
 * There are two logs, of calls that changed something and of those that were refused, so that whoever has calls refused can push out nothing but other
 * refusals. Each has a chain of its own, and the lines of both can stand in one file. A line is an object of JSON (RFC 8259):
 *
 *   log        `calls` or `refusals`
 *   seq        the number of the line in its log, from 1; it goes on over restarts where the log is kept
 *   time       in UTC (RFC 3339)
 *   previous   the hash of the line before in this log; 64 zeros in the first
 *   event      `boot`, `call`, `result` or `refused`
 *   …          what there is to be told
 *   hash       SHA-256, in hexadecimal, of the line as it is without this last field
 *
 * A chain shows that a line is missing or was changed to whoever knows a hash that comes after it: who can write the whole file can write another whole
 * chain. So `eft audit verify` tells the last hash, to be kept somewhere else.
 */
import { createHash } from 'node:crypto';
import { visibleJson } from '../document/visible-text.ts';

export const auditLogs = ['calls', 'refusals'] as const;
export type AuditLogName = (typeof auditLogs)[number];

/** What a line tells. Text only, so that it says the same in every language; nothing of it is secret. */
export type AuditEntry = {
  readonly event: 'boot' | 'call' | 'result' | 'refused';
  readonly [field: string]: string | number | readonly string[] | Readonly<Record<string, string>>;
};

/** Where a chain stands: the next number, and the hash of the last line. */
export type ChainEnd = { readonly seq: number; readonly previous: string };

/** What comes before the first line. */
export const chainStart: ChainEnd = { seq: 1, previous: '0'.repeat(64) };

const hashField = ',"hash":"';
const hashForm = /^(.*),"hash":"([0-9a-f]{64})"\}$/s;

/** The next line, without a line feed, and where the chain stands after it. `nowMs` is in milliseconds since 1970. */
export function chainLine(
  log: AuditLogName,
  end: ChainEnd,
  nowMs: number,
  entry: AuditEntry,
): { readonly line: string; readonly end: ChainEnd } {
  const { seq, previous } = end;
  const fields = { log, seq, time: new Date(nowMs).toISOString(), previous, ...entry };
  // With nothing in it that a terminal would obey: so it can be shown as it is.
  const body = visibleJson(JSON.stringify(fields));
  const hash = hashOf(body);
  return { line: `${body.slice(0, -1)}${hashField}${hash}"}`, end: { seq: seq + 1, previous: hash } };
}

/** A line that is whole: it is of the form above, and its hash is its own. */
export type ChainLink = {
  readonly log: AuditLogName;
  readonly seq: number;
  readonly previous: string;
  readonly hash: string;
};

/** Takes a line apart; gives why it is none, half a sentence, if it is not whole. */
export function readChainLine(line: string): ChainLink | string {
  const [, head, hash] = hashForm.exec(line) ?? [];
  if (head === undefined || hash === undefined) return 'it is not a line of an audit log';
  const body = `${head}}`;
  if (hashOf(body) !== hash) return 'it was changed: its hash is not that of what it says';
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return 'it is not a line of an audit log';
  }
  const field = (name: string): unknown =>
    typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  const log = auditLogs.find((name) => name === field('log'));
  const seq = field('seq');
  const previous = field('previous');
  const isLine = log !== undefined && typeof seq === 'number' && Number.isSafeInteger(seq) && seq > 0;
  if (!isLine || typeof previous !== 'string') return 'it is not a line of an audit log';
  return { log, seq, previous, hash };
}

function hashOf(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}
