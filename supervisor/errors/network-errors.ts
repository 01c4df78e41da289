/** Why a call of `eft:host/netlink`, `eft:host/socket` or `eft:host/kernel` comes to nothing. The module gets the sentences as its `failure`. */
export const networkErrors = {
  'network.family': {
    what: '{module} may not open a netlink socket of the family `{family}`: its grant of eft:host/netlink names {known}',
    act: 'add `{family}` to `families` of that grant in module.yaml',
  },
  'network.packet': {
    what: '{module} may not open a packet socket for the EtherType {etherType} on the link {link}: its grant of eft:host/socket covers {known}',
    act: "add an entry with `etherType: {etherType}` and `links: ['{link}']` to `packet` of that grant in module.yaml",
  },
  'network.packet-content': {
    what: '{module} may not send this packet on the link {link}: {reason}',
    act: 'send UDP from a port of {ports}, or add the port to `udpPorts` in `packet` of its grant of eft:host/socket in module.yaml',
  },
  'network.port': {
    what: '{module} may not open UDP port {port} on {link}: its grant of eft:host/socket covers {known}',
    act: "add an entry with `ports: [{port}]` and `links: ['{pattern}']` to `udp` of that grant in module.yaml",
  },
  'network.sysctl': {
    what: '{module} may not {call} {name}: its grant of eft:host/kernel covers {known}',
    act: 'add an entry with `name: {name}` and `access: {access}` to `sysctls` of that grant in module.yaml',
  },
  'network.sysctl-read-only': {
    what: '{module} may not write {name}: its grant of eft:host/kernel lets it read only',
    act: 'write `access: read-write` at that entry of `sysctls` in module.yaml',
  },
  'network.names': {
    what: '{module} may not {call} the names of the machine: its grant of eft:host/kernel has {known}',
    act: 'write `names: {access}` in that grant in module.yaml',
  },
  'network.unfit': {
    what: '{module} cannot {call} {target}: {reason}',
    act: '{correction}',
  },
  'network.kernel': {
    what: '{module} cannot {call} {target}: {reason}',
    act: 'correct what it asks for; if that is right, the kernel log may tell more',
  },
} as const;
