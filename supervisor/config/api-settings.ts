/** What the API takes from a machine configuration. */
import type { Verb } from '../api/method.ts';
import { certificateMark } from './api-schema.ts';
import type { MachineConfig } from './machine-schema.ts';
import type { SecretVault } from './secret-vault.ts';

/** The authority of the machine's API: certificate and key in PEM (RFC 7468), the key in PKCS #8. They belong together. */
export type ApiAuthority = { readonly certificate: string; readonly key: string };

/** One thing that a role may do: any of `verbs` with any of `kinds`, or by any of `methods`; one of the two lists is empty. `*` stands for all. */
export type AccessRule = {
  readonly verbs: readonly Verb[];
  readonly kinds: readonly string[];
  readonly methods: readonly string[];
};

export type CustomRole = { readonly name: string; readonly rules: readonly AccessRule[] };

export type ApiSettings = {
  /** Names and addresses for the machine's certificate, besides those that it has by itself. */
  readonly names: readonly string[];
  /** Serial numbers and SHA-256 fingerprints in the form of `certificateMark`. */
  readonly revoked: ReadonlySet<string>;
  /** None has a name that begins with `os:`. */
  readonly roles: readonly CustomRole[];
};

/** The authority, or undefined if the configuration has none; the machine then has no API. `vault` has the secrets of this configuration. */
export function caOf({ machine }: MachineConfig, vault: SecretVault): ApiAuthority | undefined {
  if (machine.ca === undefined) return undefined;
  const key = vault.reveal(machine.ca.key);
  return key === undefined ? undefined : { certificate: machine.ca.crt, key };
}

/** Who may use the API and under which names. */
export function apiSettingsOf({ machine }: MachineConfig): ApiSettings {
  const { names, revoked, roles } = machine.api;
  return {
    names,
    revoked: new Set(revoked.map(certificateMark)),
    roles: roles.map(({ name, rules }) => ({
      name,
      rules: rules.map(({ verbs, kinds = [], methods = [] }) => ({ verbs, kinds, methods })),
    })),
  };
}
