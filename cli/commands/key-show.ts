/** `eft key show`: says which key a file holds. The private half is never shown. */
import { Command } from 'commander';
import { formatPublicKeyLine, maximumKeyFileBytes, readKeyFile } from '../../supervisor/trust/key-file.ts';
import { readInputText } from '../files.ts';
import { paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';

export function keyShow(terminal: Terminal): Command {
  return new Command('show')
    .description('show the id, the public key and the comment of a key file, private or public')
    .argument('<FILE>', 'a key file')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExamples:\n  eft key show release.key.pub\n  eft key show release.key --json')
    .action((file: string, options: { readonly json?: true }) => {
      const { key, comment } = readKeyFile(readInputText(file, maximumKeyFileBytes), file);
      const half = key.kind === 'private' ? key.public : key;
      const publicKey = formatPublicKeyLine(half);
      if (options.json) {
        writeJson(terminal.stdout, { kid: half.kid, kind: key.kind, publicKey, comment: comment ?? null });
        return;
      }
      const label = (text: string) => paint(terminal.stdout, 'faint', text);
      writeLine(terminal.stdout, `${label('key id')}      ${paint(terminal.stdout, 'name', half.kid)}`);
      writeLine(terminal.stdout, `${label('public key')}  ${publicKey}`);
      writeLine(terminal.stdout, `${label('this file')}   ${key.kind} key`);
      if (comment !== undefined)
        writeLine(terminal.stdout, `${label('comment')}     ${JSON.stringify(comment)}`);
    });
}
