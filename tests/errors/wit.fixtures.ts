import { type ResolvedWorld, resolveWorld } from '../../wit/bindgen/resolve.ts';
import type { Fixture } from './fixture.ts';

/** Resolves the world `lamp` of `world.wit` with this text, against a library of one interface. */
function resolveLamp(text: string, second?: string): Promise<ResolvedWorld> {
  const library = {
    path: 'wit/host/log.wit',
    text: 'package eft:host@0.1.0;\n\ninterface log {\n  write: func(line: string);\n}\n',
  };
  const own = [{ path: 'world.wit', text }];
  return resolveWorld('lamp', second === undefined ? own : [...own, { path: 'zones.wit', text: second }], [
    library,
  ]);
}

const labels = Array.from({ length: 33 }, (_, index) => `l${index}`).join(', ');

export const fixtures: readonly Fixture[] = [
  {
    code: 'wit.syntax',
    title: 'a bracket that is missing',
    provoke: () =>
      resolveLamp('package eft:lamp@0.1.0;\n\nworld lamp {\n  export glow: func(level: u8;\n}\n'),
    text: "error[wit.syntax]: world.wit:4:30: this is not WIT: expected ')', found ';'\n  correct the text at this place",
  },
  {
    code: 'wit.syntax',
    title: 'a character that WIT does not know',
    provoke: () => resolveLamp('package eft:lamp@0.1.0;\n\nworld lamp {\n  § \n}\n'),
    text: "error[wit.syntax]: world.wit:4:3: this is not WIT: unexpected character '§'\n  correct the text at this place",
  },
  {
    code: 'wit.invalid',
    title: 'a type that is not there',
    provoke: () =>
      resolveLamp('package eft:lamp@0.1.0;\n\nworld lamp {\n  export glow: func(level: u7);\n}\n'),
    text: 'error[wit.invalid]: world.wit:4:28: the WIT does not hold together: name `u7` does not exist\n  correct the name or the type; interfaces of Eft are in wit/, and their versions must be given as they are there',
  },
  {
    code: 'wit.invalid',
    title: 'an interface in a version that is not there',
    provoke: () => resolveLamp('package eft:lamp@0.1.0;\n\nworld lamp {\n  import eft:host/log@0.7.0;\n}\n'),
    text: "error[wit.invalid]: world.wit:4:10: the WIT does not hold together: package 'eft:host@0.7.0' not found. known packages: eft:host@0.1.0 eft:lamp@0.1.0\n  correct the name or the type; interfaces of Eft are in wit/, and their versions must be given as they are there",
  },
  {
    code: 'wit.package-missing',
    title: 'a file without a package',
    provoke: () => resolveLamp('world lamp {\n}\n'),
    text: 'error[wit.package-missing]: world.wit:1: the file does not say which package it belongs to\n  begin it with a line such as `package eft:health@0.1.0;`',
  },
  {
    code: 'wit.package-mixed',
    title: 'two packages in a folder',
    provoke: () => resolveLamp('package eft:lamp@0.1.0;\nworld lamp {\n}\n', 'package eft:zones@0.1.0;\n'),
    text: 'error[wit.package-mixed]: zones.wit:1: the file belongs to the package eft:zones@0.1.0, the files before it in this folder to eft:lamp@0.1.0\n  keep one package in a folder',
  },
  {
    code: 'wit.world-missing',
    title: 'a world of another name',
    provoke: () => resolveLamp('package eft:lamp@0.1.0;\nworld lantern {\n}\n'),
    text: 'error[wit.world-missing]: world.wit: there is no world `lamp`\n  name a world that the .wit files of this folder define',
  },
  {
    code: 'wit.flags-too-many',
    title: 'flags with 33 labels',
    provoke: () =>
      resolveLamp(
        `package eft:lamp@0.1.0;\n\ninterface rooms {\n  flags lit { ${labels} }\n}\nworld lamp {\n}\n`,
      ),
    text: 'error[wit.flags-too-many]: world.wit:4:9: the flags type `lit` has 33 labels; the component model allows 32\n  split it into a record of several flags types, or use a list of enums',
  },
];
