/** Why a signature that is right is not enough, and what is wrong with a trust policy. */
export const trustErrors = {
  'trust.unknown-key': {
    what: 'the file is signed by the key {kid}, which the trust policy does not know',
    act: 'if you trust this key, add it with `eft key scope KEY.pub --trust POLICY --modules NAME --capabilities …`',
  },
  'trust.revoked-key': {
    what: 'the file is signed by the key {kid}, which the machine configuration has revoked',
    act: 'have it built and signed again with keys that count; `machine.trust.revoked` says which do not',
  },
  'trust.module-scope': {
    what: 'no key that signed {module} may sign modules of this name: {keys}',
    act: 'have it signed by a key with `{module}` in its scope, or widen the scope with `eft key scope --modules`',
  },
  'trust.capability-scope': {
    what: 'no key that signed {module} may sign for all it is able to do: {keys}',
    act: 'have it signed by a key with these capabilities in its scope, or widen one with `eft key scope --capabilities`',
  },
  'trust.threshold': {
    what: '{module} needs signatures of {needed} keys with the right scope, and has {valid} of them: {keys}',
    act: 'have it signed by more keys with `eft module sign`, each with the module and its capabilities in scope',
  },
  'trust.threshold-unreachable': {
    what: '{path}: `{module}` needs {needed} signatures, and the number of keys that may sign it is {keys}',
    act: 'add keys with `{module}` in their scope, or lower the threshold',
  },
  'trust.public-key': {
    what: '{path}: this is not an Ed25519 public key: {reason}',
    act: 'write the line between BEGIN and END of the `.pub` file here, or let `eft key scope` write it',
  },
  'trust.key-not-listed': {
    what: 'the trust policy does not list the key {kid}',
    act: 'nothing is to be removed; `eft key show` tells the id of a key file',
  },
  'trust.threshold-argument': {
    what: '`{value}` is no threshold',
    act: 'write NAME=NUMBER, such as `--threshold network=2`, with a number from 1 to {limit}',
  },
} as const;
