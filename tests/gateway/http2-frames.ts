/** Frames of HTTP/2 (RFC 9113, section 4), for clients that do what no library does. */

export const frameTypes = {
  data: 0,
  headers: 1,
  resetStream: 3,
  settings: 4,
  ping: 6,
  continuation: 9,
} as const;

export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Uint8Array = new Uint8Array(),
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Headers in HPACK, each a literal that is kept in no table (RFC 7541, 6.2.2). Names and values of less than 127 bytes. */
export function headerBlock(headers: readonly (readonly [name: string, value: string])[]): Buffer {
  const text = (part: string) => [Buffer.from([part.length]), Buffer.from(part, 'latin1')];
  return Buffer.concat(headers.flatMap(([name, value]) => [Buffer.from([0]), ...text(name), ...text(value)]));
}

/** The head of a call with JSON. */
export function requestHead(path: string): Buffer {
  return headerBlock([
    [':method', 'POST'],
    [':scheme', 'https'],
    [':authority', 'localhost'],
    [':path', path],
    ['content-type', 'application/json'],
  ]);
}
