/** Why a module file is refused. Everything about the component in it has codes of its own (`component.*`). */
const rebuild = 'build and sign the module again; if you did not make it, get it again from who did';

export const moduleErrors = {
  'module.too-large': {
    what: 'the module file has {size} bytes; at most {limit} are read',
    act: 'make the module smaller; data belongs in resources or files, not in the module',
  },
  'module.magic': {
    what: 'this is not a module file: it begins with {bytes}, not with 00 61 73 6d 0d 00 01 00',
    act: 'give a file that `eft module build` made',
  },
  'module.truncated': {
    what: 'the module file ends in the middle of {part}',
    act: 'copy the file again, whole',
  },
  'module.length-not-shortest': {
    what: 'the length of {part} is not written in its shortest form, or has more than 32 bits',
    act: rebuild,
  },
  'module.section-name': {
    what: 'the name of a custom section is not valid UTF-8, or longer than its section',
    act: rebuild,
  },
  'module.duplicate-section': {
    what: 'the module file has the section `{name}` twice',
    act: rebuild,
  },
  'module.no-manifest': {
    what: 'the file has no section `eft:manifest`: it is a component, but not yet a module',
    act: 'make a module of it with `eft module build`',
  },
  'module.not-signed': {
    what: 'the module is not signed: it has no section `eft:signature`',
    act: 'sign it with `eft module sign FILE --key KEY`',
  },
  'module.manifest-order': {
    what: 'the section `eft:manifest` is out of order: {follower} follows it, and only `eft:signature` may',
    act: rebuild,
  },
  'module.signature-order': {
    what: 'the section `eft:signature` is out of order: it must be the last of the file, and more follows it (bytes: {count})',
    act: 'do not use this file: what follows the signature is not covered by it. Get it again from who made it',
  },
  'module.has-manifest': {
    what: 'the component has a section `{name}` already',
    act: 'build the module from a plain component',
  },
  'module.memory-unbounded': {
    what: '{module}: a memory of the component has no maximum, so it could take all the memory of the node',
    act: 'build it with `eft module build`, which sets the maximum to `limits.memoryPages` of the manifest',
  },
  'module.memory-above-limit': {
    what: '{module}: the memories of the component may grow to {pages} pages of 64 KiB, and the manifest allows {limit}',
    act: 'raise `limits.memoryPages` in module.yaml, or build the component with a smaller maximum',
  },
  'module.security-version': {
    what: '{module} has the security version {found}, and this node accepts {minimum} or higher',
    act: 'use a newer version of the module: this one has a known weakness, or the node has run a newer one before',
  },
} as const;
