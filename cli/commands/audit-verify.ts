/** `eft audit verify`: whether lines of an audit log that somebody has kept are all there, unchanged, and in their order. Asks no node. */
import { Command } from 'commander';
import { readInput } from '../files.ts';
import { type Terminal, writeJson, writeLine } from '../output/terminal.ts';

/** Bytes of a file: all that a node keeps, of a hundred nodes. */
const fileLimit = 512 * 1024 * 1024;

export function auditVerify(terminal: Terminal): Command {
  return new Command('verify')
    .description(
      'check lines of an audit log that were kept: says the first that is missing, changed or out of order',
    )
    .argument('<FILE>', 'lines of the audit log of one node')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nA log begins where the node still had it: lines before the first cannot be told from lines that were never there.\n' +
        'Keep the last hash elsewhere: whoever can write the whole file can write another whole chain.\n\n' +
        'Examples:\n  eft audit -n lab-1 > lab-1.audit\n  eft audit verify lab-1.audit',
    )
    .action(async (file: string, options: { readonly json?: true }) => {
      const { checkAudit } = await import('../../supervisor/api/audit-verify.ts');
      const logs = checkAudit(Buffer.from(readInput(file, fileLimit)).toString('utf8'), file);
      if (options.json) {
        writeJson(terminal.stdout, { file, logs });
        return;
      }
      for (const { log, first, last, hash } of logs) {
        const before = first === 1 ? '' : `, and ${first - 1} before them that are not in the file`;
        writeLine(
          terminal.stdout,
          `✓ ${log}: lines ${first} to ${last} are whole${before}; the last has the hash ${hash}`,
        );
      }
    });
}
