/** `eft key new`: makes a key pair. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import {
  formatPrivateKeyFile,
  formatPublicKeyFile,
  privateKeyFromSeed,
} from '../../supervisor/trust/key-file.ts';
import { writeNewKeyFile } from '../files.ts';
import { paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';

export function keyNew(terminal: Terminal): Command {
  return new Command('new')
    .description('make an Ed25519 key pair: FILE, which only you can read, and FILE.pub')
    .argument('<FILE>', 'where the private key goes; it must not be there yet')
    .option('--comment <TEXT>', 'a line for people, kept in both files')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  eft key new release.key\n  eft key new ops.key --comment "operators, 2026"',
    )
    .action((file: string, options: { readonly comment?: string; readonly json?: true }) => {
      const comment = options.comment?.replace(/\s+/g, ' ').trim();
      const publicFile = `${file}.pub`;
      // Both are looked at first, so that no private key is left behind without its public half.
      if (existsSync(publicFile)) throw EftError.of('key.exists', {}, { place: { file: publicFile } });
      const key = privateKeyFromSeed(randomBytes(32));
      writeNewKeyFile(file, formatPrivateKeyFile(key, comment), 0o600);
      writeNewKeyFile(publicFile, formatPublicKeyFile(key.public, comment), 0o644);
      if (options.json) {
        writeJson(terminal.stdout, { kid: key.public.kid, privateKey: file, publicKey: publicFile });
        return;
      }
      const label = (text: string) => paint(terminal.stdout, 'faint', text);
      writeLine(terminal.stdout, `${label('key id')}   ${paint(terminal.stdout, 'name', key.public.kid)}`);
      writeLine(terminal.stdout, `${label('private')}  ${file} (keep it to yourself)`);
      writeLine(terminal.stdout, `${label('public')}   ${publicFile}`);
    });
}
