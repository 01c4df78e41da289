/** Every way in which a module's exports do not fit the host, and in which interfaces are not fit to be published. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import {
  comparePublished,
  publish,
  requireHonestVersions,
  type WitRoot,
} from '../../cli/toolchain/published-interfaces.ts';
import { checkExports, checkImports } from '../../supervisor/component/compatible-interface.ts';
import { readInterfaceSet } from '../../wit/compatibility/interface-set.ts';
import type { Fixture } from './fixture.ts';

const lamp = (body: string, version = '0.1.0') =>
  `package eft:lamp@${version};\n\ninterface lamp {\n  ${body}\n}\n`;
/** Runs `run` with a new folder that is called `wit` in errors, and with a way to write its one file. */
async function inFolder(
  run: (root: WitRoot, write: (text: string, folder?: string) => void) => Promise<void>,
) {
  const path = mkdtempSync(`${tmpdir()}/eft-wit-`);
  const write = (text: string, folder = 'lamp') => {
    mkdirSync(`${path}/${folder}`, { recursive: true });
    writeFileSync(`${path}/${folder}/lamp.wit`, text);
  };
  try {
    await run({ path, shownAs: 'wit' }, write);
  } finally {
    rmSync(path, { recursive: true });
  }
}

/** Publishes the one, then checks the other. */
function change(published: string, current: string): Promise<void> {
  return inFolder(async (root, write) => {
    write(published);
    await publish(root, '2026-11-23');
    write(current);
    requireHonestVersions(await comparePublished(root));
  });
}

/** A module that exports `own` meets a host that calls `called`. */
async function meet(own: string, called: string): Promise<void> {
  const module = await readInterfaceSet([{ path: 'lamp.wit', text: own }]);
  const host = await readInterfaceSet([{ path: 'lamp.wit', text: called }]);
  checkExports({ imports: new Map(), exports: module.interfaces }, host.interfaces);
}

export const fixtures: readonly Fixture[] = [
  {
    code: 'component.import-type',
    title: 'a module that is newer than the host, and says what the host does not know',
    provoke: async () => {
      const glow = (fields: string) => lamp(`record light { ${fields} }\n  glow: func(light: light);`);
      const module = await readInterfaceSet([
        { path: 'lamp.wit', text: glow('level: u8, colour: option<u32>') },
      ]);
      const host = await readInterfaceSet([{ path: 'lamp.wit', text: glow('level: u8') }]);
      checkImports({ imports: module.interfaces, exports: new Map() }, host.interfaces);
    },
    text:
      'error[component.import-type]: the component imports eft:lamp/lamp@0.1.0 with another type than the host provides: ' +
      'at `glow: light.colour`, the module gives the field `colour`, which the host does not know\n' +
      '  build the module against the interfaces of this version of Eft',
  },
  {
    code: 'interface.export-missing',
    title: 'a module with the interface of another version',
    provoke: () => meet(lamp('glow: func();', '0.2.0'), lamp('glow: func();')),
    text:
      'error[interface.export-missing]: the module does not export eft:lamp/lamp@0.1.0, which every module must\n' +
      '  export it from the world in world.wit, and build the module again with `eft module build`',
  },
  {
    code: 'interface.export-type',
    title: 'a module that is older than the function that the host calls',
    provoke: () => meet(lamp('glow: func();'), lamp('glow: func(); fade: func();')),
    text:
      'error[interface.export-type]: the module exports eft:lamp/lamp@0.1.0 with another type than the host calls: at `fade`, ' +
      'the module does not export the function `fade`\n  build the module against the interfaces of this version of Eft',
  },
  {
    code: 'interface.breaking',
    title: 'a parameter that modules do not give',
    provoke: () => change(lamp('glow: func();'), lamp('glow: func(level: u8);')),
    text:
      'error[interface.breaking]: wit/lamp/lamp.wit:4:3: a change breaks modules built against eft:lamp 0.1.0, and its version ' +
      'does not say so: the host needs the parameter `level`, which the module does not give\n' +
      '  leave the parameters of `lamp#glow` as they are, and add a function or a field, or raise eft:lamp to 0.2.0; ' +
      '`eft wit check` lists every change',
  },
  {
    code: 'interface.breaking',
    title: 'two functions that are gone',
    provoke: () =>
      change(lamp('glow: func();\n  dim: func();\n  fade: func();', '1.4.0'), lamp('glow: func();', '1.5.0')),
    text:
      'error[interface.breaking]: wit/published/lamp/lamp.wit:5:3: 2 changes break modules built against eft:lamp 1.4.0, and its ' +
      'version does not say so: the module imports the function `dim`, which the host does not have\n' +
      '  keep the function `lamp#dim`, or raise eft:lamp to 2.0.0; `eft wit check` lists every change',
  },
  {
    code: 'interface.version-lowered',
    title: 'a version that was there before',
    provoke: () => change(lamp('glow: func();', '0.2.0'), lamp('glow: func();', '0.1.9')),
    text:
      'error[interface.version-lowered]: the package eft:lamp has the version 0.1.9, but 0.2.0 is published\n' +
      '  give it the published version, or a higher one; a version is never used twice',
  },
  {
    code: 'interface.nothing-published',
    title: 'a folder of interfaces that has never published any',
    provoke: () =>
      inFolder(async (root) => {
        await comparePublished(root);
      }),
    text:
      'error[interface.nothing-published]: wit/published: no interfaces are published here, so there is nothing to compare with\n' +
      '  run `eft wit publish` and keep the folder that it writes in the repository',
  },
  {
    code: 'interface.snapshot',
    title: 'a published interface that was changed by hand',
    provoke: () =>
      inFolder(async (root, write) => {
        write(lamp('glow: func();'));
        await publish(root, '2026-11-23');
        write(lamp('glow: func();', '0.3.0'), 'published/lamp');
        await comparePublished(root);
      }),
    text:
      'error[interface.snapshot]: wit/published/published.yaml: the record says that eft:lamp@0.1.0 was published from lamp, and ' +
      'the snapshot there holds eft:lamp@0.3.0\n' +
      '  restore wit/published from the repository; only `eft wit publish` changes it',
  },
];
