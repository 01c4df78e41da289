/**
 * What the nodes of a cluster are given: a configuration each, with the authority of their API. Without a word of the user's there is a new authority, which
 * is kept beside the cluster, or with what the nodes keep, so that they can be operated when they are started again.
 *
 * A configuration that was made here is on the node's STATE when it begins, as if it had accepted it before; the user's own is handed in, for the node to
 * accept or refuse.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { minimalConfig } from '../../supervisor/config/minimal-config.ts';
import type { Authority } from '../../supervisor/pki/authority.ts';
import {
  authorityOfConfig,
  authorityPair,
  newClusterAuthority,
  readAuthorityFile,
  writeAuthorityFile,
} from '../pki/authority-file.ts';

export type HandedConfiguration = {
  /** The configuration for a node of this name, or undefined if there is none for it. */
  readonly of: (node: string) => string | undefined;
  /** It is the user's own. */
  readonly isOwn: boolean;
  /** Undefined if the nodes have no API, or one that is not known here. */
  readonly authority: Authority | undefined;
  /** For a person: why nobody can call the nodes; empty if somebody can. */
  readonly lack: string;
};

export type HandedOptions = {
  readonly cluster: string;
  /** The user's own configuration, and the file that it is from. */
  readonly own: { readonly text: string; readonly file: string } | undefined;
  readonly isMaintenance: boolean;
  /** The nodes are told by their command line where to fetch it. */
  readonly isFetched: boolean;
  /** The folder of what nodes keep. */
  readonly state: string | undefined;
  /** Whether there is something already that a node of this name keeps. */
  readonly hasKept: (node: string) => boolean;
  /** Names and addresses by which the nodes are reached besides their own. */
  readonly names: readonly string[];
};

/** In the folder of what nodes keep. */
const authorityName = 'authority.pem';

/** Errors: `pki.*`, `key.exists`, `file.*`, and those of reading a configuration. */
export async function handedConfiguration(options: HandedOptions): Promise<HandedConfiguration> {
  const { cluster, own, isMaintenance, isFetched, state, hasKept, names } = options;
  if (isMaintenance) return { of: () => undefined, isOwn: false, authority: undefined, lack: '' };
  const kept = state === undefined ? undefined : join(state, authorityName);
  if (own !== undefined) {
    const authority = await authorityOfConfig(Buffer.from(own.text), own.file);
    const lack = authority === undefined ? `${own.file} has no \`machine.ca\`: the nodes have no API` : '';
    if (kept !== undefined && authority !== undefined && !existsSync(kept)) {
      writeAuthorityFile(kept, authority);
    }
    return { of: () => own.text, isOwn: true, authority, lack };
  }
  if (isFetched) {
    const lack = 'the nodes fetch their configuration: nothing is known here of the authority of their API';
    return { of: () => undefined, isOwn: false, authority: undefined, lack };
  }
  const authority = await clusterAuthority(cluster, kept);
  const pair = authorityPair(authority);
  return {
    of: (node) =>
      hasKept(node) ? undefined : minimalConfig({ type: 'worker', hostname: node, authority: pair, names }),
    isOwn: false,
    authority,
    lack: '',
  };
}

async function clusterAuthority(cluster: string, kept: string | undefined): Promise<Authority> {
  if (kept !== undefined && existsSync(kept)) return readAuthorityFile(kept);
  const authority = await newClusterAuthority(`${authorityPrefix}${cluster}`);
  if (kept !== undefined) writeAuthorityFile(kept, authority);
  return authority;
}

/** Common names of authorities that are made here begin so. */
export const authorityPrefix = 'local cluster ';
