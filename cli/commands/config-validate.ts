/** `eft config validate`: says everything that is wrong with machine configurations, each with its place in the file. */
import { Command } from 'commander';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { readInput } from '../files.ts';
import { codeFrame } from '../output/code-frame.ts';
import { paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';

/** Bytes of a file that are read to be refused with a reason; the reader's own limit is below it. */
const fileLimit = 64 * 1024 * 1024;

type Checked = { readonly file: string; readonly text: string; readonly faults: readonly EftError[] };

export function configValidate(terminal: Terminal): Command {
  return new Command('validate')
    .description('check machine configurations, as a node does before it takes one')
    .argument('<FILE...>', 'machine configurations')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nShows every fault at once. Ends with 1 if there is any.\n\n' +
        'Examples:\n  eft config validate worker.yaml\n  eft config validate nodes/*.yaml --json',
    )
    .action(async (files: readonly string[], options: { readonly json?: true }) => {
      const { checkMachineConfig } = await import('../../supervisor/config/parse-config.ts');
      const checked: Checked[] = [];
      for (const file of files) {
        const bytes = readInput(file, fileLimit);
        const { faults } = await checkMachineConfig(bytes, file);
        checked.push({ file, text: Buffer.from(bytes).toString('utf8'), faults });
      }
      if (options.json) writeJson(terminal.stdout, { files: checked.map(describe) });
      else for (const one of checked) show(terminal, one);
      const wrong = checked.filter(({ faults }) => faults.length > 0);
      if (wrong.length === 0) return;
      const count = wrong.reduce((sum, { faults }) => sum + faults.length, 0);
      throw EftError.of('config.invalid', { files: wrong.length, count });
    });
}

function describe({ file, faults }: Checked): Readonly<Record<string, unknown>> {
  return {
    file,
    good: faults.length === 0,
    faults: faults.map(({ code, message, act, place: { line, column } }) => ({
      code,
      line: line ?? null,
      column: column ?? null,
      message,
      act,
    })),
  };
}

function show({ stdout }: Terminal, { file, text, faults }: Checked): void {
  if (faults.length === 0) {
    writeLine(stdout, `${paint(stdout, 'good', '✓')} ${file}: a sound machine configuration`);
    return;
  }
  for (const fault of faults) {
    writeLine(stdout, `${paint(stdout, 'bad', '✗')} ${fault.message}`);
    const { line, column } = fault.place;
    // What stands in the line of a secret is shown to nobody.
    if (line !== undefined && column !== undefined && !fault.code.startsWith('config.secret')) {
      const caret = (mark: string) => paint(stdout, 'bad', mark);
      for (const shown of codeFrame(text, line, column, caret)) writeLine(stdout, `    ${shown}`);
    }
    writeLine(stdout, `  ${paint(stdout, 'faint', '→')} ${fault.act}`);
  }
}
