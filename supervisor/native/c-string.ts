/** Strings as the kernel takes and gives them: UTF-8 that ends with a zero byte. */

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8');

/** Longest path in bytes, the zero included (`linux/limits.h`, PATH_MAX). */
export const PATH_BYTES_MAX = 4096;

/** `text` and a zero byte. Throws a RangeError if it holds a zero, a lone surrogate, or more than `limit` bytes with it. */
export function cString(text: string, limit = PATH_BYTES_MAX): Uint8Array<ArrayBuffer> {
  if (text.includes('\0')) throw new RangeError('a string for the kernel cannot hold a zero byte');
  if (!text.isWellFormed()) throw new RangeError('a string for the kernel cannot hold half a surrogate pair');
  const bytes = encoder.encode(`${text}\0`);
  if (bytes.length > limit) throw new RangeError(`the string has more than ${limit - 1} bytes`);
  return bytes;
}

/** The text up to the first zero byte, or up to the end. Bytes that are not UTF-8 become U+FFFD. */
export function fromCString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
}
