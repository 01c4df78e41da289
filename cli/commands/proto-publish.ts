/** `eft proto publish`: takes the messages of the API as published: what clients may count on from now on. */
import { Command } from 'commander';
import { ExitStatus } from '../exit-status.ts';
import { paint, type Terminal, writeLine } from '../output/terminal.ts';

type PublishOptions = { readonly replace?: true };

export function protoPublish(terminal: Terminal): Command {
  return new Command('publish')
    .description('keep the messages of the API as those that `eft proto check` compares with')
    .option('--replace', 'take back what was published: for the time before anyone has built against it')
    .addHelpText(
      'after',
      '\nRefused if `eft proto check` is not content. Commit the folder that it writes.\n\n' +
        'Examples:\n  eft proto publish\n  eft proto publish --replace',
    )
    .action(async (options: PublishOptions) => {
      const { eftProtocol, findProtocolBreaks, publishProtocol } = await import(
        '../toolchain/published-protocol.ts'
      );
      const { stdout } = terminal;
      const breaks = options.replace ? [] : findProtocolBreaks(eftProtocol);
      for (const line of breaks) writeLine(stdout, `${paint(stdout, 'bad', '✗')} ${line}`);
      if (breaks.length > 0) throw new ExitStatus(1);
      for (const name of publishProtocol(eftProtocol))
        writeLine(stdout, `${paint(stdout, 'good', '✓')} ${name}`);
    });
}
