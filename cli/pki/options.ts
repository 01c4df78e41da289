/** What commands about operators read from their command line. */
import { InvalidArgumentError } from 'commander';
import { builtInRoles } from '../../supervisor/api/identity.ts';
import { maximumOperatorDays } from './operator.ts';

/** Adds a role. Those of Eft are known; others are the configuration's own. */
export function addRole(role: string, before: readonly string[] = []): readonly string[] {
  const known: readonly string[] = builtInRoles;
  if (role.startsWith('os:') && !known.includes(role))
    throw new InvalidArgumentError(`Eft has the roles ${known.join(', ')}.`);
  return before.includes(role) ? before : [...before, role];
}

export function readDays(text: string): number {
  const days = Number(text);
  if (!/^\d{1,5}$/.test(text) || days < 1 || days > maximumOperatorDays)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${maximumOperatorDays}.`);
  return days;
}
