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
  'client.no-terminal': {
    what: 'the dashboard needs a terminal to draw in and to read keys from, and here is none',
    act: 'for a pipe or a program there are `eft top --once`, `eft get KIND -w` and `eft logs -f`, all of them with `--json`',
  },
  'client.no-node': {
    what: 'the context {context} has no node {node}: its nodes are {nodes}',
    act: '{hint}name one of these, or an address such as `10.0.0.5` or `[fd00::5]:50000`',
  },
  'client.which-node': {
    what: 'the context {context} has {count} nodes, and `eft {command}` is not for all of them unasked',
    act: 'say which with `--nodes`: {nodes}',
  },
  'client.one-node': {
    what: '`eft {command}` is for one node at a time, and {count} are named',
    act: 'name one with `--nodes`',
  },
  'client.refused': {
    what: '{node} refuses the connection to {address}: nothing listens there',
    act: 'check that the node runs (`eft status` shows the local ones), that its configuration has `machine.ca`, without which it has no API, and that the address is right',
  },
  'client.no-address': {
    what: 'the name {host} of {node} leads to no address: {reason}',
    act: 'correct the name, or put an address into the context',
  },
  'client.unreachable': {
    what: '{node} does not answer at {address}: {reason}',
    act: 'check that the node runs, that its address is right, and that there is a way to it from here',
  },
  'client.not-api': {
    what: 'what answers for {node} at {address} is not the API of a node: {reason}',
    act: 'check the address and the port; the API has port 50000 and speaks HTTP/2 over TLS 1.3 alone',
  },
  'client.unknown-authority': {
    what: '{node} shows a certificate that the authority of the context {context} does not vouch for: {reason}',
    act: 'check that the address is that of the node; if it has a new authority since, put that into the context with `eft context add --force`',
  },
  'client.certificate-expired': {
    what: 'the certificate of {node} was good until {until}',
    act: 'check the clocks here and there; a node renews its certificate by itself, so look at its console if they are right',
  },
  'client.certificate-early': {
    what: 'the certificate of {node} is good from {from} on, which is not yet',
    act: 'check the clocks here and there',
  },
  'client.name-mismatch': {
    what: 'what answers at {address} is not {node}: its certificate is for {names}',
    act: 'correct the address in the context, or add this one to `machine.api.names` of the configuration of the node',
  },
  'client.own-expired': {
    what: 'your own certificate of the context {context} was good until {until}',
    act: 'have a new one made by who keeps the key of the authority, and put it into the context with `eft context add --force`',
  },
  'client.maintenance': {
    what: '{node} is in maintenance: it has no configuration, and nobody vouches for its certificate; its fingerprint is {fingerprint}',
    act: 'compare that with the fingerprint on its console, and if it is the same, give it with `--fingerprint {fingerprint}`',
  },
  'client.fingerprint': {
    what: '{node} shows another certificate than the one with the fingerprint that was given: {shown}',
    act: 'read the fingerprint from the console of the node; it is another one after each boot, and if it differs, something else answers at {address}',
  },
  'client.denied': {
    what: '{node} denies it: {reason}',
    act: 'use a context whose certificate has a role that may do it; docs/reference/roles.md shows which may do what',
  },
  'client.unauthenticated': {
    what: '{node} does not know who you are: {reason}',
    act: 'use a certificate that the authority of the node has issued, that is good, and that the node has not revoked',
  },
  'client.deadline': {
    what: '{node} has not answered within {seconds} s',
    act: 'look whether the node is busy or stuck with `eft top` and at its console; then do it again',
  },
  'client.lost': {
    what: 'the connection to {node} broke: {reason}',
    act: 'do it again; if it was to change something, look first whether it has',
  },
  'client.exhausted': {
    what: '{node} has no room for it now: {reason}',
    act: 'do it again later, or less at once',
  },
  'client.unimplemented': {
    what: '{node} knows no such call: {reason}',
    act: 'see its version with `eft version`: it is older than this `eft`, or newer',
  },
  'client.failed': {
    what: '{node}: {reason}',
    act: 'see what `eft logs` and `eft events` tell of that node',
  },
  'client.told': {
    what: '{node}: {reason}',
    act: 'look up `{code}` in docs/reference/errors.md',
  },
  'client.no-kind': {
    what: '{node} has no kind `{word}` that you may read',
    act: '{hint}`eft get` lists the kinds there are',
  },
  'client.not-in-graph': {
    what: '{where}: there is neither a module nor a kind `{word}`',
    act: '{hint}`eft graph` without a name draws all there are',
  },
  'client.several-kinds': {
    what: '`{word}` may be {kinds}',
    act: 'write more of its name',
  },
  'client.patch': {
    what: 'the patch cannot be applied: {reason}',
    act: 'correct it; `eft config get` shows what it is applied to, and `eft config patch --help` the rules',
  },
  'client.config-changed': {
    what: 'somebody else has given {node} another configuration meanwhile',
    act: 'begin again with what it has now: `eft config get`',
  },
  'client.editor': {
    what: 'the editor `{editor}` has failed: {reason}',
    act: 'set $EDITOR to an editor that is there; nothing was applied',
  },
  'client.still-up': {
    what: '{node} is still up as it was',
    act: 'wait; if it stays so, look at its console',
  },
  'client.not-back': {
    what: '{node} is not back after {seconds} s: {reason}',
    act: 'look at its console',
  },
  'client.not-ready': {
    what: '{node} took the new version, and was not ready after {seconds} s',
    act: '`eft status` and `eft get node-status -n` say what it lacks',
  },
  'client.not-confirmed': {
    what: '{node} is left as it is: {reason}',
    act: 'type its name when asked, or give `--yes`',
  },
  'client.operation-failed': {
    what: '{node}: {target} could not do `{verb}`: {reason}',
    act: 'see `eft logs {target}` of that node',
  },
  'client.operation-gone': {
    what: '{node}: the operation is gone, and nobody has said how it ended',
    act: 'see `eft logs {target}` of that node',
  },
  'client.blob-digest': {
    what: 'what {node} has sent is not the blob {digest}: its digest is another one',
    act: 'do it again; the bytes so far are deleted',
  },
  'client.digest-form': {
    what: '{text} is no digest of a blob',
    act: 'write a SHA-256, 64 hexadecimal digits in small letters, as `eft blob put` prints it',
  },
} as const;
