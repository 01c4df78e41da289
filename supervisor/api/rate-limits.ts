/**
 * How often somebody may call: buckets of tokens, one for each identity and one for each address. Pure; the clock comes in.
 *
 * Addresses are told by the gateway, which may be lying: they keep strangers from each other. What a gateway can cost is bounded where it is read
 * (gateway-link.ts).
 *
 * The danger: the table of buckets is what strangers fill. It has a limit; the one that was used the longest ago goes, which is full again by then unless
 * there are more callers than places.
 */
import type { Identity } from './identity.ts';

export type Rate = {
  /** Tokens that come by in a second, and the most there are. */
  readonly perSecond: number;
  readonly burst: number;
};

/** Calls of one certificate. */
export const identityRate: Rate = { perSecond: 1_000, burst: 2_000 };
/** Calls from one address, whoever makes them. */
export const peerRate: Rate = { perSecond: 2_000, burst: 4_000 };
/** Calls from one address by callers whom nobody knows. */
export const strangerRate: Rate = { perSecond: 10, burst: 50 };
/** Buckets of one kind. */
export const bucketsLimit = 1_024;

type Bucket = { tokens: number; atMs: number };

export class TokenBuckets {
  readonly #rate: Rate;
  readonly #limit: number;
  /** Those that were used last come last. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: Rate, limit = bucketsLimit) {
    this.#rate = rate;
    this.#limit = limit;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes `count` tokens, or one; false if there are not as many. `nowMs` does not go back; if it does, no time has passed. */
  take(key: string, nowMs: number, count = 1): boolean {
    const { perSecond, burst } = this.#rate;
    const bucket = this.#buckets.get(key) ?? { tokens: burst, atMs: nowMs };
    this.#buckets.delete(key);
    const passedMs = Math.max(0, nowMs - bucket.atMs);
    bucket.tokens = Math.min(burst, bucket.tokens + (passedMs / 1_000) * perSecond);
    bucket.atMs = Math.max(nowMs, bucket.atMs);
    const isThere = bucket.tokens >= count;
    if (isThere) bucket.tokens -= count;
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size >= this.#limit && oldest !== undefined) this.#buckets.delete(oldest);
    this.#buckets.set(key, bucket);
    return isThere;
  }
}

export class CallRates {
  readonly #identities = new TokenBuckets(identityRate);
  readonly #peers = new TokenBuckets(peerRate);
  readonly #strangers = new TokenBuckets(strangerRate);

  /** Whether this caller may make a call now. */
  take(identity: Identity, nowMs: number): boolean {
    const peer = network(identity.peer);
    if (identity.type === 'nobody') return this.#strangers.take(peer, nowMs) && this.#peers.take(peer, nowMs);
    return this.#identities.take(identity.fingerprint, nowMs) && this.#peers.take(peer, nowMs);
  }
}

/** What counts as one address: of IPv6 the first four groups, because a whole /64 belongs to one subscriber (RFC 6177). */
function network(peer: string): string {
  if (!peer.includes(':')) return peer;
  const full = URL.parse(`http://[${peer.replace(/%.*$/, '')}]`)?.hostname.slice(1, -1) ?? peer;
  const [head = '', tail] = full.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - groups.length - rest.length;
  return [...groups, ...Array.from({ length: zeros }, () => '0'), ...rest].slice(0, 4).join(':');
}
