/** `eft operator new`: makes an operator of machines: a key, and a certificate with roles. */
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { writeNewKeyFile } from '../files.ts';
import { paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';
import { defaultOperatorDays } from '../pki/operator.ts';
import { addRole, readDays } from '../pki/options.ts';

type NewOptions = {
  readonly role: readonly string[];
  readonly authority?: string;
  readonly cluster?: string;
  readonly days: number;
  readonly output?: string;
  readonly context?: string;
  readonly nodesOf?: string;
  readonly json?: true;
};

export function operatorNew(terminal: Terminal): Command {
  return new Command('new')
    .description('make an operator: a key, and a certificate that says what he may')
    .argument('<NAME>', 'who it is, as it stands in the audit log')
    .requiredOption(
      '--role <ROLE>',
      'what he may: os:admin, os:operator, os:reader, os:etcd:backup, or a role of your own; may be given again',
      addRole,
    )
    .option(
      '--authority <FILE>',
      'the authority of the machines with its key: a machine configuration, or PEM',
    )
    .option('--cluster <NAME>', 'the authority of this cluster of local nodes')
    .option('--days <N>', 'how long the certificate is good', readDays, defaultOperatorDays)
    .option(
      '-o, --output <PREFIX>',
      'write PREFIX.crt, PREFIX.key and PREFIX.authority.crt (default: the name)',
    )
    .option('--context <CONTEXT>', 'write no files, but a context with this name')
    .option('--nodes-of <CONTEXT>', 'the context whose nodes the new one has (default: the current one)')
    .option('--json', 'print one JSON object')
    .addHelpText('after', help)
    .action(async (name: string, options: NewOptions) => {
      const { chooseAuthority } = await import('../pki/choose-authority.ts');
      const { newOperator, operatorOf } = await import('../pki/operator.ts');
      const authority = await chooseAuthority(options);
      const { role: roles, days, context, output = name } = options;
      const request = { authority, name, roles, days, nowMs: Date.now() };
      const credentials = await newOperator(request);
      const until = operatorOf(credentials.certificate).until.toISOString();
      const made = { name, roles, until };
      if (context !== undefined) {
        const { addContext, findContext } = await import('../api/contexts.ts');
        const { checkAuthorityOf } = await import('../pki/operator.ts');
        const other = findContext(options.nodesOf);
        checkAuthorityOf(other, authority);
        addContext({ name: context, nodes: other.nodes, ...credentials });
        tell(terminal, { ...made, context }, options.json);
        return;
      }
      const files = {
        certificate: `${output}.crt`,
        key: `${output}.key`,
        authority: `${output}.authority.crt`,
      };
      // All are looked at first, so that no key is left behind without its certificate.
      for (const file of Object.values(files)) {
        if (existsSync(file)) throw EftError.of('key.exists', {}, { place: { file } });
      }
      writeNewKeyFile(files.key, credentials.key, 0o600);
      writeNewKeyFile(files.certificate, credentials.certificate, 0o644);
      writeNewKeyFile(files.authority, credentials.authority, 0o644);
      tell(terminal, { ...made, ...files }, options.json);
    });
}

/** What was made, a line each: no key. */
function tell(
  { stdout }: Terminal,
  made: Readonly<Record<string, string | readonly string[]>>,
  isJson: true | undefined,
): void {
  if (isJson) {
    writeJson(stdout, made);
    return;
  }
  const width = Math.max(...Object.keys(made).map((label) => label.length));
  for (const [label, value] of Object.entries(made)) {
    const text = typeof value === 'string' ? value : value.join(', ');
    writeLine(stdout, `${paint(stdout, 'faint', label.padEnd(width))}  ${text}`);
  }
}

const help = `
The files are for programs besides \`eft\`, such as curl: what they show to a node, and what they know it by.
Roles are kept in the certificate, so they hold until it ends, or until the machines are told that it is revoked (machine.api.revoked).
Whoever has the key of the authority can make operators: keep it where few people get at it.

Examples:
  eft operator new ada --role os:reader --authority worker-1.yaml
  eft operator new backup --role os:etcd:backup --authority authority.pem --days 30 -o backup
  eft operator new ada --role os:reader --cluster lab --context lab-ada --nodes-of lab`;
