/** What keeps a module from being fuzzed. */
export const fuzzErrors = {
  'fuzz.cannot-instrument': {
    what: 'no counters can be put into {module}: {reason}',
    act: 'build the module with `eft module build`',
  },
  'fuzz.input': {
    what: 'the file is no input of the fuzzer',
    act: 'give a file from the corpus of `eft fuzz`, or remove it from the folder of the corpus',
  },
  'fuzz.repro-input': {
    what: 'the file is an input of the fuzzer, which says what happens, but not to which module',
    act: 'name the two versions that it tells apart: `eft fuzz NEW --against OLD --repro FILE`',
  },
  'fuzz.repro-record': {
    what: 'the file is a flight record, which holds the module that it is run on',
    act: 'leave out the module and `--against`, or give a file that ends in .eftinput',
  },
  'fuzz.repro-kind': {
    what: 'the file is neither a flight record nor an input of the fuzzer: it begins as {kind}',
    act: 'give a file that `eft fuzz` has written: an .eftrecord, an .eftinput with `--against OLD`, or any that a reader was given with `--host READER`',
  },
  'fuzz.other-module': {
    what: 'what happens in the input is not of the types of {module}',
    act: 'name the versions of the module that the input was found with',
  },
  'fuzz.calls': {
    what: 'the file holds no calls of the functions of a component',
    act: 'give a file that ends in .eftcalls and was written by `eft fuzz`',
  },
  'fuzz.calls-alone': {
    what: 'the file says what is called, but not of which component',
    act: 'give a finding, which holds its component; inputs of the corpus are begun with when the component is fuzzed again',
  },
  'fuzz.component-imports': {
    what: '{component} imports {imports}, and is no module for which a host is made up',
    act: 'fuzz a module, which exports `eft:module/lifecycle`, or a component that imports nothing',
  },
  'fuzz.no-calls': {
    what: '{component} exports no function that takes and gives values alone',
    act: 'export one that does without handles of resources',
  },
  'fuzz.no-call': {
    what: '{component} exports no function {call} that takes and gives values alone',
    act: 'name some of these with `--calls`: {calls}',
  },
  'fuzz.no-sources': {
    what: 'lines can be told only of a module that is built from its sources, and this is a file',
    act: 'name the module, or its folder, instead of the file',
  },
  'fuzz.no-module': {
    what: 'there is no module {name} in this checkout, and no file of that name',
    act: 'name a folder in modules/, or the file or folder of a module',
  },
} as const;
