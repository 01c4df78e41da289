import { writeFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { decodeCalls, encodeCalls } from '../../cli/fuzz/calls/call-input.ts';
import { callComponent } from '../../cli/fuzz/calls/call-surface.ts';
import { reproCalls } from '../../cli/fuzz/calls/run-calls.ts';
import { readCorpus } from '../../cli/fuzz/corpus-folder.ts';
import { coldStart, encodeInput } from '../../cli/fuzz/fuzz-input.ts';
import { findModule, sourcesOf } from '../../cli/fuzz/named-module.ts';
import { openFuzzModule } from '../../cli/fuzz/open-module.ts';
import { readReproInput, readReproRecord } from '../../cli/fuzz/repro-file.ts';
import { showDifference } from '../../cli/fuzz/show-difference.ts';
import { instrumentModule } from '../../cli/fuzz/target.ts';
import { encodeRecordValue } from '../../supervisor/cells/record-writer.ts';
import { readModule } from '../../supervisor/trust/module-file.ts';
import { builtComponent } from '../components/build.ts';
import { testModuleFile } from '../fuzz/test-modules.ts';
import type { Fixture } from './fixture.ts';
import { unsignedModule } from './small-module.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

const input = encodeInput(coldStart);

export const fixtures: readonly Fixture[] = [
  {
    code: 'fuzz.repro-input',
    title: 'an input without the versions that it tells apart',
    provoke: () =>
      inTemporaryFolder(() => {
        writeFileSync('difference.eftinput', input);
        readReproRecord('difference.eftinput');
      }),
    text: `error[fuzz.repro-input]: difference.eftinput: the file is an input of the fuzzer, which says what happens, but not to which module
  name the two versions that it tells apart: \`eft fuzz NEW --against OLD --repro FILE\``,
  },
  {
    code: 'fuzz.repro-record',
    title: 'a flight record for two versions',
    provoke: () =>
      inTemporaryFolder(() => {
        writeFileSync('lamp.eftrecord', 'eft-rec\n');
        readReproInput('lamp.eftrecord');
      }),
    text: `error[fuzz.repro-record]: lamp.eftrecord: the file is a flight record, which holds the module that it is run on
  leave out the module and \`--against\`, or give a file that ends in .eftinput`,
  },
  {
    code: 'fuzz.repro-kind',
    title: 'a module in the place of what happens to it',
    provoke: () =>
      inTemporaryFolder(() => {
        writeFileSync('lamp.wasm', unsignedModule());
        readReproRecord('lamp.wasm');
      }),
    text: `error[fuzz.repro-kind]: lamp.wasm: the file is neither a flight record nor an input of the fuzzer: it begins as a WebAssembly file
  give a file that \`eft fuzz\` has written: an .eftrecord, an .eftinput with \`--against OLD\`, or any that a reader was given with \`--host READER\``,
  },
  {
    code: 'fuzz.other-module',
    title: 'an input of another module',
    provoke: async () => {
      const module = openFuzzModule(await testModuleFile('canary'), 'canary.wasm');
      const result = { tag: 'lamp' };
      const deed = { deed: 'answer', asked: 'eft:host/netlink open', request: 0, result } as const;
      const terminal = { stdout: new PassThrough(), stderr: new PassThrough() };
      const other = { ...coldStart, steps: [{ afterMs: 0, changes: [], deed }] };
      const options = { before: module, after: module, input: other, file: 'other.eftinput', isJson: false };
      showDifference(terminal, options);
    },
    text: `error[fuzz.other-module]: other.eftinput: what happens in the input is not of the types of canary
  name the versions of the module that the input was found with`,
  },
  {
    code: 'fuzz.calls',
    title: 'a module in the place of calls',
    provoke: () => decodeCalls(unsignedModule(), 'lamp.wasm'),
    text: `error[fuzz.calls]: lamp.wasm: the file holds no calls of the functions of a component
  give a file that ends in .eftcalls and was written by \`eft fuzz\``,
  },
  {
    code: 'fuzz.calls-alone',
    title: 'an input of the corpus in the place of a finding',
    provoke: () =>
      inTemporaryFolder(() => {
        writeFileSync('lamp.eftcalls', encodeCalls({ calls: [] }));
        const terminal = { stdout: new PassThrough(), stderr: new PassThrough() };
        reproCalls(terminal, 'lamp.eftcalls', false);
      }),
    text: `error[fuzz.calls-alone]: lamp.eftcalls: the file says what is called, but not of which component
  give a finding, which holds its component; inputs of the corpus are begun with when the component is fuzzed again`,
  },
  {
    code: 'fuzz.component-imports',
    title: 'a component that needs a host',
    provoke: async () => callComponent(await builtComponent('canary'), 'canary.wasm'),
    text: `error[fuzz.component-imports]: canary.wasm imports eft:host/clock@0.1.0, eft:host/netlink@0.1.0, eft:resources/node-status@0.1.0, and is no module for which a host is made up
  fuzz a module, which exports \`eft:module/lifecycle\`, or a component that imports nothing`,
  },
  {
    code: 'fuzz.no-calls',
    title: 'a component that exports nothing',
    provoke: () => callComponent(Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0), 'lamp.wasm'),
    text: `error[fuzz.no-calls]: lamp.wasm exports no function that takes and gives values alone
  export one that does without handles of resources`,
  },
  {
    code: 'fuzz.no-call',
    title: 'a function that the component does not have',
    provoke: async () => callComponent(await builtComponent('parcel'), 'parcel.wasm', ['label']),
    text: `error[fuzz.no-call]: parcel.wasm exports no function label that takes and gives values alone
  name some of these with \`--calls\`: labels, begin, put`,
  },
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
