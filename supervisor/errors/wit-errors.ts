/** Why WIT texts are refused. */
export const witErrors = {
  'wit.syntax': {
    what: 'this is not WIT: {problem}',
    act: 'correct the text at this place',
  },
  'wit.invalid': {
    what: 'the WIT does not hold together: {problem}',
    act: 'correct the name or the type; interfaces of Eft are in wit/, and their versions must be given as they are there',
  },
  'wit.package-missing': {
    what: 'the file does not say which package it belongs to',
    act: 'begin it with a line such as `package eft:health@0.1.0;`',
  },
  'wit.package-mixed': {
    what: 'the file belongs to the package {package}, the files before it in this folder to {main}',
    act: 'keep one package in a folder',
  },
  'wit.world-missing': {
    what: 'there is no world `{world}`',
    act: 'name a world that the .wit files of this folder define',
  },
  'wit.flags-too-many': {
    what: 'the flags type `{name}` has {count} labels; the component model allows {limit}',
    act: 'split it into a record of several flags types, or use a list of enums',
  },
} as const;
