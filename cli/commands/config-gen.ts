/** `eft config gen`: writes a commented machine configuration to start from. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { MinimalConfig } from '../../supervisor/config/minimal-config.ts';
import { writeOutput } from '../files.ts';
import type { Terminal } from '../output/terminal.ts';

type GenOptions = MinimalConfig & { readonly output?: string };

export function configGen(terminal: Terminal): Command {
  return new Command('gen')
    .description('write a commented machine configuration to start from')
    .addOption(
      new Option('--type <TYPE>', 'what the machine is for')
        .choices(['controlplane', 'worker'])
        .default('worker'),
    )
    .option('--hostname <NAME>', 'the name of the machine, without its domain', readHostName)
    .option('-o, --output <FILE>', 'the file to write (default: standard output)')
    .addHelpText(
      'after',
      '\nThe same arguments give the same text.\n\nExamples:\n  eft config gen > worker.yaml\n' +
        '  eft config gen --type controlplane --hostname cp-1 -o cp-1.yaml',
    )
    .action(async ({ type, hostname, output }: GenOptions) => {
      const { minimalConfig } = await import('../../supervisor/config/minimal-config.ts');
      const text = minimalConfig({ type, hostname });
      if (output === undefined) terminal.stdout.write(text);
      else writeOutput(output, text);
    });
}

/** RFC 1123, in lower case; as supervisor/config/forms.ts has it, which is loaded only when it is needed. */
function readHostName(text: string): string {
  if (/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text)) return text;
  throw new InvalidArgumentError('It must be lower-case letters, digits and hyphens, at most 63.');
}
