/** Who calls: derived by PID 1 from the certificate chain, never told by the gateway. */

/** The roles that every node knows; the machine configuration can define more. */
export const builtInRoles = ['os:admin', 'os:operator', 'os:reader', 'os:etcd:backup'] as const;

export type Identity =
  /** No certificate was shown, or it is not to be believed: `reason` is a sentence for the audit log and the caller. */
  | { readonly type: 'nobody'; readonly reason: string; readonly peer: string }
  | {
      readonly type: 'client';
      /** The common name of the certificate. */
      readonly name: string;
      /** The organizations of the certificate (RFC 4519, 2.19), as in the reference system. */
      readonly roles: readonly string[];
      /** SHA-256 of the certificate, in hexadecimal. */
      readonly fingerprint: string;
      readonly peer: string;
    };
