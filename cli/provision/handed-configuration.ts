/**
 * What the nodes of a cluster are handed: a configuration each, with the authority of their API. Without a word of the user's there is a new authority, which
 * is kept beside the cluster, or with what the nodes keep, so that they can be operated when they are started again.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { minimalConfig } from '../../supervisor/config/minimal-config.ts';
import { stateFile } from '../../supervisor/config/sources/state.ts';
import type { Authority } from '../../supervisor/pki/authority.ts';
import {
  authorityOfConfig,
  authorityPair,
  newClusterAuthority,
  readAuthorityFile,
  writeAuthorityFile,
} from '../pki/authority-file.ts';

export type HandedConfiguration = {
  /** The configuration that a node of this name is handed, or undefined if none. */
  readonly of: (node: string) => string | undefined;
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
  /** The folder of what nodes keep. */
  readonly state: string | undefined;
  /** Nodes find what they keep by themselves before what they are handed, as in virtual machines; in namespaces what is handed comes first. */
  readonly isStateFirst: boolean;
  /** Names and addresses by which the nodes are reached besides their own. */
  readonly names: readonly string[];
};

/** In the folder of what nodes keep. */
const authorityName = 'authority.pem';

/** Errors: `pki.*`, `key.exists`, `file.*`, and those of reading a configuration. */
export async function handedConfiguration(options: HandedOptions): Promise<HandedConfiguration> {
  const { cluster, own, isMaintenance, state, isStateFirst, names } = options;
  if (isMaintenance) return { of: () => undefined, authority: undefined, lack: '' };
  const kept = state === undefined ? undefined : join(state, authorityName);
  if (own !== undefined) {
    const authority = await authorityOfConfig(Buffer.from(own.text), own.file);
    const lack = authority === undefined ? `${own.file} has no \`machine.ca\`: the nodes have no API` : '';
    if (kept !== undefined && authority !== undefined && !existsSync(kept)) {
      writeAuthorityFile(kept, authority);
    }
    return { of: () => own.text, authority, lack };
  }
  const authority = await clusterAuthority(cluster, kept);
  const pair = authorityPair(authority);
  return {
    of: (node) => {
      const hasOwn = state !== undefined && existsSync(join(state, node, stateFile));
      if (hasOwn && !isStateFirst) return undefined;
      return minimalConfig({ type: 'worker', hostname: node, authority: pair, names });
    },
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
