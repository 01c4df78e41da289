/** Why a node is not reached, or does not do what it is asked, as `eft` tells it; and what is wrong with the file of contexts. */
export const clientErrors = {
  'client.context-exists': {
    what: 'there is a context {name} already',
    act: 'give the new one another name, or replace it with `eft context add --force`',
  },
  'client.no-context': {
    what: 'there is no context {name}{known}',
    act: '{hint}`eft context list` shows all, and `eft context add` makes one',
  },
  'client.no-current': {
    what: 'no context is chosen, so there is no node to talk to',
    act: 'start a node with `eft up`, which makes a context too, choose one with `eft context use NAME`, or name one with `--context NAME`',
  },
  'client.contexts-readable': {
    what: 'the file has the permissions {mode}: others of this machine can get at the keys in it',
    act: 'run `chmod 600 {file}`; if others may have read it, let new keys be made',
  },
  'client.contexts-busy': {
    what: 'another `eft` is changing the file, or was killed while it did: {lock} is there',
    act: 'do it again; if no other `eft` runs, delete {lock}',
  },
  'client.credential': {
    what: '{path}: this is no {expected}: {reason}',
    act: 'put the PEM text of a {expected} there, from `-----BEGIN` to `-----END`; `eft context add` does so',
  },
  'client.key-mismatch': {
    what: '{path}: the key is not that of the certificate beside it',
    act: 'put the key and the certificate that belong together there; `eft context add` does so',
  },
} as const;
