/** What all grants have in common. */
import { type DocumentNode, type DocumentRecord, readInteger } from '../document/document.ts';

/** UTF-16 code units of a reason: one sentence. */
export const maximumReasonLength = 256;

const maximumDeadlineMilliseconds = 600_000;

/** The optional field that says what a call may take, in milliseconds from 1 to 600,000; 10,000 if the grant states none. */
export function readDeadline(record: DocumentRecord<string, 'deadlineMilliseconds'>): {
  readonly deadlineMilliseconds?: number;
} {
  const node: DocumentNode | undefined = record.find('deadlineMilliseconds');
  if (node === undefined) return {};
  return { deadlineMilliseconds: readInteger(node, 1, maximumDeadlineMilliseconds) };
}
