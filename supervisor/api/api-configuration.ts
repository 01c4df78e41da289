/** What the API goes by: the authority, who may do what, and by which names the node is called. It comes from the machine configuration as a whole, or is that of a node without one. */
import { X509Certificate } from 'node:crypto';
import { apiSettingsOf, caOf } from '../config/api-settings.ts';
import type { MachineConfig } from '../config/machine-schema.ts';
import type { SecretVault } from '../config/secret-vault.ts';
import { type Authority, openAuthority } from '../pki/authority.ts';
import { Access } from './roles.ts';
import type { ChainRules } from './verify-chain.ts';

export type ApiConfiguration = {
  readonly type: 'configured' | 'maintenance';
  /** Issues the gateway's certificate. */
  readonly authority: Authority;
  readonly rules: ChainRules;
  readonly access: Access;
  /** Names and addresses for the certificate, besides the node's own. */
  readonly names: readonly string[];
};

/** What a machine configuration says; undefined if it has no authority, and the node no API. Errors: `pki.*`. */
export function apiConfigurationOf(machine: MachineConfig, vault: SecretVault): ApiConfiguration | undefined {
  const ca = caOf(machine, vault);
  if (ca === undefined) return undefined;
  const { names, revoked, roles } = apiSettingsOf(machine);
  const authority = openAuthority(ca.certificate, ca.key);
  return {
    type: 'configured',
    authority,
    rules: { authority: new X509Certificate(authority.certificate), revoked },
    access: new Access({ type: 'configured', roles }),
    names,
  };
}

/** That of a node in maintenance: nobody is known, and its authority is of this boot. */
export function maintenanceConfiguration(authority: Authority): ApiConfiguration {
  return {
    type: 'maintenance',
    authority,
    rules: { authority: undefined, revoked: new Set() },
    access: new Access({ type: 'maintenance' }),
    names: [],
  };
}
