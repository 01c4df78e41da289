import { writeFileSync } from 'node:fs';
import { readCorpus } from '../../cli/fuzz/corpus-folder.ts';
import { findModule, sourcesOf } from '../../cli/fuzz/named-module.ts';
import { instrumentModule } from '../../cli/fuzz/target.ts';
import { encodeRecordValue } from '../../supervisor/cells/record-writer.ts';
import { readModule } from '../../supervisor/trust/module-file.ts';
import type { Fixture } from './fixture.ts';
import { unsignedModule } from './small-module.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

export const fixtures: readonly Fixture[] = [
  {
    code: 'fuzz.no-module',
    title: 'a module that the checkout does not have',
    provoke: () => findModule('netwrok'),
    text: `error[fuzz.no-module]: there is no module netwrok in this checkout, and no file of that name
  name a folder in modules/, or the file or folder of a module`,
  },
  {
    code: 'fuzz.no-sources',
    title: 'lines of a module file',
    provoke: () => sourcesOf({ bytes: unsignedModule(), file: 'lamp.wasm', sources: undefined, kept: [] }),
    text: `error[fuzz.no-sources]: lamp.wasm: lines can be told only of a module that is built from its sources, and this is a file
  name the module, or its folder, instead of the file`,
  },
  {
    code: 'fuzz.input',
    title: 'a corpus in which there is another file',
    provoke: () =>
      inTemporaryFolder(() => {
        writeFileSync('0011223344556677.eftinput', encodeRecordValue({ format: 2 }));
        readCorpus('.');
      }),
    text: `error[fuzz.input]: 0011223344556677.eftinput: the file is no input of the fuzzer
  give a file from the corpus of \`eft fuzz\`, or remove it from the folder of the corpus`,
  },
  {
    code: 'fuzz.cannot-instrument',
    title: 'a module that was not made by the toolchain',
    provoke: () => {
      const component = unsignedModule();
      return instrumentModule({ ...readModule(component, 'lamp.wasm'), component }, false);
    },
    text: `error[fuzz.cannot-instrument]: no counters can be put into lamp: it has no globals
  build the module with \`eft module build\``,
  },
];
