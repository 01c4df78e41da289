/**
 * Who may do what: one table for the roles that every node knows, rules of the same form for those of the machine configuration, and what is not
 * allowed by any of them is denied. Pure.
 *
 * The danger: a call can be about several kinds, and each of them has to be allowed. A call that is about none is not allowed by a rule about kinds,
 * even by one about all of them.
 */
import type { AccessRule, CustomRole } from '../config/api-settings.ts';
import { EftError } from '../errors/eft-error.ts';
import type { builtInRoles, Identity } from './identity.ts';
import { type AnyMethod, type Subject, verbs } from './method.ts';

const operations = 'eft:resources/operation';

/** What the roles of every node may do. */
export const roleTable: Readonly<Record<(typeof builtInRoles)[number], readonly AccessRule[]>> = {
  'os:admin': [{ verbs, kinds: [], methods: ['*'] }],
  'os:operator': [{ verbs: ['read', 'operate', 'power', 'download'], kinds: [], methods: ['*'] }],
  'os:reader': [{ verbs: ['read'], kinds: [], methods: ['*'] }],
  // Takes snapshots of etcd and fetches them, and sees nothing else.
  'os:etcd:backup': [
    { verbs: ['operate'], kinds: ['operation:etcd/snapshot'], methods: [] },
    { verbs: ['read'], kinds: [operations], methods: [] },
    {
      verbs: ['read', 'download'],
      kinds: [],
      methods: ['eft.v1.BlobService/Stat', 'eft.v1.BlobService/Download'],
    },
  ],
};

/** Whoever has a role that the node knows may call these. `ListKinds` names only what the caller may read. */
export const methodsForEveryRole: readonly string[] = [
  'eft.v1.MachineService/Version',
  'eft.v1.StateService/ListKinds',
];

/** What a node without configuration does, for anyone. */
export const maintenanceMethods: readonly string[] = [
  'eft.v1.MachineService/Version',
  'eft.v1.MachineService/ApplyConfig',
];

/** The form of a role's name: what else stands in the organization of a certificate is no role. */
export const roleForm = /^[a-z][a-z0-9]*(?:[:-][a-z0-9]+)*$/;

/** A method, as far as the table is about it. */
export type Called = Pick<AnyMethod, 'name' | 'verb'>;

/** What an operation is called where roles speak of kinds: such as `operation:etcd/snapshot`. */
export function operationKind(target: string, verb: string): string {
  return `operation:${target}/${verb}`;
}

export type AccessMode =
  | { readonly type: 'configured'; readonly roles: readonly CustomRole[] }
  | { readonly type: 'maintenance' };

export class Access {
  readonly #isMaintenance: boolean;
  readonly #rules: ReadonlyMap<string, readonly AccessRule[]>;

  constructor(mode: AccessMode) {
    this.#isMaintenance = mode.type === 'maintenance';
    const custom = mode.type === 'configured' ? mode.roles : [];
    // A role of the configuration does not change what Eft's own may.
    this.#rules = new Map([
      ...custom.map(({ name, rules }) => [name, rules] as const),
      ...Object.entries(roleTable),
    ]);
  }

  /** Whether the caller may begin at all; what the call is about is not known yet. Errors: `api.unauthenticated`, `api.maintenance`. */
  admit(identity: Identity, { name }: Called): void {
    if (this.#isMaintenance) {
      if (!maintenanceMethods.includes(name)) throw EftError.of('api.maintenance', { method: name });
    } else if (identity.type === 'nobody') {
      throw EftError.of('api.unauthenticated', { reason: identity.reason });
    }
  }

  /** Whether the caller may call the method about these. Errors: those of `admit`, and `api.denied`. */
  check(identity: Identity, method: Called, subjects: readonly Subject[]): void {
    this.admit(identity, method);
    if (identity.type === 'nobody') return;
    const kinds = subjects.flatMap(({ kind }) => (kind === undefined ? [] : [kind]));
    if (this.#mayByMethod(identity, method)) return;
    const denied = kinds.find((kind) => !this.#mayByKind(identity, method.verb, kind));
    if (kinds.length > 0 && denied === undefined) return;
    const { name, roles } = identity;
    const target = denied === undefined ? `by ${method.name}` : denied;
    const listed = roles.length === 0 ? 'it has none' : roles.join(', ');
    throw EftError.of('api.denied', { name, verb: method.verb, target, roles: listed });
  }

  /** Whether the caller may read resources of a kind. */
  mayRead(identity: Identity, kind: string): boolean {
    if (identity.type === 'nobody') return false;
    const method = { name: 'eft.v1.StateService/Get', verb: 'read' } as const;
    return this.#mayByMethod(identity, method) || this.#mayByKind(identity, 'read', kind);
  }

  #rulesOf({ roles }: Identity & { readonly type: 'client' }): readonly AccessRule[] {
    return roles.flatMap((role) => this.#rules.get(role) ?? []);
  }

  #mayByMethod(identity: Identity & { readonly type: 'client' }, { name, verb }: Called): boolean {
    const rules = this.#rulesOf(identity);
    if (rules.length > 0 && methodsForEveryRole.includes(name)) return true;
    const service = `${name.split('/')[0]}/*`;
    return rules.some(
      ({ verbs: allowed, methods }) =>
        allowed.includes(verb) && methods.some((one) => one === '*' || one === name || one === service),
    );
  }

  #mayByKind(identity: Identity & { readonly type: 'client' }, verb: Called['verb'], kind: string): boolean {
    return this.#rulesOf(identity).some(
      ({ verbs: allowed, kinds }) =>
        allowed.includes(verb) && kinds.some((one) => one === '*' || one === kind),
    );
  }
}
