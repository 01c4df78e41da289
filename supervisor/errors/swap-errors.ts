/** Why a new version of a module is not kept: the node goes on as before. */
export const swapErrors = {
  'swap.twice': {
    what: 'module {module} is to be replaced twice in one swap',
    act: 'name each module once',
  },
  'swap.state-format': {
    what: '{module} {version} does not read format {format}, in which the running {running} saves its state',
    act: 'list the format under `savedState.reads` in module.yaml and have `start` read it, or swap to a version in between first',
  },
  'swap.not-loaded': {
    what: '{module} {version} could not be loaded beside the running version: {reason}',
    act: 'nothing was touched; mend what the reason names and build the module again',
  },
  'swap.not-prepared': {
    what: 'the swap could not be written down, so nothing was touched: {reason}',
    act: 'look at the disk of STATE: `eft dmesg` tells what the kernel says of it',
  },
  'swap.does-not-fit': {
    what: 'what the new versions declare does not fit the other modules: {reason}',
    act: 'change inputs and outputs in module.yaml, or replace the other module in the same swap',
  },
  'swap.start-failed': {
    what: '{module} {version} did not start: {reason}',
    act: 'the version before goes on; mend what the reason names and build the module again',
  },
  'swap.trial-failed': {
    what: '{module} {version} started and failed later, events that it had handled: {events}; {reason}',
    act: 'the version before goes on; `eft support` has the flight record, and `eft replay` runs it again',
  },
  'swap.never-healthy': {
    what: '{module} {version} was not well within {limitMs} ms: {state}',
    act: 'the version before goes on; look with `eft logs` at what the new one said',
  },
  'swap.not-kept': {
    what: 'the new versions were well, and keeping them for the next boot failed: {reason}',
    act: 'the versions before go on, so that a reboot changes nothing; look at the disk of STATE with `eft dmesg`',
  },
  'swap.gone': {
    what: 'module {module} was stopped or removed while it was being replaced',
    act: 'look at who changed the machine configuration at the same time, and try again',
  },
  'swap.cancelled': {
    what: 'the swap was called off before it was kept',
    act: 'the versions before go on; start the swap again when you want it',
  },
} as const;
