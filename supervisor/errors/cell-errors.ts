/** What a module may not do in its cell, and how a cell ends. */
export const cellErrors = {
  'cell.too-many-effects': {
    what: 'one event wants more than {limit} things done',
    act: 'spread the work over several events: set a timer and go on there',
  },
  'cell.effects-too-large': {
    what: 'what one event wants done takes more than {limit} bytes',
    act: 'spread the work over several events: set a timer and go on there',
  },
  'cell.timer-name': {
    what: 'a timer has a name of {bytes} bytes; {limit} are allowed',
    act: 'name timers after what they are for, and keep what varies in memory',
  },
  'cell.too-many-timers': {
    what: 'module {module} wants more than {limit} timers armed at once',
    act: 'keep one timer for the next thing to do, and the rest of the plan in memory',
  },
  'cell.too-many-requests': {
    what: 'module {module} has more than {limit} requests and answers waiting',
    act: 'make new requests when the old ones have been answered; `too-many` says that it is time to wait',
  },
  'cell.entropy': {
    what: 'one call draws {count} random bytes; {limit} are allowed',
    act: 'draw them in several calls',
  },
  'cell.saved-state': {
    what: 'module {module} saved {found}, and its manifest says {expected}',
    act: 'make `save` and `savedState` of module.yaml agree',
  },
  'cell.start-refused': {
    what: 'module {module} refused to start: {reason}',
    act: "the sentence is the module's own; mend what it names",
  },
  'cell.time': {
    what: 'module {module} took more than {limitMs} ms over {what}, and was stopped',
    act: 'look at its flight record; if the work is right, split it or raise limits.eventMilliseconds in module.yaml',
  },
  'cell.lost': {
    what: 'the thread or process of module {module} ended by itself: {reason}',
    act: "look at the supervisor's log; this is a bug of the supervisor or of its runtime, or the machine has no memory or processes to spare",
  },
  'cell.message': {
    what: 'the cell of module {module} sent what it may not: {reason}',
    act: 'the code of the module cannot do that: the process or thread around it is broken, or somebody broke out into it; replace the module, and look at what it was told in its flight record',
  },
  'cell.heap': {
    what: 'module {module} made the host hold more than {limitMb} MB for it in its cell',
    act: 'its mirror and what it hands over in one event are too large together: watch fewer kinds, or hand over less at once',
  },
  'cell.refused': {
    what: 'the store refused what module {module} put: {reason}',
    act: 'this is a bug of the module; its flight record replays it with `eft replay`',
  },
  'cell.not-running': {
    what: 'module {module} does not run, so there is no state of it to save',
    act: 'look at its module-status: start it first, or replace it without its state',
  },
  'cell.name-taken': {
    what: 'a module named {module} runs already',
    act: 'replace it with `eft module swap`, or give the new one a name of its own',
  },
  'cell.kind-shape': {
    what: 'the interface of the kind {kind} defines no record named {name}',
    act: 'define the kind as wit/resources/resource.wit says: an interface and a record of the same name',
  },
  'cell.unstoppable': {
    what: '{where} of core module {module} has {instruction}, which {reason}',
    act: 'build the module without it; `eft module build` does not use it',
  },
  'cell.bulk-memory': {
    what: '{where} of core module {module} has more than {limit} bulk memory instructions, which with {pages} pages of memory is too much to be stopped in time',
    act: 'put some of them in another function, or lower limits.memoryPages in module.yaml',
  },
  'cell.function-too-large': {
    what: '{where} of core module {module} has {bytes} bytes of code; {limit} are allowed',
    act: 'split it: the optimiser of the runtime works by the function, and takes memory without a limit for a large one',
  },
  'cell.code-too-large': {
    what: 'the component has {bytes} bytes of code; {limit} are allowed',
    act: 'leave out what the module does not need, or make two modules of it',
  },
  'cell.table-too-large': {
    what: 'the tables of the component have {entries} entries; {limit} are allowed',
    act: 'declare tables as large as their element segments, as `eft module build` does',
  },
} as const;
