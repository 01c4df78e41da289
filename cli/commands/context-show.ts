/** `eft context show`: what a context says, without its key. */
import { Command } from 'commander';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { findContext } from '../api/contexts.ts';
import { addFormOptions, type FormOptions, formOf, writeStructured } from '../output/form.ts';
import { paint, type Terminal, writeLine } from '../output/terminal.ts';
import { writeTable } from '../output/write-table.ts';
import { contextValue } from './context-list.ts';

export function contextShow(terminal: Terminal): Command {
  const command = new Command('show')
    .description('show the nodes of a context, and who you are to them')
    .argument('[NAME]', 'a context (default: the current one)');
  return addFormOptions(command)
    .addHelpText(
      'after',
      '\nThe private key is never shown.\n\nExamples:\n  eft context show\n  eft context show lab --json',
    )
    .action((name: string | undefined, options: FormOptions) => {
      const { stdout } = terminal;
      const value = contextValue(findContext(name));
      const form = formOf(options);
      if (form !== 'people') {
        writeStructured(stdout, form, value);
        return;
      }
      const facts: readonly (readonly [string, string])[] = [
        ['context', value.name],
        ['you are', value.user],
        ['roles', value.roles.join(', ')],
        ['good until', value.until],
        ['fingerprint', value.fingerprint],
        ['authority', value.authority.subject],
        ['', value.authority.fingerprint],
      ];
      for (const [label, text] of facts) {
        writeLine(stdout, `${paint(stdout, 'faint', label.padEnd(14))}${visibleText(text)}`);
      }
      writeLine(stdout);
      writeTable(
        stdout,
        ['NODE', 'ADDRESS'],
        value.nodes.map(({ name: node, address }) => [node, address]),
      );
    });
}
