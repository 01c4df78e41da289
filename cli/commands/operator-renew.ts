/** `eft operator renew`: a new key and certificate for the operator of a context, with the same name and roles. */
import { Command } from 'commander';
import { paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';
import { defaultOperatorDays } from '../pki/operator.ts';
import { readDays } from '../pki/options.ts';

type RenewOptions = {
  readonly authority?: string;
  readonly cluster?: string;
  readonly days: number;
  readonly json?: true;
};

export function operatorRenew(terminal: Terminal): Command {
  return new Command('renew')
    .description('give the operator of a context a new key and certificate, with the same name and roles')
    .argument('[CONTEXT]', 'the context (default: the current one)')
    .option(
      '--authority <FILE>',
      'the authority of the machines with its key: a machine configuration, or PEM',
    )
    .option('--cluster <NAME>', 'the authority of this cluster of local nodes')
    .option('--days <N>', 'how long the certificate is good', readDays, defaultOperatorDays)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nThe old certificate is good until it ends: revoke it (machine.api.revoked) if others have its key.\n\n' +
        'Examples:\n  eft operator renew --authority worker-1.yaml\n  eft operator renew lab --cluster lab --days 30',
    )
    .action(async (name: string | undefined, options: RenewOptions) => {
      const { chooseAuthority } = await import('../pki/choose-authority.ts');
      const { checkAuthorityOf, newOperator, operatorOf } = await import('../pki/operator.ts');
      const { addContext, findContext } = await import('../api/contexts.ts');
      const context = findContext(name);
      const authority = await chooseAuthority(options);
      checkAuthorityOf(context, authority);
      const { name: operator, roles } = operatorOf(context.certificate);
      const { days } = options;
      const renewed = await newOperator({ authority, name: operator, roles, days, nowMs: Date.now() });
      const { certificate, key } = renewed;
      // What else the context believes, it goes on believing.
      addContext({ ...context, certificate, key }, { replaces: true });
      const until = operatorOf(certificate).until.toISOString();
      const { stdout } = terminal;
      if (options.json) writeJson(stdout, { context: context.name, name: operator, roles, until });
      else
        writeLine(stdout, `${paint(stdout, 'good', '✓')} ${operator} (${roles.join(', ')}) until ${until}`);
    });
}
