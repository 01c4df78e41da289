/** Why a file request of a module comes to nothing. The module gets the sentences as its `failure` (wit/host/requests.wit). */
export const ioErrors = {
  'io.not-granted': {
    what: '{module} may not {call} {path}: its grant of eft:host/files names {known}, not `{directory}`',
    act: 'add `{directory}`, with its path and access, to `directories` of that grant in module.yaml',
  },
  'io.read-only': {
    what: '{module} may not {call} {path}: its grant of eft:host/files gives `{directory}` read only',
    act: 'add `access: read-write` to that directory in module.yaml',
  },
  'io.outside': {
    what: '{module} may not {call} {path}: {reason}',
    act: 'write `NAME/relative/path`, where NAME is a directory of its grant of eft:host/files in module.yaml: no `..`, no links',
  },
  'io.path': {
    what: '{module} cannot {call} {path}: {reason}',
    act: 'write `NAME/relative/path`, where NAME is a directory of its grant of eft:host/files in module.yaml',
  },
  'io.unfit': {
    what: '{module} cannot {call} {path}: {reason}',
    act: 'read and write regular files of at most 1 MiB, and list directories of at most 1,024 entries',
  },
  'io.directory': {
    what: '{module} cannot {call} {path}: the granted directory {place} cannot be opened: {reason}',
    act: 'see that it is there, that its disk is mounted, and that no part of its path in module.yaml is a symbolic link',
  },
  'io.kernel': {
    what: '{module} cannot {call} {path}: {reason}',
    act: 'look at the disk; the kernel log tells more',
  },
  'io.lost': {
    what: 'the io process that was to {call} something in {place} ended before it answered: {reason}',
    act: 'make the call again; it may or may not have taken effect',
  },
} as const;
