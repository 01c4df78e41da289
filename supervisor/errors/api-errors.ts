/** Why a call of the API is refused, and what keeps a node from having one. */
export const apiErrors = {
  'api.unauthenticated': {
    what: 'the node does not know who calls: {reason}',
    act: 'show a certificate for clients that the authority of this node has issued; `eft config gen` makes the first one',
  },
  'api.denied': {
    what: '{name} may not {verb} {target}: none of the roles of the certificate allows it ({roles})',
    act: 'use a certificate with a role that may; docs/reference/roles.md lists them',
  },
  'api.unknown-method': {
    what: 'the node has no method {method}',
    act: 'ask the node what it has (`eft version` says which Eft it runs), or use the `eft` of its version',
  },
  'api.rate': {
    what: 'there are more calls of {whose} than the node takes in a second',
    act: 'call less often; to follow what changes, watch it instead of asking again and again',
  },
  'api.busy': {
    what: 'the node has as many calls to answer as it takes at once',
    act: 'call again in a while; if it stays so, look at the metrics of the API for who calls',
  },
  'api.gone': {
    what: 'the caller is gone, and the call with it',
    act: 'call again',
  },
  'api.internal': {
    what: 'the node could not answer {method}, in a way that nobody has foreseen',
    act: 'look into the log of the node (`eft logs supervisor`) for why, and report it',
  },
  'api.gateway': {
    what: 'the gateway has said {what}',
    act: 'nothing is to be done: it is started again; if that happens again and again, look who connects to the node',
  },
  'api.listen': {
    what: 'the API cannot listen on port {port}: {reason}',
    act: 'make the port free; nothing else on a node is to use it',
  },
  'api.audit-line': {
    what: 'the audit log is not as it was written: {reason}',
    act: 'compare with what other copies say of this line, and find out who could write to the file; what comes after it proves nothing',
  },
  'api.audit-empty': {
    what: 'there is no line of an audit log in it',
    act: 'give a file that `eft audit` has written, or that lies on STATE in the folder `audit`',
  },
  'api.maintenance': {
    what: 'the node has no configuration yet, and {method} needs one',
    act: 'give it a configuration first, by `eft config apply`',
  },
  'api.no-resource': {
    what: 'there is no {reference} on this node',
    act: 'see `eft get {kind}` for those that there are',
  },
  'api.no-module': {
    what: 'the node runs no module {module}',
    act: 'see `eft get module-status` for those that it runs',
  },
  'api.answer-too-large': {
    what: 'the resources of the kind {kind} are more than {limit} bytes together, which is the most that one answer holds',
    act: 'watch the kind instead, or ask for one resource by its id',
  },
  'api.too-many-watches': {
    what: 'there are {limit} watches of {whose} already, and no more are taken',
    act: 'end some of them, or watch several kinds at once',
  },
  'api.too-many-operations': {
    what: 'the module {module} has {limit} operations that have not ended, and takes no more',
    act: 'wait until some of them have ended: `eft get operation`',
  },
  'api.no-kernel-log': {
    what: 'the log of the kernel cannot be read on this node: {reason}',
    act: 'ask a node that has a kernel of its own; a node in namespaces runs under the kernel of its host',
  },
  'api.too-many-readers': {
    what: '{limit} callers read the log of the kernel already, and no more are served',
    act: 'end one of them, such as an `eft dmesg -f`',
  },
} as const;
