/** `eft config import`: makes a machine configuration of one of the reference system, and says line by line what became of it. */
import { Command } from 'commander';
import type { Import, ImportLine, Verdict } from '../../supervisor/config/reference-import/import.ts';
import { maximumYamlBytes } from '../../supervisor/document/yaml-document.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { readInputText, writeOutput } from '../files.ts';
import { formatTable } from '../output/table.ts';
import { type Meaning, paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';

const words: Readonly<Record<Verdict, { readonly text: string; readonly meaning: Meaning }>> = {
  taken: { text: 'taken', meaning: 'good' },
  renamed: { text: 'renamed', meaning: 'good' },
  later: { text: 'comes later', meaning: 'name' },
  none: { text: 'no counterpart', meaning: 'faint' },
};

type ImportOptions = { readonly output?: string; readonly json?: true };

export function configImport(terminal: Terminal): Command {
  return new Command('import')
    .description('read a machine configuration of the reference system (Talos Linux), and write one of Eft')
    .argument('<FILE>', 'a configuration: v1alpha1, or a stream of documents')
    .option(
      '-o, --output <FILE>',
      'write the configuration here, and what became of each line to standard output',
    )
    .option('--json', 'print one JSON object: the lines, and the configuration')
    .addHelpText(
      'after',
      '\nWithout -o the configuration goes to standard output, and what became of each line to standard error. No value of\n' +
        'the file is shown: it holds the keys of a cluster.\n\n' +
        'Examples:\n  eft config import controlplane.yaml -o cp-1.yaml\n  eft config import worker.yaml > worker-1.yaml',
    )
    .action(async (file: string, options: ImportOptions) => {
      const { importReferenceConfig } = await import('../../supervisor/config/reference-import/import.ts');
      const { stdout, stderr } = terminal;
      const imported = importReferenceConfig(readInputText(file, maximumYamlBytes), file);
      if (options.output !== undefined) writeOutput(options.output, imported.config);
      if (options.json) writeJson(stdout, describe(imported));
      else {
        const report = options.output === undefined ? stderr : stdout;
        showLines(report, imported.lines);
        for (const fault of imported.faults)
          writeLine(report, `${paint(report, 'bad', '✗')} ${fault.message}`);
        if (options.output === undefined) stdout.write(imported.config);
      }
      const count = imported.faults.length;
      if (count > 0) throw EftError.of('config.import-faults', { count });
    });
}

function describe({ lines, config, faults }: Import): Readonly<Record<string, unknown>> {
  return { lines, config, faults: faults.map(({ code, message, act }) => ({ code, message, act })) };
}

function showLines(stream: Terminal['stdout'], lines: readonly ImportLine[]): void {
  const rows = lines.map(({ line, path, verdict, note }) => {
    const { text, meaning } = words[verdict];
    return [String(line), path, paint(stream, meaning, text), note];
  });
  const columns = [
    { title: 'LINE', align: 'right' },
    { title: 'FIELD' },
    { title: 'WHAT BECAME OF IT' },
    { title: '' },
  ] as const;
  for (const row of formatTable(columns, rows, (title) => paint(stream, 'title', title)))
    writeLine(stream, row);
  const counts = Object.entries(words).map(
    ([verdict, { text }]) => `${lines.filter((line) => line.verdict === verdict).length} ${text}`,
  );
  writeLine(stream, counts.join(', '));
}
