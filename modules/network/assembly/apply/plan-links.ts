/**
 * Links: in which state each is, and the message that the table of states asks for (link-states.ts). What a link needs (the one below a VLAN, the bridge of a
 * port) must be there first; until it is seen, the link waits, so every order comes out of looking again.
 *
 * The danger: a port must be down when it joins a bond, and a bond changes its ports' addresses.
 */
import { DeclaredNetwork } from '../model/declared-network';
import { isAsWanted, KindSettings, kindName, LinkKind, ObservedLink, WantedLink } from '../model/link';
import { LinkChange, writeLinkChange, writeLinkRemoval, writeNewLink } from '../netlink/link-message';
import { ownedGroup } from '../netlink/marks';
import { IFF_UP } from '../netlink/numbers';
import { Dump } from '../observe/kernel-view';
import { deedOf, LinkDeed, LinkState } from './link-states';
import { Plan } from './plan';

const kind = 'link-spec';

/** Links that are declared. */
export function planLinks(plan: Plan, network: DeclaredNetwork): void {
  const links = network.links.values();
  for (let index = 0; index < links.length; ++index) {
    const link = links[index];
    ++plan.links.declared;
    const at = plan.view.indexOf(link.name);
    if (at == 0) {
      pursue(plan, stateOfAbsent(plan, link), link, null);
    } else {
      const observed = plan.view.links.get(at);
      pursue(plan, stateOf(plan, link, observed), link, observed);
    }
  }
}

/** Links that the module made and that nobody wants any more. */
export function planLinkRemovals(plan: Plan, network: DeclaredNetwork): void {
  const peers = new Set<string>();
  const wanted = network.links.values();
  for (let index = 0; index < wanted.length; ++index)
    if (wanted[index].settings.kind == LinkKind.Veth) peers.add(wanted[index].settings.peer);
  const observed = plan.view.links.values();
  for (let index = 0; index < observed.length; ++index) {
    const link = observed[index];
    if (network.links.has(link.name)) continue;
    const isLeftOver = link.group == ownedGroup && !peers.has(link.name);
    pursue(plan, isLeftOver ? LinkState.LeftOver : LinkState.NotOurs, null, link);
  }
}

function stateOfAbsent(plan: Plan, link: WantedLink): LinkState {
  const settings = link.settings;
  if (settings.kind == LinkKind.Other) return LinkState.NoCard;
  const isWithout = settings.kind == LinkKind.Vlan && plan.view.indexOf(settings.parent) == 0;
  return isWithout ? LinkState.NoParent : LinkState.Missing;
}

function stateOf(plan: Plan, link: WantedLink, observed: ObservedLink): LinkState {
  if (!isSameKind(plan, link.settings, observed))
    return observed.group == ownedGroup ? LinkState.Unfit : LinkState.NameTaken;
  const master = wantedMaster(plan, link, observed);
  if (master < 0) return LinkState.NoMaster;
  if (joinsBond(plan, <u32>master, observed) && (observed.flags & IFF_UP) != 0) return LinkState.StillUp;
  return differenceOf(plan, link, observed) === null ? LinkState.AsDeclared : LinkState.Different;
}

/** Does what the table says for the state. `link` is null if it is not declared, `observed` if it is not there. */
function pursue(plan: Plan, state: LinkState, link: WantedLink | null, observed: ObservedLink | null): void {
  let name = '';
  if (link !== null) name = link.name;
  else if (observed !== null) name = observed.name;
  const key = 'link/' + name;
  plan.found(name, state);
  const deed = deedOf(state);
  if (deed == LinkDeed.Nothing) {
    if (state != LinkState.AsDeclared) return;
    ++plan.links.applied;
    plan.right(key, kind, name);
  } else if (deed == LinkDeed.Wait) {
    if (link !== null) plan.blocked(kind, name, reasonToWait(state, link, observed));
  } else {
    const sequence = plan.propose(key, kind, name, Dump.Links, deed == LinkDeed.Remove);
    if (sequence > 0) write(plan, deed, sequence, link, observed);
  }
}

/** The one message that a sequence number was given for. */
function write(
  plan: Plan,
  deed: LinkDeed,
  sequence: u32,
  link: WantedLink | null,
  observed: ObservedLink | null,
): void {
  if (observed === null) {
    if (link === null) return;
    const below = plan.view.indexOf(link.settings.parent);
    writeNewLink(plan.writer, sequence, link, link.settings.kind == LinkKind.Vlan ? below : 0);
  } else if (deed == LinkDeed.Remove) {
    writeLinkRemoval(plan.writer, sequence, observed.index);
  } else if (link !== null) {
    const change = deed == LinkDeed.SetDown ? toBeDown() : differenceOf(plan, link, observed);
    if (change !== null) writeLinkChange(plan.writer, sequence, observed.index, change);
  }
}

function toBeDown(): LinkChange {
  const change = new LinkChange();
  change.up = 0;
  return change;
}

/** For a person: what must come, or go, first. */
function reasonToWait(state: LinkState, link: WantedLink, observed: ObservedLink | null): string {
  switch (state) {
    case LinkState.NoCard:
      return 'there is no link of this name. Check the name, or the card and its driver';
    case LinkState.NoParent:
      return 'waits for the link below it, ' + link.settings.parent + ', which is not there';
    case LinkState.NoMaster:
      return 'waits for ' + masterName(link) + ', which it belongs to and which is not there';
    default:
      return (
        'there is a link of this name already that was not made from this configuration (' +
        (observed === null ? '' : observed.kindText) +
        ', and not the same ' +
        kindName(link.settings.kind) +
        '). Remove it, or choose another name'
      );
  }
}

/** What is to change of a link that is there, or null if it is as declared. Its master must be there. */
function differenceOf(plan: Plan, link: WantedLink, observed: ObservedLink): LinkChange | null {
  const change = new LinkChange();
  let isNeeded = false;
  const isUp = (observed.flags & IFF_UP) != 0;
  const master = <u32>wantedMaster(plan, link, observed);
  if (master != observed.master) {
    change.hasMaster = isNeeded = true;
    change.master = master;
  }
  // The bond sets it up itself. In one message some kernels do that first, and then refuse the port (net/core/rtnetlink.c, do_setlink, since 6.9).
  if (link.isUp != isUp && !joinsBond(plan, master, observed)) {
    change.up = link.isUp ? 1 : 0;
    isNeeded = true;
  }
  if (link.mtu > 0 && link.mtu != observed.mtu) {
    change.mtu = link.mtu;
    isNeeded = true;
  }
  const address = link.hardwareAddress;
  if (address.length > 0 && address != observed.hardwareAddress && !isBond(plan, observed.master)) {
    change.hardwareAddress = address;
    isNeeded = true;
  }
  if (!areSettingsRight(link.settings, observed.settings)) {
    change.settings = link.settings;
    isNeeded = true;
  }
  return isNeeded ? change : null;
}

function joinsBond(plan: Plan, master: u32, observed: ObservedLink): bool {
  return master != observed.master && isBond(plan, master);
}

function isSameKind(plan: Plan, wanted: KindSettings, observed: ObservedLink): bool {
  if (wanted.kind == LinkKind.Other) return true;
  const settings = observed.settings;
  if (wanted.kind != settings.kind) return false;
  if (wanted.kind == LinkKind.Vlan && plan.view.nameOf(observed.below) != wanted.parent) return false;
  return (
    isAsWanted(wanted.vlanId, settings.vlanId) &&
    isAsWanted(wanted.vlanProtocol, settings.vlanProtocol) &&
    isAsWanted(wanted.bondMode, settings.bondMode) &&
    isAsWanted(wanted.table, settings.table)
  );
}

function areSettingsRight(wanted: KindSettings, observed: KindSettings): bool {
  if (wanted.kind == LinkKind.Other) return true;
  return (
    isAsWanted(wanted.spanningTree, observed.spanningTree) &&
    isAsWanted(wanted.vlanFiltering, observed.vlanFiltering) &&
    isAsWanted(wanted.monitorMilliseconds, observed.monitorMilliseconds) &&
    isAsWanted(wanted.upDelayMilliseconds, observed.upDelayMilliseconds) &&
    isAsWanted(wanted.downDelayMilliseconds, observed.downDelayMilliseconds) &&
    isAsWanted(wanted.hashPolicy, observed.hashPolicy) &&
    isAsWanted(wanted.minimumLinks, observed.minimumLinks) &&
    isAsWanted(wanted.fastRate, observed.fastRate)
  );
}

/** The index of the master that is wanted, 0 for none; -1 if it is not there. A port leaves a master of ours that it no longer names. */
function wantedMaster(plan: Plan, link: WantedLink, observed: ObservedLink): i64 {
  const master = link.master;
  if (master === null) {
    const links = plan.view.links;
    const isOurs = links.has(observed.master) && links.get(observed.master).group == ownedGroup;
    return isOurs ? 0 : <i64>observed.master;
  }
  if (master.length == 0) return 0;
  const index = plan.view.indexOf(master);
  return index == 0 ? -1 : <i64>index;
}

function masterName(link: WantedLink): string {
  const master = link.master;
  return master === null ? '' : master;
}

function isBond(plan: Plan, index: u32): bool {
  const links = plan.view.links;
  return links.has(index) && links.get(index).settings.kind == LinkKind.Bond;
}
