/**
 * What a module must not do even if it does not trap: ask for what it is not granted, give the store what it refuses, hold on to more than
 * there is. The rules are those of the node, called here as they are called there.
 */

import { timersLimit } from '../../supervisor/capabilities/clock.ts';
import { handlesLimit } from '../../supervisor/cells/handle-table.ts';
import { declarationOf } from '../../supervisor/cells/load-module.ts';
import type { OpenRequest } from '../../supervisor/cells/module-events.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { directoriesOf, resolveGranted } from '../../supervisor/io/granted-path.ts';
import type { Grant } from '../../supervisor/manifest/grants.ts';
import type { KernelGrant, SocketGrant } from '../../supervisor/manifest/network-grants.ts';
import { netlinkFamilies } from '../../supervisor/manifest/network-grants.ts';
import { checkNames, checkSysctl } from '../../supervisor/network/carry-kernel.ts';
import { checkFamily } from '../../supervisor/network/carry-netlink.ts';
import { checkPacket, checkUdp } from '../../supervisor/network/socket-grant.ts';
import { examineEffects } from '../../supervisor/store/examine-effects.ts';
import { Kind } from '../../supervisor/store/kind.ts';
import { STORE_LIMITS } from '../../supervisor/store/limits.ts';
import type { Effect } from '../../supervisor/store/resource.ts';
import type { Member } from '../../supervisor/store/roster.ts';
import type { FuzzModule } from './target.ts';

/** Which rule was broken. */
export type Oracle =
  | 'trap'
  | 'time'
  | 'memory'
  | 'grant'
  | 'store'
  | 'leak'
  | 'save'
  | 'invariant'
  | 'agreement';

/** Something that a module should not have done. `code` and `message` say what, for people and for telling findings apart. */
export type Violation = { readonly oracle: Oracle; readonly code: string; readonly message: string };

/** What comes of asking a module whether its invariants hold: `deeds` is how much it wanted done, which is nothing if it is in good order. */
export type Checked = { readonly broken: readonly string[]; readonly deeds: number };

/** Requests that may be open at once before it looks like a leak: each is answered sooner or later, and none is needed so often. */
export const openRequestsLimit = 1_024;

export class Oracles {
  readonly #module: FuzzModule;
  readonly #grants: readonly Grant[];
  readonly #member: Member;
  readonly #kinds: ReadonlyMap<string, Kind>;

  constructor(module: FuzzModule) {
    this.#module = module;
    this.#grants = module.manifest.grants;
    const { inputs, outputs } = declarationOf({ ...module, modules: [] });
    this.#member = {
      since: 0,
      inputs: new Map(inputs.map(({ kind, type }) => [kind, type])),
      outputs: new Map(outputs.map(({ kind, type, mode }) => [kind, { type, mode }])),
    };
    this.#kinds = new Map(
      [...inputs, ...outputs].map(({ kind, type }) => [
        kind,
        new Kind({ name: kind, type }, STORE_LIMITS.goneRemembered),
      ]),
    );
  }

  /** What the store would say to the effects: of what it holds nothing is known here. */
  store(effects: readonly Effect[]): Violation | undefined {
    return attempt('store', () =>
      examineEffects(this.#module.manifest.name, effects, this.#member, this.#kinds, STORE_LIMITS),
    );
  }

  /** What those who carry requests out would say. */
  requests(requests: readonly OpenRequest[]): Violation | undefined {
    for (const request of requests) {
      const violation = attempt('grant', () => this.#checkRequest(request));
      if (violation !== undefined) return violation;
    }
    return undefined;
  }

  /** Handles, requests and timers that are open. */
  held(handles: number, requests: number, timers: number): Violation | undefined {
    const tell = (what: string, count: number, limit: number): Violation | undefined =>
      count <= limit
        ? undefined
        : { oracle: 'leak', code: `leak.${what}`, message: `${count} ${what} are open, and ${limit} may be` };
    return (
      tell('handles', handles, handlesLimit) ??
      tell('requests', requests, openRequestsLimit) ??
      tell('timers', timers, timersLimit)
    );
  }

  /** What the module says of itself when it is asked, and what it did meanwhile. */
  invariants({ broken, deeds }: Checked): Violation | undefined {
    const [first] = broken;
    if (first !== undefined) return { oracle: 'invariant', code: 'invariant.broken', message: first };
    if (deeds === 0) return undefined;
    const message = 'asked whether its invariants hold, it wants something done, or logs';
    return { oracle: 'invariant', code: 'invariant.effect', message };
  }

  /** Pages that the memory has. */
  memory(pages: number): Violation | undefined {
    const { memoryPages } = this.#module.manifest.limits;
    if (pages < memoryPages) return undefined;
    return {
      oracle: 'memory',
      code: 'memory.full',
      message: `the memory has grown to ${pages} pages of 64 KiB, all that the manifest allows`,
    };
  }

  #checkRequest({ interface: interfaceName, call, parameters }: OpenRequest): void {
    const { name } = this.#module.manifest;
    const [first, second, third] = parameters;
    const told = () => ({ module: name, call, target: String(first) });
    const kernelGrant = this.#grants.find((one): one is KernelGrant => one.interface === 'eft:host/kernel');
    switch (`${interfaceName} ${call}`) {
      case 'eft:host/netlink open': {
        const family = netlinkFamilies.find((known) => known === second);
        if (family !== undefined) checkFamily(name, this.#grants, family);
        return;
      }
      case 'eft:host/kernel set-names':
        checkNames(name, kernelGrant, 'read-write');
        return;
      case 'eft:host/kernel read-names':
        checkNames(name, kernelGrant, 'read');
        return;
      case 'eft:host/kernel read-sysctl':
      case 'eft:host/kernel write-sysctl':
        checkSysctl(name, kernelGrant, String(first), call === 'read-sysctl' ? 'read' : 'read-write', told());
        return;
      case 'eft:host/socket open-packet':
        checkPacket(name, this.#grants, Number(third), this.#link());
        return;
      case 'eft:host/socket open-udp':
        checkUdp(name, this.#grants, portOf(second), this.#link());
        return;
      case 'eft:host/files read':
      case 'eft:host/files write':
      case 'eft:host/files remove':
      case 'eft:host/files list':
        resolveGranted(
          { module: name, operation: fileOperation(call), path: String(first) },
          directoriesOf(this.#module.manifest),
        );
        return;
      default:
        return;
    }
  }

  /** The name of a link that the grant covers: which link a number means is not known here. */
  #link(): string {
    const grant = this.#grants.find((one): one is SocketGrant => one.interface === 'eft:host/socket');
    const [pattern = '*'] = [...(grant?.packet ?? []), ...(grant?.udp ?? [])].flatMap(({ links }) => links);
    return pattern.replace('*', 'eth0');
  }
}

function fileOperation(call: string): 'read' | 'write' | 'remove' | 'list' {
  return call === 'write' || call === 'remove' || call === 'list' ? call : 'read';
}

function portOf(endpoint: unknown): number {
  return typeof endpoint === 'object' && endpoint !== null && 'port' in endpoint ? Number(endpoint.port) : 0;
}

function attempt(oracle: Oracle, check: () => unknown): Violation | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof EftError) return { oracle, code: error.code, message: error.message };
    throw error;
  }
}
