/** Why a component is refused before anything of it runs. */
const rebuild =
  'build the module again with `eft module build`; if it stays, the tool that made this file is at fault';

export const componentErrors = {
  'component.magic': {
    what: 'this is not a WebAssembly component: it begins with {bytes}, not with 00 61 73 6d 0d 00 01 00',
    act: 'give a component; `eft module build` makes one out of a module folder',
  },
  'component.truncated': {
    what: 'the component ends in the middle of {part}',
    act: 'copy the file again, whole',
  },
  'component.malformed': {
    what: 'the component is malformed: {reason}',
    act: rebuild,
  },
  'component.leb128': {
    what: 'a number is not in its shortest LEB128 form, or has more than 32 bits',
    act: rebuild,
  },
  'component.too-large': {
    what: 'the component has more than {limit} definitions, counting each as often as it is used',
    act: 'split the module: no subsystem needs that many',
  },
  'component.unsupported': {
    what: 'the component uses {feature}, which this host does not support',
    act: 'build it without; docs/reference/component-host.md lists what is supported and why the rest is not',
  },
  'component.index': {
    what: 'the component names {sort} {index}, but only {count} exist at this point',
    act: rebuild,
  },
  'component.type': {
    what: 'the component is not valid: {reason}',
    act: rebuild,
  },
  'component.core': {
    what: 'a core module in the component is refused by the engine: {reason}',
    act: rebuild,
  },
  'component.import-missing': {
    what: 'the component imports {name}, which this host does not provide',
    act: 'give the instance that import, or build the module against a world without it',
  },
  'component.import-type': {
    what: 'the component imports {name} with another type than the host provides: {reason}',
    act: 'build the module against the interfaces of this version of Eft',
  },
  'component.value': {
    what: 'the host gave {value} where {expected} is expected',
    act: 'this is a bug of the host code that made the call: correct the value there',
  },
  'component.resource-spent': {
    what: 'the host used a `{resource}` that it had given away or disposed of',
    act: 'this is a bug of the host code that made the call: keep one owner for each resource',
  },
} as const;
