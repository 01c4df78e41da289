import { decodeDeterministicCbor } from '../../supervisor/trust/deterministic-cbor.ts';
import {
  maximumCborBytes,
  maximumCborDepth,
  maximumCborItems,
} from '../../supervisor/trust/deterministic-cbor-scan.ts';
import type { Fixture } from './fixture.ts';

const origin = { file: 'lamp.wasm', offset: 1000 };

/** Decodes the bytes of `hex`, as if they stood at byte 1000 of a file. */
function decode(hex: string, tag?: number): () => unknown {
  return () => decodeDeterministicCbor(new Uint8Array(Buffer.from(hex, 'hex')), origin, tag);
}

export const fixtures: readonly Fixture[] = [
  {
    code: 'cbor.truncated',
    title: 'nothing at all',
    provoke: decode(''),
    text: 'error[cbor.truncated]: lamp.wasm, byte 1000: the CBOR ends in the middle of a data item\n  copy the file again, whole',
  },
  {
    code: 'cbor.truncated',
    title: 'a text that is announced with five bytes and has three',
    provoke: decode('65616263'),
    text: 'error[cbor.truncated]: lamp.wasm, byte 1004: the CBOR ends in the middle of a text\n  copy the file again, whole',
  },
  {
    code: 'cbor.truncated',
    title: 'an array of two with one item',
    provoke: decode('8201'),
    text: 'error[cbor.truncated]: lamp.wasm, byte 1002: the CBOR ends in the middle of a data item\n  copy the file again, whole',
  },
  {
    code: 'cbor.truncated',
    title: 'a head that lacks its last byte',
    provoke: decode('1901'),
    text: 'error[cbor.truncated]: lamp.wasm, byte 1002: the CBOR ends in the middle of the head of a data item\n  copy the file again, whole',
  },
  {
    code: 'cbor.truncated',
    title: 'an array of 2^53 items: nothing is allocated for it',
    provoke: decode('9b0020000000000000'),
    text: 'error[cbor.truncated]: lamp.wasm, byte 1009: the CBOR ends in the middle of a data item\n  copy the file again, whole',
  },
  {
    code: 'cbor.trailing-bytes',
    title: 'a second value after the first',
    provoke: decode('0102'),
    text: 'error[cbor.trailing-bytes]: lamp.wasm, byte 1001: the CBOR ends here, and the data goes on (bytes too many: 1)\n  write the data again with an encoder for deterministic CBOR (RFC 8949, section 4.2.1)',
  },
  {
    code: 'cbor.too-large',
    title: 'a byte string beyond the limit',
    provoke: () => decodeDeterministicCbor(new Uint8Array(maximumCborBytes + 1), origin),
    text: 'error[cbor.too-large]: lamp.wasm, byte 1000: the CBOR has 65537 bytes; at most 65536 are read\n  make it smaller; this much data is not meant to be here',
  },
  {
    code: 'cbor.too-deep',
    title: 'arrays within arrays, one level too many',
    provoke: decode(`${'81'.repeat(maximumCborDepth + 1)}01`),
    text: 'error[cbor.too-deep]: lamp.wasm, byte 1016: the CBOR nests deeper than 16 levels\n  write the data again with an encoder for deterministic CBOR (RFC 8949, section 4.2.1)',
  },
  {
    code: 'cbor.too-many-items',
    title: 'an array of more items than are read',
    provoke: decode(`99${maximumCborItems.toString(16)}${'01'.repeat(maximumCborItems)}`),
    text: 'error[cbor.too-many-items]: lamp.wasm, byte 9194: the CBOR has more than 8192 data items\n  write the data again with an encoder for deterministic CBOR (RFC 8949, section 4.2.1)',
  },
  {
    code: 'cbor.length-not-shortest',
    title: 'the integer 23 in two bytes',
    provoke: decode('1817'),
    text: 'error[cbor.length-not-shortest]: lamp.wasm, byte 1000: the CBOR is not deterministic: the integer or length 23 is not written in its shortest form\n  write the data again with an encoder for deterministic CBOR (RFC 8949, section 4.2.1)',
  },
  {
    code: 'cbor.length-not-shortest',
    title: 'the length of a text in four bytes',
    provoke: decode('7a00000000'),
    text: 'error[cbor.length-not-shortest]: lamp.wasm, byte 1000: the CBOR is not deterministic: the integer or length 0 is not written in its shortest form\n  write the data again with an encoder for deterministic CBOR (RFC 8949, section 4.2.1)',
  },
  {
    code: 'cbor.indefinite-length',
    title: 'an array that ends with a break',
    provoke: decode('9f01ff'),
    text: 'error[cbor.indefinite-length]: lamp.wasm, byte 1000: the CBOR is not deterministic: an array of indefinite length\n  write the data again with an encoder for deterministic CBOR (RFC 8949, section 4.2.1)',
  },
  {
    code: 'cbor.indefinite-length',
    title: 'a break outside of anything',
    provoke: decode('ff'),
    text: 'error[cbor.indefinite-length]: lamp.wasm, byte 1000: the CBOR is not deterministic: a break of indefinite length\n  write the data again with an encoder for deterministic CBOR (RFC 8949, section 4.2.1)',
  },
  {
    code: 'cbor.reserved',
    title: 'additional information 28',
    provoke: decode('1c'),
    text: 'error[cbor.reserved]: lamp.wasm, byte 1000: the byte 0x1c begins nothing in CBOR: its additional information 28 is reserved\n  write the data again with an encoder for deterministic CBOR (RFC 8949, section 4.2.1)',
  },
  {
    code: 'cbor.integer-range',
    title: 'the largest unsigned integer of 64 bits',
    provoke: decode('1bffffffffffffffff'),
    text: 'error[cbor.integer-range]: lamp.wasm, byte 1000: the integer 18446744073709551615 is beyond ±9007199254740991, the range that is read exactly\n  write the data again with an encoder for deterministic CBOR (RFC 8949, section 4.2.1)',
  },
  {
    code: 'cbor.integer-range',
    title: 'the integer -2^53, one below the range',
    provoke: decode('3b001fffffffffffff'),
    text: 'error[cbor.integer-range]: lamp.wasm, byte 1000: the integer -9007199254740992 is beyond ±9007199254740991, the range that is read exactly\n  write the data again with an encoder for deterministic CBOR (RFC 8949, section 4.2.1)',
  },
  {
    code: 'cbor.float',
    title: 'a half-precision 1.0',
    provoke: decode('f93c00'),
    text: 'error[cbor.float]: lamp.wasm, byte 1000: the CBOR holds a floating-point number, and none is expected anywhere\n  write the data again with an encoder for deterministic CBOR (RFC 8949, section 4.2.1)',
  },
  {
    code: 'cbor.simple-value',
    title: 'undefined',
    provoke: decode('f7'),
    text: 'error[cbor.simple-value]: lamp.wasm, byte 1000: the CBOR holds the simple value 23; only false (20), true (21) and null (22) are read\n  write the data again with an encoder for deterministic CBOR (RFC 8949, section 4.2.1)',
  },
  {
    code: 'cbor.simple-value',
    title: 'false in two bytes',
    provoke: decode('f814'),
    text: 'error[cbor.simple-value]: lamp.wasm, byte 1000: the CBOR holds the simple value 20; only false (20), true (21) and null (22) are read\n  write the data again with an encoder for deterministic CBOR (RFC 8949, section 4.2.1)',
  },
  {
    code: 'cbor.tag',
    title: 'a tagged date where no tag belongs',
    provoke: decode('81c074323032302d30312d30315430303a30303a30305a'),
    text: 'error[cbor.tag]: lamp.wasm, byte 1001: the CBOR holds tag 0, and no tag is expected here\n  write the data again with an encoder for deterministic CBOR (RFC 8949, section 4.2.1)',
  },
  {
    code: 'cbor.tag',
    title: 'COSE_Sign1 where COSE_Sign belongs',
    provoke: decode('d28440a0f640', 98),
    text: 'error[cbor.tag]: lamp.wasm, byte 1000: the CBOR holds tag 18, and tag 98 is expected here\n  write the data again with an encoder for deterministic CBOR (RFC 8949, section 4.2.1)',
  },
  {
    code: 'cbor.tag-missing',
    title: 'a structure without the tag that says what it is',
    provoke: decode('8440a0f680', 98),
    text: 'error[cbor.tag-missing]: lamp.wasm, byte 1000: the CBOR does not begin with tag 98\n  give data of the right type; this is something else',
  },
  {
    code: 'cbor.map-key',
    title: 'a byte string as a key',
    provoke: decode('a1416101'),
    text: 'error[cbor.map-key]: lamp.wasm, byte 1001: a byte string is used as a key of a map; only integers and text are\n  write the data again with an encoder for deterministic CBOR (RFC 8949, section 4.2.1)',
  },
  {
    code: 'cbor.key-order',
    title: 'the key b before the key a',
    provoke: decode('a2616201616102'),
    text: 'error[cbor.key-order]: lamp.wasm, byte 1004: the CBOR is not deterministic: the keys of a map are not in the bytewise order of their encodings\n  write the data again with an encoder for deterministic CBOR (RFC 8949, section 4.2.1)',
  },
  {
    code: 'cbor.key-order',
    title: 'a long key before a short one that is greater by letters',
    provoke: decode('a262616101617a02'),
    text: 'error[cbor.key-order]: lamp.wasm, byte 1005: the CBOR is not deterministic: the keys of a map are not in the bytewise order of their encodings\n  write the data again with an encoder for deterministic CBOR (RFC 8949, section 4.2.1)',
  },
  {
    code: 'cbor.duplicate-key',
    title: 'the key a twice',
    provoke: decode('a2616101616102'),
    text: 'error[cbor.duplicate-key]: lamp.wasm, byte 1004: a map in the CBOR has the same key twice\n  write the data again with an encoder for deterministic CBOR (RFC 8949, section 4.2.1)',
  },
  {
    code: 'cbor.utf8',
    title: 'a surrogate in UTF-8',
    provoke: decode('63eda080'),
    text: 'error[cbor.utf8]: lamp.wasm, byte 1000: a text in the CBOR is not valid UTF-8\n  write the data again with an encoder for deterministic CBOR (RFC 8949, section 4.2.1)',
  },
  {
    code: 'cbor.byte-order-mark',
    title: 'a text that begins with U+FEFF',
    provoke: decode('64efbbbf61'),
    text: 'error[cbor.byte-order-mark]: lamp.wasm, byte 1000: a text in the CBOR begins with the byte order mark U+FEFF, which some readers drop without a word\n  take the mark out of the text and write the data again',
  },
];
