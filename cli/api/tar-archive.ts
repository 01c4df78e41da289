/**
 * A tar archive of small files, in the format of POSIX (ustar, IEEE Std 1003.1, pax, "ustar Interchange Format"). Each file has a header of 512 bytes, and is
 * filled up to whole blocks; two empty blocks end it. Owner and time are the same for all: who packs says nothing of this machine.
 */

const blockBytes = 512;
/** Bytes of the two parts of a path: before and behind a slash. */
const nameBytes = 100;
const prefixBytes = 155;

export type ArchivedFile = { readonly path: string; readonly content: Uint8Array };

/** The archive. `timeSeconds` is when all of them were last changed, since 1970. Throws `RangeError` for a path that does not fit. */
export function tarArchive(files: readonly ArchivedFile[], timeSeconds: number): Uint8Array<ArrayBuffer> {
  const parts = files.flatMap(({ path, content }) => [
    header(path, content.length, timeSeconds),
    content,
    new Uint8Array((blockBytes - (content.length % blockBytes)) % blockBytes),
  ]);
  return new Uint8Array(Buffer.concat([...parts, new Uint8Array(2 * blockBytes)]));
}

function header(path: string, size: number, timeSeconds: number): Uint8Array {
  const [prefix, name] = splitPath(path);
  const block = Buffer.alloc(blockBytes);
  const octal = (value: number, offset: number, length: number): void => {
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset, 'latin1');
  };
  block.write(name, 0, 'utf8');
  octal(0o600, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(timeSeconds, 136, 12);
  // The checksum is that of the header with spaces in its place.
  block.write('        0', 148, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  block.write(prefix, 345, 'utf8');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** What stands before and behind one of the slashes, so that both fit. */
function splitPath(path: string): readonly [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= nameBytes) return ['', path];
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (Buffer.byteLength(prefix) <= prefixBytes && Buffer.byteLength(name) <= nameBytes)
      return [prefix, name];
  }
  throw new RangeError(`the path ${path} does not fit into a tar header`);
}
