/** What goes wrong for who writes modules, before anything is built. */
export const authorErrors = {
  'author.name': {
    what: 'a module cannot be called `{name}`: {reason}',
    act: 'choose another name, such as `lamp` or `disk-watch`',
  },
  'author.exists': {
    what: 'there is something there already, so the module {name} is not made there',
    act: 'choose another name, or another folder with `--in`',
  },
  'author.no-tests': {
    what: 'there is no test: no file in it is called `*.test.ts`',
    act: 'write one; `eft module new` makes a folder with an example',
  },
} as const;
