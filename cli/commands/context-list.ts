/** `eft context list`: the clusters that `eft` knows. */
import { X509Certificate } from 'node:crypto';
import { Command } from 'commander';
import { type Context, contextsFile, readContexts } from '../api/contexts.ts';
import { addFormOptions, type FormOptions, formOf, writeStructured } from '../output/form.ts';
import { paint, type Terminal, writeLine } from '../output/terminal.ts';
import { writeTable } from '../output/write-table.ts';

export function contextList(terminal: Terminal): Command {
  return addFormOptions(new Command('list').description('list the contexts'))
    .addHelpText(
      'after',
      '\nThe current one has a star.\n\nExamples:\n  eft context list\n  eft context list --json',
    )
    .action((options: FormOptions) => {
      const { stdout } = terminal;
      const { current, contexts } = readContexts();
      const form = formOf(options);
      if (form !== 'people') {
        writeStructured(stdout, form, {
          file: contextsFile(),
          current: current ?? null,
          contexts: contexts.map(contextValue),
        });
        return;
      }
      if (contexts.length === 0) {
        writeLine(
          stdout,
          'no contexts; `eft up` starts a local node and makes one, `eft context add` takes that of another',
        );
        return;
      }
      const rows = contexts.map((context) => [
        context.name === current ? '*' : '',
        paint(stdout, 'name', context.name),
        String(context.nodes.length),
        contextValue(context).roles.join(', '),
        contextValue(context).until,
      ]);
      writeTable(stdout, ['', 'NAME', { title: 'NODES', align: 'right' }, 'ROLES', 'GOOD UNTIL'], rows);
    });
}

/** What may be told of a context: everything but the key. */
export function contextValue({ name, nodes, authority, certificate }: Context) {
  const own = new X509Certificate(certificate);
  const above = new X509Certificate(authority);
  const fields = own.subject.split('\n').map((line) => line.split('='));
  const valuesOf = (label: string) =>
    fields.flatMap(([key, ...rest]) => (key === label ? [rest.join('=')] : []));
  return {
    name,
    nodes,
    user: valuesOf('CN').join(', '),
    roles: valuesOf('O'),
    until: own.validToDate.toISOString().slice(0, 19).concat('Z'),
    fingerprint: own.fingerprint256,
    authority: { subject: above.subject.replaceAll('\n', ', '), fingerprint: above.fingerprint256 },
  };
}
