// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:module/invariants@0.1.0`
 *
 * What a module states of itself: what holds between any two of its events, whatever they are and in whatever order they come. A module
 * need not export it. No node calls it: the fuzzer does, at the end of each run, and what does not hold is a finding.
 */

/** What the host's `eft:module/invariants@0.1.0` consists of. */
export interface InvariantsInterface {
  /**
   * Looks at the module's own memory, and gives a sentence for each thing that does not hold; none if all is well. A call changes nothing: it
   * logs nothing, puts nothing, sets no timer and makes no request.
   */
  check(): readonly string[];
}
