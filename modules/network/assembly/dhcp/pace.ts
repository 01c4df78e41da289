/**
 * How often the client sends, and how long it waits (RFC 2131 section 4.1 and 4.4.5, RFC 5227). Where we differ from the RFCs' advice it is for
 * the sake of a fast boot, and the reason stands here.
 *
 * The RFC advises a random second to ten before the first DISCOVER, so that a building does not ask at once after a power cut. We
 * ask at once: the second try and all later ones are spread, and servers have long been fast enough for the first.
 */
import { Randomness } from './randomness';

export const millisecond: u64 = 1_000_000;
export const second: u64 = 1_000_000_000;

const firstWait: u64 = 4 * second;
const longestWait: u64 = 64 * second;
/** Waits are longer or shorter by up to this. */
const spread: u64 = second;

/** Sends of a REQUEST before the offer is given up: a minute (RFC 2131 section 3.1, step 5). */
export const requestTries: i32 = 4;
/** Sends of the question whether an address is still good: 12 s. Servers that know nothing of it keep silent, and a boot should not wait. */
export const confirmTries: i32 = 2;
/** Between tries to renew or rebind: half of what is left, but not less than this (RFC 2131 section 4.4.5). */
const renewalWaitMinimum: u64 = 60 * second;

/** After a DECLINE: ten seconds at least (RFC 2131 section 3.1, step 5), and a minute after ten of them (RFC 5227 section 2.1.1, MAX_CONFLICTS). */
const declineWait: u64 = 10 * second;
const declinesLimit: i32 = 10;
const manyDeclinesWait: u64 = 60 * second;

/**
 * The watch after the address is taken into use. RFC 5227 has a host ask three times over at least five seconds before it uses an
 * address. We ask once and wait for `probeWindowMilliseconds`: a neighbour on a wired link answers in well under one. Then the address is used,
 * announced twice, and watched for this long; whoever shows up in that time was there first, and we give way at once.
 */
export const watchTime: u64 = 10 * second;
export const probeWindowMaximum: u32 = 10_000;
/** RFC 5227 section 1.1, ANNOUNCE_INTERVAL. */
export const announceInterval: u64 = 2 * second;

/** From one beginning to the next when the link goes down and comes back. */
export const flapWait: u64 = second;

/** The wait after the `tries`-th send (from 1): 4, 8, 16, 32, 64, 64 … s, each a second more or less. */
export function retransmissionWait(tries: i32, randomness: Randomness): u64 {
  const doubled = firstWait << (<u64>min(tries - 1, 4));
  return min(doubled, longestWait) - spread + randomness.below(2 * spread);
}

/** The wait while a lease is renewed that has `left` until the next step. */
export function renewalWait(left: u64): u64 {
  return max(left / 2, renewalWaitMinimum);
}

/** The wait after as many NAKs in a row: none after the first, then 1, 2, 4 … 64 s, and up to a second more. */
export function refusalWait(refusals: i32, randomness: Randomness): u64 {
  if (refusals <= 1) return 0;
  return min(second << (<u64>min(refusals - 2, 6)), longestWait) + randomness.below(spread);
}

/** The wait after as many DECLINEs in a row, and up to a second more. */
export function conflictWait(declines: i32, randomness: Randomness): u64 {
  return (declines >= declinesLimit ? manyDeclinesWait : declineWait) + randomness.below(spread);
}
