/**
 * One way for every call: is it too much, is there such a method, who calls, is the request right, may he, and only then does it run. What was refused and what
 * changed something is in the audit log.
 *
 * The order is what keeps strangers from all that is behind it: a request is not even taken apart for somebody whom the node does not know.
 */

import { EftError } from '../errors/eft-error.ts';
import type { RecordValue } from '../store/resource.ts';
import type { AuditedCall, AuditLog } from './audit-log.ts';
import { callError } from './call-error.ts';
import type { CallError } from './gateway-messages.ts';
import type { Call } from './gateway-session.ts';
import type { Identity } from './identity.ts';
import type { AnyMethod, ReadCall, Subject } from './method.ts';
import { CallRates } from './rate-limits.ts';
import type { Access } from './roles.ts';

export type DispatcherWorld = {
  /** Who may do what by the configuration that counts now. */
  readonly access: () => Access;
  readonly audit: Pick<AuditLog, 'began' | 'ended' | 'refused'>;
  /** In milliseconds; it does not go back. */
  readonly nowMs: () => number;
  /** A call is over, after so many seconds; of one with several answers, or that was broken off, they say nothing. */
  readonly onCall: (
    method: string,
    outcome: 'ok' | CallError['status'],
    seconds: number,
    isStream: boolean,
  ) => void;
};

export class Dispatcher {
  readonly #methods: ReadonlyMap<string, AnyMethod>;
  readonly #world: DispatcherWorld;
  readonly #rates = new CallRates();

  /** No two methods have the same name. */
  constructor(methods: readonly AnyMethod[], world: DispatcherWorld) {
    this.#methods = new Map(methods.map((method) => [method.name, method]));
    if (this.#methods.size !== methods.length) throw new TypeError('two methods have the same name');
    this.#world = world;
  }

  /** Answers a call. Errors: why it is refused (`api.*`, `record.*`), and those of the method. */
  async *answer(call: Call): AsyncGenerator<RecordValue, void> {
    const { nowMs, onCall } = this.#world;
    const began = nowMs();
    let outcome: Parameters<typeof onCall>[1] = 'canceled';
    let answers = 0;
    try {
      for await (const answer of this.#admitted(call)) {
        answers += 1;
        yield answer;
      }
      outcome = 'ok';
    } catch (error) {
      outcome = callError(error).status;
      throw error;
    } finally {
      // What has no name of ours is counted together: its name is whatever a caller likes.
      const name = this.#methods.has(call.method) ? call.method : 'unknown';
      onCall(name, outcome, (nowMs() - began) / 1_000, answers > 1 || outcome === 'canceled');
    }
  }

  async *#admitted(call: Call): AsyncGenerator<RecordValue, void> {
    const { access, audit } = this.#world;
    const identity = call.identify();
    let subjects: readonly Subject[] = [];
    const audited = (): AuditedCall => ({ identity, method: call.method, subjects });
    let method: AnyMethod;
    let read: ReadCall;
    try {
      method = this.#find(call, identity);
      read = method.read(call.argument);
      ({ subjects } = read);
      access().check(identity, method, subjects);
    } catch (error) {
      audit.refused(audited(), callError(error, call.method));
      throw error;
    }
    call.guard(() => access().check(call.identify(), method, subjects));
    const { signal } = call;
    if (!method.changes) {
      yield* read.run({ identity, signal }, call.inputs);
      return;
    }
    const number = await audit.began(audited());
    let error: CallError | undefined = callError(EftError.of('api.gone', {}));
    try {
      // Time has passed while the line was written.
      access().check(call.identify(), method, subjects);
      yield* read.run({ identity, signal }, call.inputs);
      error = undefined;
    } catch (thrown) {
      error = callError(thrown, call.method);
      throw thrown;
    } finally {
      audit.ended(number, audited(), error);
    }
  }

  /** The method, if the caller may come as far as to ask for it. Errors: `api.rate`, `api.unauthenticated`, `api.maintenance`, `api.unknown-method`. */
  #find(call: Call, identity: Identity): AnyMethod {
    const { access, nowMs } = this.#world;
    const method = this.#methods.get(call.method);
    if (!this.#rates.take(identity, nowMs())) {
      const whose = identity.type === 'client' ? identity.name : `strangers at ${identity.peer}`;
      throw EftError.of('api.rate', { whose });
    }
    access().admit(identity, { name: call.method, verb: method?.verb ?? 'read' });
    if (method === undefined) throw EftError.of('api.unknown-method', { method: call.method });
    return method;
  }
}
