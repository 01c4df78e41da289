/** The authority that a command line names: by a file, or as that of a cluster of local nodes. */
import { EftError } from '../../supervisor/errors/eft-error.ts';
import type { Authority } from '../../supervisor/pki/authority.ts';
import { clusterAuthorityFile } from '../provision/cluster.ts';
import { findCluster } from '../provision/find-cluster.ts';
import { readAuthorityFile } from './authority-file.ts';

/** Errors: `pki.which-authority`, `provision.no-cluster`, and those of `readAuthorityFile`. */
export function chooseAuthority(options: {
  readonly authority?: string;
  readonly cluster?: string;
}): Promise<Authority> {
  const { authority, cluster } = options;
  if ((authority === undefined) === (cluster === undefined))
    return Promise.reject(EftError.of('pki.which-authority', {}));
  return readAuthorityFile(authority ?? clusterAuthorityFile(findCluster(cluster ?? '').name));
}
