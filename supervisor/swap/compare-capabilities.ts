/**
 * What a new version of a module can do and the running one cannot, and the other way round, for the person who is to agree. A capability has one
 * name, by which it is accepted:
 *
 *   eft:host/socket                   a host interface with its grant
 *   input eft:resources/link-status   a kind that it reads
 *   output eft:resources/route-spec   a kind that it writes
 *   limits                            memory, time of an event, length of the queue
 *   isolation                         a thread where there was a process
 *
 * Whether a grant lets through more than another is decided by added-authority.ts: in doubt, it is shown.
 */
import { stringify } from 'yaml';
import { addedAuthority } from '../manifest/added-authority.ts';
import type { Grant } from '../manifest/grants.ts';
import type { Manifest } from '../manifest/manifest.ts';

export type CapabilityChange = {
  readonly change: 'added' | 'removed' | 'changed';
  readonly capability: string;
  /** The scope in YAML; empty where there is none. */
  readonly before: string;
  readonly after: string;
  /** The author's, from the new manifest. */
  readonly reason: string;
  /** Whether it lets the module do more, so that somebody must agree. */
  readonly isMore: boolean;
};

type Capability = {
  readonly scope: string;
  readonly reason: string;
  /** Whether what is here allows something that `other` does not. */
  readonly exceeds: (other: Capability) => boolean;
  readonly grant?: Grant;
};

/** All changes, those of the new version in its order first. `from` is undefined for a module that is new: all of it is added then. */
export function compareCapabilities(from: Manifest | undefined, to: Manifest): readonly CapabilityChange[] {
  const before = from === undefined ? new Map<string, Capability>() : capabilitiesIn(from);
  const after = capabilitiesIn(to);
  const changes: CapabilityChange[] = [];
  for (const [capability, { scope, reason, exceeds }] of after) {
    const old = before.get(capability);
    if (old === undefined) {
      // Limits and isolation of a module that is new take nothing from anybody; what it may do is told all the same.
      const isMore = capability !== limitsName && capability !== isolationName;
      changes.push({ change: 'added', capability, before: '', after: scope, reason, isMore });
    } else if (old.scope !== scope) {
      const isMore = exceeds(old);
      changes.push({ change: 'changed', capability, before: old.scope, after: scope, reason, isMore });
    }
  }
  for (const [capability, { scope }] of before) {
    if (!after.has(capability))
      changes.push({ change: 'removed', capability, before: scope, after: '', reason: '', isMore: false });
  }
  return changes;
}

const limitsName = 'limits';
const isolationName = 'isolation';

function capabilitiesIn({
  inputs,
  outputs,
  grants,
  limits,
  isolation,
}: Manifest): ReadonlyMap<string, Capability> {
  const capabilities = new Map<string, Capability>();
  const plain = (grant: Grant) => ({ inputs: [], outputs: [], grants: [grant] });
  for (const grant of grants) {
    const { interface: name, reason, ...scope } = grant;
    const exceeds = (other: Capability): boolean =>
      other.grant === undefined ||
      addedAuthority(plain(other.grant), plain(grant)).length > 0 ||
      deadlineOf(grant) > deadlineOf(other.grant);
    capabilities.set(name, { scope: scopeText(scope), reason, exceeds, grant });
  }
  for (const { kind, reason } of inputs) {
    capabilities.set(`input ${kind}`, { scope: '', reason, exceeds: () => false });
  }
  for (const { kind, mode, reason } of outputs) {
    const exceeds = (): boolean => mode === 'exclusive';
    capabilities.set(`output ${kind}`, { scope: mode, reason, exceeds });
  }
  const reason = 'the manifest gives no reason for it';
  const exceeds = ({ scope }: Capability): boolean => isLarger(scopeText(limits), scope);
  capabilities.set(limitsName, { scope: scopeText(limits), reason, exceeds });
  capabilities.set(isolationName, { scope: isolation, reason, exceeds: () => isolation === 'thread' });
  return capabilities;
}

function scopeText(scope: object): string {
  return Object.keys(scope).length === 0 ? '' : stringify(scope).trimEnd();
}

function deadlineOf(grant: Grant): number {
  return 'deadlineMilliseconds' in grant ? (grant.deadlineMilliseconds ?? 0) : 0;
}

/** Whether one of the numbers is larger. Both texts have the same names in the same order. */
function isLarger(one: string, other: string): boolean {
  const numbers = (text: string): readonly number[] =>
    [...text.matchAll(/: (\d+)$/gm)].map(([, digits]) => Number(digits));
  const others = numbers(other);
  return numbers(one).some((value, index) => value > (others[index] ?? 0));
}
