/** Why an authority, a certificate or a key of the API cannot be used, or cannot be made. */
export const pkiErrors = {
  'pki.certificate': {
    what: 'this is no certificate: {reason}',
    act: 'give it in PEM, from BEGIN CERTIFICATE to END CERTIFICATE; `eft config gen` makes an authority',
  },
  'pki.key': {
    what: 'this is no key that the API can use: {reason}',
    act: 'give an ECDSA key on P-256 or an Ed25519 key, in PEM and without a passphrase',
  },
  'pki.key-mismatch': {
    what: 'the key is not that of the certificate',
    act: 'give the two that were made together',
  },
  'pki.not-authority': {
    what: 'the certificate of {subject} may not issue others: {reason}',
    act: 'give the certificate of the authority, not one that it has issued',
  },
  'pki.outlived': {
    what: 'the authority cannot issue a certificate: it is good from {from} to {until}, and the clock says {now}',
    act: 'set the clock if it is wrong; else give the nodes a new authority, and issue new certificates from it',
  },
  'pki.name': {
    what: 'a certificate cannot be issued for the {field} "{text}": {reason}',
    act: 'give another one',
  },
  'pki.no-authority': {
    what: 'this file has no authority with its key: {reason}',
    act: 'give the machine configuration that `eft config gen` has written, or the certificate and the key of the authority in one file, in PEM',
  },
  'pki.other-authority': {
    what: 'the nodes of the context {name} are of another authority',
    act: 'give the authority that their configurations have in `machine.ca`',
  },
  'pki.which-authority': {
    what: 'it takes the authority of the machines to make an operator, and none or two are named',
    act: 'give either `--authority FILE` or `--cluster NAME`',
  },
} as const;
