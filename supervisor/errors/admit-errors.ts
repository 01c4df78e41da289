/** Why a module file is not let in as the next version of a module, although its signatures are right. */
export const admitErrors = {
  'admit.name': {
    what: 'the file is module {found}, and was to replace {module}',
    act: 'swap it under its own name, or look whether it is the right file',
  },
  'admit.older-version': {
    what: '{module} {version} is older than the running {running}',
    act: 'to have the version before again, use `eft module rollback`; an older one is not swapped in',
  },
  'admit.same-version': {
    what: '{module} {version} is there already, with other bytes: {known}, and this file has {digest}',
    act: 'one version is one file: give the new one a higher version in module.yaml, build and sign it again',
  },
  'admit.same-file': {
    what: '{module} {version} runs already, from this very file',
    act: 'nothing is to be done',
  },
  'admit.capabilities': {
    what: '{module} {version} asks for more than {running} has, and that was not accepted: {missing}',
    act: 'if you agree, name exactly these after `--accept-capabilities`, with commas between; what each is for stands in the comparison above',
  },
  'admit.not-asked-for': {
    what: 'accepted for {module} was {surplus}, which {version} does not ask for, or the running version has already; new is {list}',
    act: 'name exactly what is new after `--accept-capabilities`',
  },
  'admit.disabled': {
    what: 'module {module} is disabled by the machine configuration',
    act: 'enable it with `eft config edit` under machine.modules first',
  },
  'admit.too-large': {
    what: 'the file of {module} has {size} bytes; {limit} are allowed, for all installed modules together too',
    act: 'build it without what it does not need, or roll another installed module back first',
  },
  'admit.busy': {
    what: 'another swap is under way',
    act: 'try again when it is over; `eft events -w` shows how it goes',
  },
  'admit.nothing-before': {
    what: 'there is no version of {module} before the running {version} that the node has kept',
    act: 'swap to a version of your own with `eft module swap`; `eft module history` shows what there was',
  },
  'admit.replacements': {
    what: 'a swap replaces 1 to {limit} modules, and this one names {count}',
    act: 'split it, if they need not change together',
  },
} as const;
