/**
 * Every limit of the store, with its reason. Bytes are charged bytes: an upper estimate of what V8 keeps for a value
 * (see value.ts), since it is PID 1's heap that the limits protect.
 *
 * Nobody can take away what another needs. Room comes in three parts, and the sum of them is what the store can grow to:
 * - `supervisor`, `config` and `api` have all that one owner may have, each to itself: no module can keep the node from
 *   being configured, or from telling how it is.
 * - Every module is assured a small part, however full the rest is: enough to say how it is.
 * - What a module has beyond that comes out of a part that all modules share.
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
  /** Resources and charged bytes that every module can have, however much the others have. */
  readonly assuredResources: number;
  readonly assuredBytes: number;
  /** Resources and charged bytes that all modules together may have beyond what each is assured of. */
  readonly sharedResources: number;
  readonly sharedBytes: number;
  /** Modules that have joined, or left and still own something. */
  readonly modules: number;
  /** Effects and charged bytes put in one transaction: bounds the time that one commit keeps PID 1 busy. */
  readonly effectsPerCommit: number;
  readonly bytesPerCommit: number;
  /** Watches open at a time: one of each cell, and those of the API, which has a limit of its own. */
  readonly watches: number;
  /** Per kind and owner, how many gone resources are remembered one by one for the conflict check. */
  readonly goneRemembered: number;
};

export const STORE_LIMITS: StoreLimits = {
  kinds: 512,
  resourceBytes: 256 * 1024,
  resourcesPerKind: 16_384,
  resourcesPerOwner: 8_192,
  bytesPerOwner: 8 * 1024 * 1024,
  assuredResources: 128,
  assuredBytes: 128 * 1024,
  // With the reserves of the three that are no modules and what 128 modules are assured of: 65,536 and 64 MiB.
  sharedResources: 24_576,
  sharedBytes: 24 * 1024 * 1024,
  modules: 128,
  effectsPerCommit: 4_096,
  bytesPerCommit: 4 * 1024 * 1024,
  watches: 2_048,
  goneRemembered: 1_024,
};
