/** When the gateway's certificate is issued anew: at half of its life, at once if it is for others than it should be, or if the clock was set. Pure. */
import type { IssuedCertificate } from './issue.ts';

/** Whom a certificate is for. */
export type CertificateSubject = {
  /** SHA-256 of the authority (`fingerprintOf`). */
  readonly authority: string;
  readonly names: readonly string[];
  readonly addresses: readonly string[];
};

/** A certificate that is in use. */
export type CertificateInUse = CertificateSubject & Pick<IssuedCertificate, 'notBeforeMs' | 'notAfterMs'>;

export type RenewalPlan =
  | { readonly type: 'renew'; readonly because: 'authority' | 'names' | 'age' | 'clock' }
  /** Look again after so many milliseconds, at most a minute: timers stand still while a machine sleeps, and clocks are set. */
  | { readonly type: 'wait'; readonly afterMs: number };

/** The longest time between two looks. */
export const lookAgainMs = 60_000;

export function planRenewal(inUse: CertificateInUse, wanted: CertificateSubject, nowMs: number): RenewalPlan {
  if (inUse.authority !== wanted.authority) return { type: 'renew', because: 'authority' };
  const isSame = isSameSet(inUse.names, wanted.names) && isSameSet(inUse.addresses, wanted.addresses);
  if (!isSame) return { type: 'renew', because: 'names' };
  if (nowMs < inUse.notBeforeMs) return { type: 'renew', because: 'clock' };
  const dueMs = inUse.notBeforeMs + (inUse.notAfterMs - inUse.notBeforeMs) / 2;
  if (nowMs >= dueMs) return { type: 'renew', because: 'age' };
  return { type: 'wait', afterMs: Math.min(lookAgainMs, Math.ceil(dueMs - nowMs)) };
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  const left = new Set(some);
  const right = new Set(others);
  return left.size === right.size && [...left].every((text) => right.has(text));
}
