/**
 * Where a machine configuration can come from, and which one counts. Each source is a small pure function over what has been read
 * already: whoever calls it mounts and reads, and no source touches a disk or the network.
 */

/** A configuration that a source has, as bytes, and what errors call it. */
export type FoundConfig = { readonly source: SourceName; readonly file: string; readonly bytes: Uint8Array };

/** A configuration that lies elsewhere; fetching it is not the source's business. */
export type ConfigAddress = { readonly source: 'command-line'; readonly url: URL };

/**
 * The sources, the first that has a configuration counts:
 *
 *   handed-in       given to `eft up`
 *   state           what the node has accepted before and kept on STATE
 *   command-line    `eft.config.inline=`, or the address in `eft.config=`
 *   no-cloud        a disk with the label `cidata`
 *
 * What the node has accepted comes before what it is booted with, as in the reference system: an operator's later change must survive a
 * reboot with the same command line.
 */
export const sourceNames = ['handed-in', 'state', 'command-line', 'no-cloud'] as const;
export type SourceName = (typeof sourceNames)[number];

/** The one that counts, or undefined if no source has any. */
export function firstOf<Found extends { readonly source: SourceName }>(
  found: readonly (Found | undefined)[],
): Found | undefined {
  const present = found.filter((candidate) => candidate !== undefined);
  return present.toSorted(
    (left, right) => sourceNames.indexOf(left.source) - sourceNames.indexOf(right.source),
  )[0];
}
