/** What can go wrong while local nodes are made and taken away. */
export const provisionErrors = {
  'provision.not-root': {
    what: '`eft {command}` makes namespaces, links and mounts, and this user may not',
    act: 'run it as root',
  },
  'provision.no-user-namespace': {
    what: 'this user is not root, and may not make a user namespace to be root in: {reason}',
    act: 'run it as root, or let users make them: sysctl user.max_user_namespaces, and kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns where there are such',
  },
  'provision.missing': {
    what: '{program} is not there, and local nodes need it: {purpose}',
    act: 'install it: apt-get install {debianPackage}',
  },
  'provision.exists': {
    what: 'there is a cluster {cluster} already',
    act: 'take it down with `eft down --name {cluster}`, or give the new one another name with `--name`',
  },
  'provision.no-cluster': {
    what: 'there is no cluster {cluster}{known}',
    act: 'start one with `eft up`, or name another with `--name`',
  },
  'provision.no-node': {
    what: 'the cluster {cluster} has no node {node}: its nodes are {nodes}',
    act: 'name one of these',
  },
  'provision.no-network': {
    what: 'no network of {range} is free: all are used by links of this machine or by clusters',
    act: 'take clusters down that are not needed (`eft status`, `eft down --name NAME`)',
  },
  'provision.tool': {
    what: '`{command}` failed: {reason}',
    act: 'see the reason; `eft down` takes away what was made so far',
  },
  'provision.not-ready': {
    what: '{node} is not ready after {seconds} s: {reason}',
    act: 'look at its console with `eft console {node}`; `eft down` takes the cluster away',
  },
  'provision.name': {
    what: '{name} cannot be the name of a cluster',
    act: 'use lower-case letters, digits and hyphens, at most 32, a letter first',
  },
  'provision.parameters-long': {
    what: 'the kernel command line would be {over} bytes longer than the {limit} that the kernel reads',
    act: 'give fewer or shorter parameters',
  },
} as const;
