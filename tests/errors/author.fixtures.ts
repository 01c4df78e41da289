import { mkdirSync } from 'node:fs';
import { testFilesOf } from '../../cli/author/module-tests.ts';
import { newModule } from '../../cli/author/new-module.ts';
import type { Fixture } from './fixture.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

export const fixtures: readonly Fixture[] = [
  {
    code: 'author.name',
    title: 'a new module whose name has a capital letter',
    provoke: () => newModule('Lamp', 'Lamp'),
    text: `error[author.name]: a module cannot be called \`Lamp\`: a name has lower-case words of letters and digits, joined by single hyphens, at most 63 characters: \`network\`
  choose another name, such as \`lamp\` or \`disk-watch\``,
  },
  {
    code: 'author.exists',
    title: 'a new module where there is a folder already',
    provoke: () =>
      inTemporaryFolder(() => {
        mkdirSync('lamp');
        newModule('lamp', 'lamp');
      }),
    text: `error[author.exists]: lamp: there is something there already, so the module lamp is not made there
  choose another name, or another folder with \`--in\``,
  },
  {
    code: 'author.no-tests',
    title: 'the tests of a module that has none',
    provoke: () => inTemporaryFolder(() => testFilesOf('.')),
    text: `error[author.no-tests]: .: there is no test: no file in it is called \`*.test.ts\`
  write one; \`eft module new\` makes a folder with an example`,
  },
];
