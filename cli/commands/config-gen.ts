/** `eft config gen`: writes a commented machine configuration to start from, with the authority of its API. */
import { isIPv6 } from 'node:net';
import { Command, InvalidArgumentError, Option } from 'commander';
import { apiPort } from '../../supervisor/api/port.ts';
import type { MinimalConfig } from '../../supervisor/config/minimal-config.ts';
import type { Authority } from '../../supervisor/pki/authority.ts';
import type { ContextNode } from '../api/contexts.ts';
import { writeNewKeyFile, writeOutput } from '../files.ts';
import { type Terminal, writeLine } from '../output/terminal.ts';
import { defaultOperatorDays } from '../pki/operator.ts';
import { readDays } from '../pki/options.ts';

type GenOptions = Pick<MinimalConfig, 'type' | 'hostname'> & {
  readonly output?: string;
  /** A file, or false for none. */
  readonly authority?: string | false;
  readonly context?: string;
  readonly address?: string;
  readonly days: number;
};

export function configGen(terminal: Terminal): Command {
  return new Command('gen')
    .description('write a commented machine configuration to start from')
    .addOption(
      new Option('--type <TYPE>', 'what the machine is for')
        .choices(['controlplane', 'worker'])
        .default('worker'),
    )
    .option('--hostname <NAME>', 'the name of the machine, without its domain', readHostName)
    .option(
      '--authority <FILE>',
      'take the authority of the API from there: the configuration of another machine, or PEM (default: a new one)',
    )
    .option('--no-authority', 'no authority: the machine has no API, and the file is no secret')
    .option('--context <NAME>', 'make a context for the machine, with an operator who may do everything')
    .option(
      '--address <ADDRESS>',
      'with --context: where the machine will be reached, by name or address',
      readAddress,
    )
    .option(
      '--days <N>',
      "with --context: how long the operator's certificate is good",
      readDays,
      defaultOperatorDays,
    )
    .option('-o, --output <FILE>', 'the file to write (default: standard output)')
    .addHelpText('after', help)
    .action(async (options: GenOptions, command: Command) => {
      const { type, hostname, output, context, address } = options;
      if (context !== undefined && (address === undefined || options.authority === false))
        command.error('error: --context needs --address, and an authority');
      const { minimalConfig } = await import('../../supervisor/config/minimal-config.ts');
      const authority = await authorityOf(options);
      if (authority === undefined) {
        const text = minimalConfig({ type, hostname });
        if (output === undefined) terminal.stdout.write(text);
        else writeOutput(output, text);
        return;
      }
      const { authorityPair } = await import('../pki/authority-file.ts');
      const text = minimalConfig({ type, hostname, authority: authorityPair(authority) });
      // The file first: a context without the machine's configuration is of no use.
      if (output === undefined) terminal.stdout.write(text);
      else writeNewKeyFile(output, text, 0o600);
      if (context === undefined || address === undefined) return;
      const node: ContextNode = {
        name: hostname ?? address.replaceAll(':', '-'),
        address: `${isIPv6(address) ? `[${address}]` : address}:${apiPort}`,
      };
      await extendContext(context, node, authority, options.days);
      writeLine(terminal.stderr, `the context ${context} has ${node.name} at ${node.address}`);
    });
}

async function authorityOf({ authority, context, hostname }: GenOptions): Promise<Authority | undefined> {
  if (authority === false) return undefined;
  const { newClusterAuthority, readAuthorityFile } = await import('../pki/authority-file.ts');
  return authority === undefined
    ? newClusterAuthority(context ?? hostname ?? 'eft')
    : readAuthorityFile(authority);
}

/** Adds the machine to a context of the same authority, or makes one. Errors: `pki.other-authority`, and those of contexts. */
async function extendContext(
  name: string,
  node: ContextNode,
  authority: Authority,
  days: number,
): Promise<void> {
  const { addContext, readContexts } = await import('../api/contexts.ts');
  const { checkAuthorityOf, newOperator } = await import('../pki/operator.ts');
  const before = readContexts().contexts.find((context) => context.name === name);
  if (before === undefined) {
    const operator = { authority, name: 'admin', roles: ['os:admin'], days, nowMs: Date.now() };
    addContext({ name, nodes: [node], ...(await newOperator(operator)) });
    return;
  }
  checkAuthorityOf(before, authority);
  const nodes = [...before.nodes.filter((other) => other.name !== node.name), node];
  addContext({ ...before, nodes }, { replaces: true });
}

const help = `
The file has the authority of the machine's API with its key: it is for you alone, and none that is there is written over. Machines of one cluster
have one authority: write the first file, and name it with --authority for the others.

Examples:
  eft config gen --hostname cp-1 --type controlplane --context lab --address 10.0.0.5 -o cp-1.yaml
  eft config gen --hostname worker-1 --authority cp-1.yaml --context lab --address 10.0.0.6 -o worker-1.yaml
  eft config gen --no-authority > worker.yaml`;

/** RFC 1123, in lower case; as supervisor/config/forms.ts has it, which is loaded only when it is needed. */
function readHostName(text: string): string {
  if (/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text)) return text;
  throw new InvalidArgumentError('It must be lower-case letters, digits and hyphens, at most 63.');
}

function readAddress(text: string): string {
  if (isIPv6(text) || /^[0-9A-Za-z](?:[0-9A-Za-z.-]{0,251}[0-9A-Za-z])?$/.test(text)) return text;
  throw new InvalidArgumentError('It must be a name or an address, without a port.');
}
