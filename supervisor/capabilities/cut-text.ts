/** Cuts what a module says to a person to a length that a person would read. */

/** UTF-16 code units that are kept of a sentence: a log message, a reason. */
export const sentenceLimit = 4_096;
/** Marks what was cut. */
const cutMark = '…';

/** `text`, or its first `limit` code units and a mark. */
export function cutText(text: string, limit = sentenceLimit): string {
  return text.length <= limit ? text : `${text.slice(0, limit).toWellFormed()}${cutMark}`;
}
