/** What the exit status of `eft` means. */
import type { EftError } from '../supervisor/errors/eft-error.ts';

/** All there are. */
export const exitStatuses = {
  done: 0,
  /** With a coded error on standard error (docs/reference/errors.md). */
  refused: 1,
  /** The command line makes no sense. */
  usage: 2,
  /** `eft replay` only: the same up to the kill. */
  sameUpToTheKill: 3,
  /** Of several nodes some did it, or each failed in a way of its own. */
  someNodes: 4,
  /** No node was reached, or the connection was lost. */
  unreachable: 5,
  /** The node knows you and says no, or does not know you. */
  notPermitted: 6,
} as const;

/** What each means, for people. */
export const exitStatusTexts: readonly (readonly [status: number, text: string])[] = [
  [exitStatuses.done, 'done'],
  [exitStatuses.refused, 'refused, with a coded error on standard error (docs/reference/errors.md)'],
  [exitStatuses.usage, 'the command line makes no sense'],
  [exitStatuses.sameUpToTheKill, '`eft replay` only: the same up to the kill'],
  [exitStatuses.someNodes, 'of several nodes some did it, or each failed in a way of its own'],
  [
    exitStatuses.unreachable,
    'the node was not reached, or is not the one that is meant, or the connection was lost',
  ],
  [exitStatuses.notPermitted, 'not permitted: the role does not suffice, or the certificate'],
];

/** Thrown by a command that has said all there is to say, and ends with a status of its own. */
export class ExitStatus extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`exit status ${status}`);
    this.status = status;
  }
}

const statusByCode: Partial<Readonly<Record<EftError['code'], number>>> = {
  'client.refused': exitStatuses.unreachable,
  'client.no-address': exitStatuses.unreachable,
  'client.unreachable': exitStatuses.unreachable,
  'client.not-api': exitStatuses.unreachable,
  'client.unknown-authority': exitStatuses.unreachable,
  'client.certificate-expired': exitStatuses.unreachable,
  'client.certificate-early': exitStatuses.unreachable,
  'client.name-mismatch': exitStatuses.unreachable,
  'client.maintenance': exitStatuses.unreachable,
  'client.fingerprint': exitStatuses.unreachable,
  'client.deadline': exitStatuses.unreachable,
  'client.lost': exitStatuses.unreachable,
  'client.own-expired': exitStatuses.notPermitted,
  'client.denied': exitStatuses.notPermitted,
  'client.unauthenticated': exitStatuses.notPermitted,
};

/** The status of a command that ends with this error. */
export function exitStatusOf({ code }: EftError): number {
  return statusByCode[code] ?? exitStatuses.refused;
}
