/** `eft proto check`: says what the changes of the API since it was published do to clients built for that. */
import { Command } from 'commander';
import { ExitStatus } from '../exit-status.ts';
import { paint, type Terminal, writeLine } from '../output/terminal.ts';

export function protoCheck(terminal: Terminal): Command {
  return new Command('check')
    .description('compare the messages of the API with the published ones, and say what breaks clients')
    .addHelpText('after', '\nEnds with 1 if a change breaks clients.\n\nExamples:\n  eft proto check')
    .action(async () => {
      const { eftProtocol, findProtocolBreaks, hasPublished } = await import(
        '../toolchain/published-protocol.ts'
      );
      const breaks = findProtocolBreaks(eftProtocol);
      const { stdout } = terminal;
      for (const line of breaks) writeLine(stdout, `${paint(stdout, 'bad', '✗')} ${line}`);
      if (breaks.length > 0) throw new ExitStatus(1);
      const state = hasPublished(eftProtocol) ? 'every published client goes on' : 'not published yet';
      writeLine(stdout, `${paint(stdout, 'good', '✓')} ${eftProtocol}: ${state}`);
    });
}
