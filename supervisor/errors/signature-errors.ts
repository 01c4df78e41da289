/** Why the signature of a file is refused. */
const resign =
  'sign the file again with `eft module sign`; if you did not make it, get it again from who did';
const distrust = 'do not use this file; get it again from who made it, and tell them';

export const signatureErrors = {
  'signature.structure': {
    what: 'the signature is not the COSE_Sign structure of Eft: {part} is {found} instead of {expected}',
    act: resign,
  },
  'signature.unprotected-header': {
    what: 'the signature carries an unprotected header in {part}: anyone could change it unseen',
    act: resign,
  },
  'signature.payload-attached': {
    what: 'the signature carries a payload of its own instead of signing the file it is in',
    act: resign,
  },
  'signature.algorithm': {
    what: 'signature {index} uses the algorithm {algorithm}; only EdDSA (-8) is accepted',
    act: 'sign with an Ed25519 key, as `eft key new` makes them',
  },
  'signature.none': {
    what: 'the signature section holds no signature',
    act: 'sign the file with `eft module sign FILE --key KEY`',
  },
  'signature.too-many': {
    what: 'the file has {count} signatures; at most {limit} are read',
    act: 'build the file again and let fewer keys sign it',
  },
  'signature.order': {
    what: 'signature {index} is out of order: signatures are sorted by key id, so that there is one encoding',
    act: resign,
  },
  'signature.duplicate-signer': {
    what: 'the key {kid} has signed twice',
    act: 'build the file again and sign it once with each key',
  },
  'signature.invalid': {
    what: 'signature {index} of {count}, by the key {kid}, does not match the file: file or signature was changed',
    act: distrust,
  },
  'signature.already-signed': {
    what: 'the key {kid} has signed this file already',
    act: 'sign with another key, or leave it as it is',
  },
} as const;
