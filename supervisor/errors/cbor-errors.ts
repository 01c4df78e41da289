/** Why bytes are not deterministic CBOR (RFC 8949, section 4.2.1) as this project reads it. */
const rewrite = 'write the data again with an encoder for deterministic CBOR (RFC 8949, section 4.2.1)';
const recopy = 'copy the file again, whole';

export const cborErrors = {
  'cbor.truncated': {
    what: 'the CBOR ends in the middle of {item}',
    act: recopy,
  },
  'cbor.trailing-bytes': {
    what: 'the CBOR ends here, and the data goes on (bytes too many: {count})',
    act: rewrite,
  },
  'cbor.too-large': {
    what: 'the CBOR has {size} bytes; at most {limit} are read',
    act: 'make it smaller; this much data is not meant to be here',
  },
  'cbor.too-deep': {
    what: 'the CBOR nests deeper than {limit} levels',
    act: rewrite,
  },
  'cbor.too-many-items': {
    what: 'the CBOR has more than {limit} data items',
    act: rewrite,
  },
  'cbor.length-not-shortest': {
    what: 'the CBOR is not deterministic: the integer or length {value} is not written in its shortest form',
    act: rewrite,
  },
  'cbor.indefinite-length': {
    what: 'the CBOR is not deterministic: {item} of indefinite length',
    act: rewrite,
  },
  'cbor.reserved': {
    what: 'the byte 0x{byte} begins nothing in CBOR: its additional information {value} is reserved',
    act: rewrite,
  },
  'cbor.integer-range': {
    what: 'the integer {value} is beyond ±9007199254740991, the range that is read exactly',
    act: rewrite,
  },
  'cbor.float': {
    what: 'the CBOR holds a floating-point number, and none is expected anywhere',
    act: rewrite,
  },
  'cbor.simple-value': {
    what: 'the CBOR holds the simple value {value}; only false (20), true (21) and null (22) are read',
    act: rewrite,
  },
  'cbor.tag': {
    what: 'the CBOR holds tag {tag}, and {expected} is expected here',
    act: rewrite,
  },
  'cbor.tag-missing': {
    what: 'the CBOR does not begin with tag {expected}',
    act: 'give data of the right type; this is something else',
  },
  'cbor.map-key': {
    what: '{item} is used as a key of a map; only integers and text are',
    act: rewrite,
  },
  'cbor.key-order': {
    what: 'the CBOR is not deterministic: the keys of a map are not in the bytewise order of their encodings',
    act: rewrite,
  },
  'cbor.duplicate-key': {
    what: 'a map in the CBOR has the same key twice',
    act: rewrite,
  },
  'cbor.utf8': {
    what: 'a text in the CBOR is not valid UTF-8',
    act: rewrite,
  },
  'cbor.byte-order-mark': {
    what: 'a text in the CBOR begins with the byte order mark U+FEFF, which some readers drop without a word',
    act: 'take the mark out of the text and write the data again',
  },
} as const;
