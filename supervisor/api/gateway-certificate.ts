/**
 * Keeps the certificate of the gateway that runs: issues one for its key, and another whenever the node is called something else, another authority counts,
 * or half of its life is over (pki/renewal-plan.ts). The key never leaves the gateway.
 */
import { fingerprintOf } from '../pki/authority.ts';
import { type IssuedCertificate, issueMaintenanceCertificate, issueServerCertificate } from '../pki/issue.ts';
import { type CertificateInUse, planRenewal } from '../pki/renewal-plan.ts';
import type { ApiConfiguration } from './api-configuration.ts';
import type { ToGateway } from './gateway-messages.ts';

/** Milliseconds before it is tried again after a failure. */
const againMs = 5_000;

export type GatewayCertificateWorld = {
  readonly configuration: () => ApiConfiguration;
  /** What the node is called, and its addresses, besides what is configured. */
  readonly called: () => { readonly names: readonly string[]; readonly addresses: readonly string[] };
  readonly send: (message: ToGateway) => void;
  /** Milliseconds since 1970. */
  readonly wallMs: () => number;
  readonly after: (delayMs: number, fire: () => void) => () => void;
  /** Why there is none. */
  readonly onTrouble: (reason: string) => void;
};

export class GatewayCertificate {
  readonly #world: GatewayCertificateWorld;
  #publicKey: Uint8Array | undefined;
  #inUse: CertificateInUse | undefined;
  #cancel: () => void = () => undefined;
  #isIssuing = false;
  #isAskedAgain = false;
  #isClosed = false;

  constructor(world: GatewayCertificateWorld) {
    this.#world = world;
  }

  /** The gateway has asked for one. One key is enough for it. */
  request(publicKey: Uint8Array): void {
    this.#publicKey ??= publicKey;
    this.#inUse = undefined;
    this.look();
  }

  /** Looks whether another one is due: something may have changed. Never throws. */
  look(): void {
    this.#cancel();
    if (this.#isClosed || this.#publicKey === undefined) return;
    if (this.#isIssuing) {
      this.#isAskedAgain = true;
      return;
    }
    const { configuration, called, wallMs } = this.#world;
    const { authority, names } = configuration();
    const own = called();
    const wanted = {
      authority: fingerprintOf(authority.certificate),
      names: [...names, ...own.names],
      addresses: own.addresses,
    };
    const plan = this.#inUse === undefined ? undefined : planRenewal(this.#inUse, wanted, wallMs());
    if (plan?.type === 'wait') this.#lookAfter(plan.afterMs);
    else void this.#issue(this.#publicKey, wanted);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
  }

  /** Does not reject. */
  async #issue(
    publicKey: Uint8Array,
    wanted: Omit<CertificateInUse, 'notBeforeMs' | 'notAfterMs'>,
  ): Promise<void> {
    const { configuration, send, wallMs, onTrouble } = this.#world;
    const { type, authority } = configuration();
    const request = { authority, publicKey, names: wanted.names, addresses: wanted.addresses };
    this.#isIssuing = true;
    try {
      const issued: IssuedCertificate =
        type === 'maintenance'
          ? await issueMaintenanceCertificate(request)
          : await issueServerCertificate({ ...request, nowMs: wallMs() });
      const { chain, notBeforeMs, notAfterMs } = issued;
      this.#inUse = { ...wanted, notBeforeMs, notAfterMs };
      if (!this.#isClosed)
        send({
          type: 'certificate',
          chain,
          authorities: type === 'maintenance' ? [] : [authority.certificate],
        });
      this.#isIssuing = false;
      if (this.#isAskedAgain) this.look();
      else this.#lookAfter(0);
    } catch (error) {
      this.#isIssuing = false;
      onTrouble(error instanceof Error ? error.message : String(error));
      this.#lookAfter(againMs);
    }
    this.#isAskedAgain = false;
  }

  #lookAfter(delayMs: number): void {
    if (this.#isClosed) return;
    this.#cancel();
    this.#cancel = this.#world.after(delayMs, () => this.look());
  }
}
