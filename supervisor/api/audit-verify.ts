/** Whether lines of the audit log are all there, unchanged, and in their order. Pure. */
import { EftError } from '../errors/eft-error.ts';
import { type AuditLogName, auditLogs, type ChainLink, readChainLine } from './audit-chain.ts';

/** What is right about one log: how many lines there are, the number of the first and of the last, and the last hash. */
export type VerifiedLog = {
  readonly log: AuditLogName;
  readonly lines: number;
  readonly first: number;
  readonly last: number;
  readonly hash: string;
};

export type AuditFinding =
  | { readonly type: 'whole'; readonly logs: readonly VerifiedLog[] }
  /** The first line that is wrong, from 1, and what is wrong, half a sentence. */
  | { readonly type: 'broken'; readonly line: number; readonly reason: string };

/**
 * Looks at the lines of a file, of one log or of both. What was left out before the first line of a log cannot be told from what was rotated away: `first`
 * says how many lines there have been before.
 */
export function verifyAudit(lines: readonly string[]): AuditFinding {
  const ends = new Map<AuditLogName, { first: ChainLink; last: ChainLink; lines: number }>();
  for (const [index, line] of lines.entries()) {
    const broken = (reason: string): AuditFinding => ({ type: 'broken', line: index + 1, reason });
    const link = readChainLine(line);
    if (typeof link === 'string') return broken(link);
    const end = ends.get(link.log);
    if (end === undefined) {
      ends.set(link.log, { first: link, last: link, lines: 1 });
      continue;
    }
    const reason = gap(end.last, link, lines.slice(index + 1));
    if (reason !== undefined) return broken(reason);
    end.last = link;
    end.lines += 1;
  }
  return {
    type: 'whole',
    logs: auditLogs.flatMap((log) => {
      const end = ends.get(log);
      if (end === undefined) return [];
      const { first, last, lines: count } = end;
      return [{ log, lines: count, first: first.seq, last: last.seq, hash: last.hash }];
    }),
  };
}

/** What is wrong between a line and the one after it in its log; undefined if nothing is. */
function gap(before: ChainLink, link: ChainLink, later: readonly string[]): string | undefined {
  const due = before.seq + 1;
  if (link.seq < due)
    return `it is out of order: it is line ${link.seq} of the log, and comes after line ${before.seq}`;
  if (link.seq > due) {
    const isLater = later.some((line) => {
      const other = readChainLine(line);
      return typeof other !== 'string' && other.log === link.log && other.seq === due;
    });
    if (isLater) return `it is out of order: line ${due} of the log comes after line ${link.seq}`;
    const missing = link.seq - due === 1 ? `line ${due}` : `lines ${due} to ${link.seq - 1}`;
    return `${missing} of the log ${link.seq - due === 1 ? 'is' : 'are'} missing before it`;
  }
  if (link.previous === before.hash) return undefined;
  return 'it was not written after the line before it: one of the two was replaced';
}

/** What is right about a file of the audit log. Errors: `api.audit-line` with the first line that is wrong, `api.audit-empty`. */
export function checkAudit(text: string, file: string): readonly VerifiedLog[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.every((line) => line === '')) throw EftError.of('api.audit-empty', {}, { place: { file } });
  const finding = verifyAudit(lines);
  if (finding.type === 'whole') return finding.logs;
  throw EftError.of('api.audit-line', { reason: finding.reason }, { place: { file, line: finding.line } });
}
