/** Carries out `eft:host/netlink`: holds each call against the module's grant, here, outside of the cell, and then asks the kernel. */
import { netlinkName } from '../capabilities/netlink.ts';
import type { Carrier } from '../cells/cell-world.ts';
import type { HandleTable } from '../cells/handle-table.ts';
import { RequestFailure } from '../cells/request-table.ts';
import { quotable } from '../document/document.ts';
import { EftError } from '../errors/eft-error.ts';
import type { Grant } from '../manifest/grants.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { type NetlinkFamily, type NetlinkGrant, netlinkFamilies } from '../manifest/network-grants.ts';
import { frameOutgoing } from './netlink-framing.ts';
import type { NetlinkWorld } from './netlink-requests.ts';
import { NetlinkSocket } from './netlink-socket.ts';
import { carryOut, type Told, unfit } from './network-failure.ts';
import { asBytes, asNumbers, asText } from './parameters.ts';
import { ReplyBudget } from './reply-budget.ts';

/** Bytes of all messages of one exchange, and groups of one socket (wit/host/netlink.wit). */
export const exchangeBytesLimit = 1024 * 1024;
export const groupsLimit = 64;
/** What a message in an inbox keeps of memory besides its bytes, roughly. */
const newsOverheadBytes = 256;

const realWorld: NetlinkWorld = { nowMs: () => performance.now(), soon: (run) => setImmediate(run) };

/** The carrier of `eft:host/netlink`. `grantsOf`: what a module may use, what its manifest grants or less. */
export function carryNetlink(grantsOf: (manifest: Manifest) => readonly Grant[], world = realWorld): Carrier {
  const budgets = new WeakMap<HandleTable, ReplyBudget>();
  const budgetOf = (handles: HandleTable): ReplyBudget => {
    const budget = budgets.get(handles) ?? new ReplyBudget();
    budgets.set(handles, budget);
    return budget;
  };
  return ({ call, parameters }, { manifest, handles, signal }) => {
    const name = asText(parameters[0]);
    const told = (): Told => ({
      module: manifest.name,
      call,
      target: `the netlink socket \`${quotable(name)}\``,
    });
    return carryOut<Uint8Array | undefined>(told, () => {
      switch (call) {
        case 'open': {
          const family = readFamily(parameters[1]);
          checkFamily(manifest.name, grantsOf(manifest), family);
          const groups = readGroups(asNumbers(parameters[2]), told());
          handles.check(name, netlinkName);
          const there = handles.find(name, netlinkName);
          if (there instanceof NetlinkSocket && there.family === family) {
            there.setGroups(groups);
            return undefined;
          }
          const listener = {
            onNews: (messages: Uint8Array) =>
              handles.deliver(name, messages, messages.length + newsOverheadBytes),
            onMissed: () => handles.markMissed(name, 1),
          };
          const socket = new NetlinkSocket(family, listener, budgetOf(handles), world);
          socket.setGroups(groups);
          handles.open(name, socket, signal);
          return undefined;
        }
        case 'exchange': {
          const socket = handles.find(name, netlinkName);
          if (!(socket instanceof NetlinkSocket)) throw new RequestFailure({ tag: 'not-found' });
          // A narrower grant may have come since it was opened, with another version of the module.
          checkFamily(manifest.name, grantsOf(manifest), socket.family);
          const bytes = asBytes(parameters[1]);
          const correction = `send at most ${exchangeBytesLimit} bytes of whole requests that ask for an answer, each aligned to 4 bytes`;
          if (bytes.length > exchangeBytesLimit)
            throw unfit(told(), `the messages have ${bytes.length} bytes`, correction);
          const framing = frameOutgoing(socket.family, bytes);
          if ('problem' in framing) throw unfit(told(), `of the messages, ${framing.problem}`, correction);
          return socket.exchange(bytes, framing.messages, signal);
        }
        case 'close':
          if (handles.find(name, netlinkName) === undefined) throw new RequestFailure({ tag: 'not-found' });
          handles.close(name);
          return undefined;
        default:
          throw new TypeError(`${netlinkName} has no call ${call}`);
      }
    });
  };
}

function readFamily(value: unknown): NetlinkFamily {
  const family = netlinkFamilies.find((candidate) => candidate === value);
  if (family === undefined) throw new TypeError('a parameter is no netlink family');
  return family;
}

/** Fails unless a grant names the family. Errors: `network.family`. */
export function checkFamily(module: string, grants: readonly Grant[], family: NetlinkFamily): void {
  const grant = grants.find((one): one is NetlinkGrant => one.interface === netlinkName);
  const families = grant?.families ?? [];
  if (families.includes(family)) return;
  const known = families.map((one) => `\`${one}\``).join(', ') || 'no family';
  throw EftError.of('network.family', { module, family, known });
}

function readGroups(groups: readonly number[], told: Told): ReadonlySet<number> {
  const correction = `name at most ${groupsLimit} groups by their numbers, from 1`;
  if (groups.length > groupsLimit) throw unfit(told, `${groups.length} groups are named`, correction);
  if (groups.includes(0)) throw unfit(told, 'there is no group 0', correction);
  return new Set(groups);
}
