/** Why `eft module call` cannot call what a person named, or not with these arguments. */
export const callErrors = {
  'call.unverified': {
    what: 'no trust policy is given, so this file would run unverified',
    act: 'give one with `--trust POLICY`, or say `--unverified` if you have just built the file yourself',
  },
  'call.function': {
    what: 'the module exports no function `{name}`',
    act: 'name one of {functions}',
  },
  'call.ambiguous': {
    what: '`{name}` can mean {candidates}',
    act: 'write the whole name of the interface',
  },
  'call.handle': {
    what: '`{name}` takes or gives handles of resources, which JSON cannot carry',
    act: 'call it from a test, on the component host (supervisor/component/component.ts)',
  },
  'call.argument-count': {
    what: '`{name}` takes {wanted} arguments ({parameters}), and {given} are given',
    act: 'give each parameter one JSON value, in the order of the WIT',
  },
  'call.json': {
    what: '{path}: this is not JSON: {reason}',
    act: 'write one JSON value; in a shell between single quotes, so that the double quotes of a text stay',
  },
  'call.value': {
    what: '{path}: this is {found}, and {expected} is expected',
    act: 'write a value of the type that the WIT says; `eft module call --help` tells how each type is written',
  },
  'call.field': {
    what: '{path}: there is no field `{field}`',
    act: 'the fields here are {fields}',
  },
  'call.kind': {
    what: 'the module does not read the kind `{kind}`',
    act: 'give resources of its inputs and outputs only: {kinds}',
  },
  'call.not-provided': {
    what: 'the module called `{interface}`, which `eft module call` does not provide',
    act: 'call a function that needs only {provided} and resource kinds',
  },
} as const;
