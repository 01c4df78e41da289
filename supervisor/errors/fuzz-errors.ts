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
  'fuzz.no-sources': {
    what: 'lines can be told only of a module that is built from its sources, and this is a file',
    act: 'name the module, or its folder, instead of the file',
  },
  'fuzz.no-module': {
    what: 'there is no module {name} in this checkout, and no file of that name',
    act: 'name a folder in modules/, or the file or folder of a module',
  },
} as const;
