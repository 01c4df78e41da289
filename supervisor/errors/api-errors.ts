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
} as const;
