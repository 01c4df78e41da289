/** Readers of the fields that several requests have. A field that is not there has the default of proto3. */
import type { RecordItem } from '../../cells/record-fields.ts';
import { ID_BYTES, KIND_BYTES } from '../../store/limits.ts';
import type { RingReader } from '../fair-ring.ts';

/** Lines that can be asked for at once. */
const tailLimit = 1_000_000;
/** Lines, and their bytes, in one message. */
const linesPerMessage = 256;
const bytesPerMessage = 256 * 1024;

/** Text of 1 to `bytes` bytes of UTF-8. */
export function readText(item: RecordItem, bytes: number): string {
  const text = item.text();
  if (text === '' || !text.isWellFormed() || Buffer.byteLength(text) > bytes)
    return item.refuse(`text of 1 to ${bytes} bytes`);
  return text;
}

export function readKind(item: RecordItem): string {
  return readText(item, KIND_BYTES);
}

export function readId(item: RecordItem): string {
  return readText(item, ID_BYTES);
}

/** True or false, and false if it is not there. */
export function readFlag(item: RecordItem): boolean {
  return item.optional((flag) => flag.flag()) ?? false;
}

/** SHA-256 in hexadecimal. */
export function readDigest(item: RecordItem): string {
  const text = item.text();
  return /^[0-9a-f]{64}$/.test(text) ? text : item.refuse('SHA-256 in hexadecimal, in small letters');
}

/** Refuses a request that has fields, of a method that takes none. */
export function readNothing(argument: RecordItem): Record<string, never> {
  argument.fields([]);
  return {};
}

/** How much of what was said is asked for. */
export type LineRequest = { readonly tail: number; readonly follow: boolean };

export function readLineRequest(argument: RecordItem): LineRequest {
  const field = argument.fields(['tail', 'follow']);
  return { tail: readTail(field('tail')), follow: readFlag(field('follow')) };
}

/** A number of lines; 0 is all. */
export function readTail(item: RecordItem): number {
  return item.optional((tail) => tail.count(tailLimit)) ?? 0;
}

/** All that a reader of a ring has, some at a time, and with `follow` what comes until `signal` aborts. */
export async function* readRing<Item>(
  reader: RingReader<Item>,
  follow: boolean,
  signal: AbortSignal,
): AsyncGenerator<{ readonly items: readonly Item[]; readonly dropped: bigint }> {
  while (!signal.aborted) {
    const { items, dropped } = reader.take(linesPerMessage, bytesPerMessage);
    if (items.length > 0 || dropped > 0) yield { items, dropped: BigInt(dropped) };
    else if (follow) await reader.sleep(signal);
    else return;
  }
}
