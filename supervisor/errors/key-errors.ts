/** Why a key file cannot be read or written, or is not the right one. */
export const keyErrors = {
  'key.not-pem': {
    what: 'this is no key file: {reason}',
    act: 'give a PEM file as `eft key new` or `openssl genpkey -algorithm ed25519` writes it',
  },
  'key.encrypted': {
    what: 'the private key is encrypted with a passphrase, which Eft does not ask for',
    act: 'decrypt it for this use with `openssl pkey -in FILE -out PLAIN`, on a disk that is itself encrypted',
  },
  'key.not-ed25519': {
    what: 'the key is not an Ed25519 key: {reason}',
    act: 'make one with `eft key new FILE`',
  },
  'key.private-needed': {
    what: 'this is a public key, and signing needs the private one',
    act: 'give the file without `.pub`',
  },
  'key.public-needed': {
    what: 'this is a private key, and only a public one belongs here',
    act: 'give the `.pub` file beside it; keep the private key away from trust policies',
  },
  'key.weak': {
    what: 'the public key is no point of the Ed25519 group that a signature could be trusted under: {reason}',
    act: 'do not use this key; somebody made it on purpose',
  },
  'key.exists': {
    what: 'the file is there already, and keys are never overwritten',
    act: 'choose another name, or move the old key away yourself',
  },
} as const;
