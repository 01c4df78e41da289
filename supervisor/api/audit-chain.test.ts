import fc from 'fast-check';
import { expect, it } from 'vitest';
import { visibleText } from '../document/visible-text.ts';
import { type AuditEntry, type AuditLogName, chainLine, chainStart, readChainLine } from './audit-chain.ts';
import { verifyAudit } from './audit-verify.ts';

/** Lines of both logs, as they were written. */
function write(entries: readonly (readonly [AuditLogName, AuditEntry])[]): string[] {
  const ends = { calls: chainStart, refusals: chainStart };
  return entries.map(([log, entry], index) => {
    const { line, end } = chainLine(log, ends[log], 1_000 * index, entry);
    ends[log] = end;
    return line;
  });
}

const text = fc.string({ unit: 'binary', maxLength: 20 });
const entry: fc.Arbitrary<AuditEntry> = fc.record({
  event: fc.constantFrom('call', 'result', 'refused'),
  name: text,
  roles: fc.array(text, { maxLength: 3 }),
  told: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), text, { maxKeys: 3 }),
});
const log = fc.constantFrom<AuditLogName>('calls', 'refusals');
const written = fc.array(fc.tuple(log, entry), { minLength: 1, maxLength: 12 }).map(write);

it('finds nothing wrong with lines as they were written, wherever they begin', () => {
  fc.assert(
    fc.property(written, fc.nat(), (lines, start) => {
      const from = lines.slice(start % lines.length);
      const finding = verifyAudit(from);
      if (finding.type === 'broken') throw new Error(finding.reason);
      expect(finding.logs.reduce((sum, { lines: count }) => sum + count, 0)).toBe(from.length);
      for (const line of lines) expect(visibleText(line)).toBe(line);
    }),
  );
});

it('says which line is the first that was changed, whatever was changed in it', () => {
  fc.assert(
    fc.property(
      written,
      fc.nat(),
      fc.nat(),
      fc.string({ minLength: 1, maxLength: 1 }),
      (lines, which, where, by) => {
        const index = which % lines.length;
        const line = lines[index] ?? '';
        const at = where % line.length;
        fc.pre(line[at] !== by && by !== '\n');
        const changed = lines.with(index, line.slice(0, at) + by + line.slice(at + 1));
        expect(verifyAudit(changed)).toMatchObject({ type: 'broken', line: index + 1 });
      },
    ),
  );
});

it('says before which line one is missing, unless it was the first or the last of its log', () => {
  fc.assert(
    fc.property(fc.array(entry, { minLength: 3, maxLength: 9 }), fc.nat(), (entries, which) => {
      const lines = write(entries.map((one) => ['calls', one]));
      const index = 1 + (which % (lines.length - 2));
      const finding = verifyAudit(lines.toSpliced(index, 1));
      expect(finding).toMatchObject({ type: 'broken', line: index + 1 });
      expect(finding.type === 'broken' && finding.reason).toContain(
        `line ${index + 1} of the log is missing`,
      );
      expect(verifyAudit(lines.slice(1)).type).toBe('whole');
    }),
  );
});

it('says that lines are out of order, or there twice', () => {
  const lines = write(['a', 'b', 'c', 'd'].map((name) => ['calls', { event: 'call', name }]));
  const [a = '', b = '', c = '', d = ''] = lines;
  const reason = (...given: string[]): string => {
    const finding = verifyAudit(given);
    return finding.type === 'broken' ? `${finding.line}: ${finding.reason}` : 'whole';
  };
  expect(reason(a, c, b, d)).toBe('2: it is out of order: line 2 of the log comes after line 3');
  expect(reason(a, b, b)).toBe('3: it is out of order: it is line 2 of the log, and comes after line 2');
  expect(reason(a, d)).toBe('2: lines 2 to 3 of the log are missing before it');
  expect(reason(a, '')).toContain('2: it is not a line');
  expect(reason('{"a":1}')).toContain('1: it is not a line');
});

it('sees that a line was put in the place of another, though its own hash is right', () => {
  const [first = '', , third = ''] = write([1, 2, 3].map((count) => ['calls', { event: 'call', count }]));
  const link = readChainLine(first);
  if (typeof link === 'string') throw new Error(link);
  const forged = chainLine('calls', { seq: 2, previous: link.hash }, 0, { event: 'call', count: 99 }).line;
  expect(verifyAudit([first, forged]).type).toBe('whole');
  expect(verifyAudit([first, forged, third])).toEqual({
    type: 'broken',
    line: 3,
    reason: 'it was not written after the line before it: one of the two was replaced',
  });
});
