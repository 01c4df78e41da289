/** What commands about operators read from their command line. */
import { InvalidArgumentError } from 'commander';
import { builtInRoles } from '../../supervisor/api/identity.ts';
import { roleForm } from '../../supervisor/api/roles.ts';
import { maximumOperatorDays } from './operator.ts';

/** What nodes take of a certificate (supervisor/api/verify-chain.ts). */
const rolesLimit = 16;
const roleLengthLimit = 63;

/** Adds a role. Those of Eft are known; others are the configuration's own. */
export function addRole(role: string, before: readonly string[] = []): readonly string[] {
  const known: readonly string[] = builtInRoles;
  if (role.startsWith('os:') && !known.includes(role))
    throw new InvalidArgumentError(`Eft has the roles ${known.join(', ')}.`);
  if (role.length > roleLengthLimit || !roleForm.test(role))
    throw new InvalidArgumentError(
      'It must be lower-case words with `:` or `-` between, such as `team:net`.',
    );
  if (before.length === rolesLimit)
    throw new InvalidArgumentError(`A certificate has at most ${rolesLimit} roles.`);
  return before.includes(role) ? before : [...before, role];
}

export function readDays(text: string): number {
  const days = Number(text);
  if (!/^\d{1,5}$/.test(text) || days < 1 || days > maximumOperatorDays)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${maximumOperatorDays}.`);
  return days;
}
