/**
 * Where a machine configuration can come from, and which one counts. Each source is a small pure function over what has been read
 * already: whoever calls it mounts and reads, and no source touches a disk or the network.
 */
import type { NetworkConfig } from '../../capabilities/generated/resources-network-config.ts';
import type { EftError } from '../../errors/eft-error.ts';

/** A configuration that a source has, as bytes, and what errors call it. */
export type FoundConfig = {
  readonly source: SourceName;
  readonly file: string;
  readonly bytes: Uint8Array;
  /** What the source says of the network beside its configuration. */
  readonly network?: NetworkConfig | undefined;
};

/** A configuration that lies elsewhere; fetching it is not the source's business. */
export type ConfigAddress = {
  readonly source: 'command-line';
  /** Of the scheme http or https, without user name and password. */
  readonly url: URL;
  /** Certificates in PEM; if there are any, only they count for https, and not the roots of the image. */
  readonly authorities: string | undefined;
  /** SHA-256 that the configuration must have, in lower-case hexadecimal digits. */
  readonly sha256: string | undefined;
};

/** A source that has something which cannot be used. */
export type UnusableSource = { readonly source: SourceName; readonly fault: EftError };

/** What a source answers if it has anything. */
export type SourceAnswer = FoundConfig | ConfigAddress | UnusableSource;

/**
 * The sources, the first that has a configuration counts:
 *
 *   handed-in       given to `eft up`
 *   staged          what waits on STATE for this boot
 *   state           what the node has accepted before and kept on STATE
 *   command-line    `eft.config.inline=`, or the address in `eft.config=`
 *   no-cloud        a disk with the label `cidata`
 *
 * What the node has accepted comes before what it is booted with, as in the reference system: an operator's later change must survive a
 * reboot with the same command line.
 *
 * A configuration that is wrong leaves the node as it was. So one that is handed in or staged gives way to STATE if it is refused; if any other
 * one is refused, no further source is asked, for what comes after is older or of somebody else: the node goes to maintenance.
 */
export const sourceNames = ['handed-in', 'staged', 'state', 'command-line', 'no-cloud'] as const;
export type SourceName = (typeof sourceNames)[number];

/** What a person calls them. */
export const sourceTitles: Readonly<Record<SourceName, string>> = {
  'handed-in': 'the file that was handed in',
  staged: 'the file that was staged',
  state: 'STATE',
  'command-line': 'the kernel command line',
  'no-cloud': 'the NoCloud disk',
};

/** Those that have something, the one that counts first. */
export function inOrder<Answer extends { readonly source: SourceName }>(
  answers: readonly (Answer | undefined)[],
): readonly Answer[] {
  return answers
    .filter((answer) => answer !== undefined)
    .toSorted((left, right) => sourceNames.indexOf(left.source) - sourceNames.indexOf(right.source));
}

/** Whether the next source is asked when the configuration of this one is refused, and the next one is `next`. */
export function givesWay(refused: SourceName, next: SourceName): boolean {
  return (
    (refused === 'handed-in' && (next === 'staged' || next === 'state')) ||
    (refused === 'staged' && next === 'state')
  );
}
