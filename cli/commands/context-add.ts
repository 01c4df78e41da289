/** `eft context add`: makes a context of nodes, an authority, and an operator's certificate and key. */
import { Command } from 'commander';
import { addContext } from '../api/contexts.ts';
import { addressOf, splitAddress } from '../api/node-target.ts';
import { readInputText } from '../files.ts';
import { type Terminal, writeLine } from '../output/terminal.ts';

/** Bytes of one PEM file. */
const pemLimit = 64 * 1024;

type AddOptions = {
  readonly node: readonly string[];
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
  readonly force?: true;
  readonly use?: true;
};

export function contextAdd(terminal: Terminal): Command {
  return new Command('add')
    .description('make a context of nodes, their authority, and your certificate and key')
    .argument('<NAME>', 'what to call it')
    .requiredOption(
      '--node <NAME=ADDRESS>',
      'a node (repeatable); without a name it is called by its address, and without a port that of the API is meant',
      (text: string, before: readonly string[]) => [...before, text],
      [],
    )
    .requiredOption('--authority <FILE>', 'certificates that vouch for the nodes, in PEM')
    .requiredOption('--certificate <FILE>', 'your certificate, in PEM')
    .requiredOption('--key <FILE>', 'your private key, in PEM (PKCS #8)')
    .option('--force', 'replace the context of this name')
    .option('--use', 'make it the current one')
    .addHelpText(
      'after',
      '\nThe keys are copied into the file of contexts: $EFT_CONFIG, or ~/.config/eft/contexts.yaml.\n\n' +
        'Examples:\n  eft context add farm --node cp-1=10.0.0.5 --node cp-2=10.0.0.6 \\\n' +
        '    --authority ca.crt --certificate admin.crt --key admin.key --use',
    )
    .action((name: string, options: AddOptions) => {
      const nodes = options.node.map((text) => {
        const [, node, address = text] = /^([^=]+)=(.*)$/.exec(text) ?? [];
        return { name: node ?? splitAddress(address).host, address: addressOf(splitAddress(address)) };
      });
      const read = (file: string): string => readInputText(file, pemLimit);
      addContext(
        {
          name,
          nodes,
          authority: read(options.authority),
          certificate: read(options.certificate),
          key: read(options.key),
        },
        { replaces: options.force === true, isCurrent: options.use === true },
      );
      writeLine(
        terminal.stderr,
        `the context ${name} has ${nodes.length} node${nodes.length === 1 ? '' : 's'}`,
      );
    });
}
