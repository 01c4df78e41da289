/**
 * Every limit of the store, with its reason. Bytes are charged bytes: an upper estimate of what V8 keeps for a value
 * (see value.ts), since it is PID 1's heap that the limits protect.
 */

/** The longest id, in bytes of UTF-8: a DNS name (RFC 1035, 2.3.4) fits, and so does every Kubernetes name. */
export const ID_BYTES = 253;

/** The longest name of a kind or of an actor, in bytes of UTF-8. */
export const KIND_BYTES = 253;
export const ACTOR_BYTES = 128;

/** How many may hold one resource. A resource with more readers than this needs one of them in between. */
export const FINALIZERS = 16;

export type StoreLimits = {
  /** Kinds defined. The graph of a node is read by people: it has dozens. */
  readonly kinds: number;
  /** Charged bytes of one resource. What is larger is a file. */
  readonly resourceBytes: number;
  readonly resourcesPerKind: number;
  /** Resources and charged bytes of one owner: what one module that has gone wrong can take away from the others. */
  readonly resourcesPerOwner: number;
  readonly bytesPerOwner: number;
  /** Resources and charged bytes in all. */
  readonly resources: number;
  readonly bytes: number;
  /** Effects and charged bytes put in one transaction: bounds the time that one commit keeps PID 1 busy. */
  readonly effectsPerCommit: number;
  readonly bytesPerCommit: number;
  /** Watches open at a time. */
  readonly watches: number;
  /** Per kind and owner, how many gone resources are remembered one by one for the conflict check. */
  readonly goneRemembered: number;
};

export const STORE_LIMITS: StoreLimits = {
  kinds: 512,
  resourceBytes: 256 * 1024,
  resourcesPerKind: 16_384,
  resourcesPerOwner: 16_384,
  bytesPerOwner: 8 * 1024 * 1024,
  resources: 65_536,
  bytes: 64 * 1024 * 1024,
  effectsPerCommit: 4_096,
  bytesPerCommit: 4 * 1024 * 1024,
  watches: 1_024,
  goneRemembered: 1_024,
};
