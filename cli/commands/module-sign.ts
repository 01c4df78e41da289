/** `eft module sign`: adds a signature to a module. */
import { Command } from 'commander';
import { maximumKeyFileBytes, readPrivateKeyFile } from '../../supervisor/trust/key-file.ts';
import { maximumModuleBytes } from '../../supervisor/trust/module-sections.ts';
import { readInput, readInputText, writeOutput } from '../files.ts';
import { paint, type Terminal, writeLine } from '../output/terminal.ts';

type SignOptions = { readonly key: readonly string[]; readonly output?: string };

export function moduleSign(terminal: Terminal): Command {
  return new Command('sign')
    .description('sign a module with one or more keys; signatures that are there stay')
    .argument('<FILE>', 'a module, signed or not')
    .requiredOption('--key <KEY...>', 'private key files')
    .option('--output <FILE>', 'write the signed module here instead of in place')
    .addHelpText(
      'after',
      '\nExamples:\n  eft module sign network.wasm --key release.key\n' +
        '  eft module sign network.wasm --key first.key second.key --output network-signed.wasm',
    )
    .action(async (file: string, options: SignOptions) => {
      const { attachSignatures, readModule } = await import('../../supervisor/trust/module-file.ts');
      const module = readInput(file, maximumModuleBytes);
      const keys = options.key.map((key) => readPrivateKeyFile(readInputText(key, maximumKeyFileBytes), key));
      // What cannot be read is not signed: a signature says that somebody has seen what the module may do.
      const { manifest } = readModule(module, file);
      const output = options.output ?? file;
      writeOutput(output, attachSignatures(module, keys, { file }));
      for (const { public: key } of keys) {
        writeLine(
          terminal.stderr,
          `signed ${manifest.name} ${manifest.version} with ${paint(terminal.stderr, 'name', key.kid)}`,
        );
      }
    });
}
