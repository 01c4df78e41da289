/** `eft module new`: the folder of a module that works, to begin with. */
import { join } from 'node:path';
import { Command } from 'commander';
import { paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';

export function moduleNew(terminal: Terminal): Command {
  return new Command('new')
    .description('make the folder of a new module: manifest, world, sources, a test and a README')
    .argument('<NAME>', 'what the module is called: words of small letters and digits, joined by hyphens')
    .option('--in <FOLDER>', 'make the folder NAME in this one', '.')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nThe module counts the modules of a node and names those that are not well. It builds and its tests pass as they are: change it from there.\n\n' +
        'Examples:\n  eft module new lamp\n  eft module new lamp --in modules',
    )
    .action(async (name: string, options: { readonly in: string; readonly json?: true }) => {
      const { newModule } = await import('../author/new-module.ts');
      const folder = join(options.in, name);
      const files = newModule(name, folder);
      const { stdout } = terminal;
      if (options.json) {
        writeJson(stdout, { name, folder, files });
        return;
      }
      writeLine(stdout, `${paint(stdout, 'good', '✓')} ${paint(stdout, 'title', name)}  ${folder}/`);
      for (const file of files) writeLine(stdout, `  ${file}`);
      writeLine(stdout, `\nIt works as it is:\n  eft module test ${folder}`);
    });
}
