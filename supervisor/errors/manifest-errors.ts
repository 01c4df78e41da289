/** Why a manifest does not hold together, in itself or with the component that it belongs to. */
export const manifestErrors = {
  'manifest.interface-unknown': {
    what: '{path}: there is no host interface `{interface}`',
    act: '{hint}docs/reference/interfaces.md lists the host interfaces that can be granted',
  },
  'manifest.name-reserved': {
    what: '{path}: no module may be named `{name}`: it is the name under which others write resources',
    act: 'name the module after what it does; reserved are {reserved}',
  },
  'manifest.kind-is-interface': {
    what: '{path}: `{kind}` is a host interface, not a resource kind',
    act: 'list it under `grants`, and under `inputs` and `outputs` only kinds such as `eft:resources/node-status`',
  },
  'manifest.grant-empty': {
    what: '{path}: the grant of `{interface}` allows nothing',
    act: 'say what the module may do with it, in at least one of {fields}; or remove the grant',
  },
  'manifest.udp-ports': {
    what: '{path}: `udpPorts` narrows IPv4 and IPv6, not the EtherType {etherType}',
    act: 'remove `udpPorts`, or write `etherType: ipv4` or `etherType: ipv6`',
  },
  'manifest.restart-times': {
    what: '{path}: the longest wait before a restart, {maximum} ms, is shorter than the first, {initial} ms',
    act: 'make `maximumMilliseconds` at least `initialMilliseconds`',
  },
  'manifest.saved-state': {
    what: '{path}: the module writes saved state of format {writes}, but does not read it',
    act: 'add {writes} to `reads`: otherwise the module could not take over from itself',
  },
  'manifest.grant-without-import': {
    what: '{module}: the manifest grants `{interface}`, but the component does not import it',
    act: 'remove the grant, or use the interface: a grant that nothing needs is authority to steal',
  },
  'manifest.import-without-grant': {
    what: '{module}: the component imports `{interface}` ({functions}), but the manifest does not grant it',
    act: 'add `{interface}` to `grants` with a reason, or stop using it',
  },
  'manifest.kind-without-import': {
    what: '{module}: the manifest lists `{kind}` as {role}, but the component does not import it',
    act: 'remove it from the manifest, or use it in the module',
  },
  'manifest.import-without-kind': {
    what: '{module}: the component imports `{kind}` ({functions}), which the manifest lists neither as input nor as output',
    act: 'add it to `inputs` to read it, or to `outputs` to write it, with a reason; or stop using it',
  },
  'manifest.write-without-output': {
    what: '{module}: the component writes `{kind}` ({functions}), which the manifest lists only as an input',
    act: 'add `{kind}` to `outputs` with a reason, or stop writing it',
  },
  'manifest.output-never-written': {
    what: '{module}: the manifest lists `{kind}` as an output, but the component imports no function that writes it',
    act: 'make it an input, or write it in the module',
  },
  'manifest.import-twice': {
    what: '{module}: the component imports `{interface}` in two versions, {versions}',
    act: 'build the module against one version of each interface',
  },
  'manifest.lifecycle-missing': {
    what: '{module}: the component does not export `eft:module/lifecycle`',
    act: 'export it from the world of the module: it is how the supervisor starts a module and gives it events',
  },
} as const;
