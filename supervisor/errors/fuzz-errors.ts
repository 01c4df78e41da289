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
  'fuzz.no-sources': {
    what: 'lines can be told only of a module that is built from its sources, and this is a file',
    act: 'name the module, or its folder, instead of the file',
  },
  'fuzz.no-module': {
    what: 'there is no module {name} in this checkout, and no file of that name',
    act: 'name a folder in modules/, or the file or folder of a module',
  },
} as const;
