/**
 * Links: made, changed and removed. What a link needs (the one below a VLAN, the bridge of a port) must be there first; until it is
 * seen, the link waits, so every order comes out of looking again.
 *
 * The danger: a port must be down when it joins a bond, and a bond changes its ports' addresses.
 */
import { DeclaredNetwork } from '../model/declared-network';
import { isAsWanted, KindSettings, kindName, LinkKind, ObservedLink, WantedLink } from '../model/link';
import { LinkChange, writeLinkChange, writeLinkRemoval, writeNewLink } from '../netlink/link-message';
import { ownedGroup } from '../netlink/marks';
import { IFF_UP } from '../netlink/numbers';
import { Dump } from '../observe/kernel-view';
import { Plan } from './plan';

const kind = 'link-spec';

export function planLinks(plan: Plan, network: DeclaredNetwork): void {
  const links = network.links.values();
  for (let index = 0; index < links.length; ++index) {
    const link = links[index];
    ++plan.links.declared;
    const at = plan.view.indexOf(link.name);
    if (at == 0) planNew(plan, link);
    else planChange(plan, link, plan.view.links.get(at));
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
    if (link.group != ownedGroup || network.links.has(link.name) || peers.has(link.name)) continue;
    const sequence = plan.propose('link/' + link.name, kind, link.name, Dump.Links, true);
    if (sequence > 0) writeLinkRemoval(plan.writer, sequence, link.index);
  }
}

function planNew(plan: Plan, link: WantedLink): void {
  const settings = link.settings;
  if (settings.kind == LinkKind.Other) {
    plan.blocked(
      kind,
      link.name,
      'there is no link of this name. Check the name, or the card and its driver',
    );
    return;
  }
  let below: u32 = 0;
  if (settings.kind == LinkKind.Vlan) {
    below = plan.view.indexOf(settings.parent);
    if (below == 0) {
      plan.blocked(
        kind,
        link.name,
        'waits for the link below it, ' + settings.parent + ', which is not there',
      );
      return;
    }
  }
  const sequence = plan.propose('link/' + link.name, kind, link.name, Dump.Links, false);
  if (sequence > 0) writeNewLink(plan.writer, sequence, link, below);
}

function planChange(plan: Plan, link: WantedLink, observed: ObservedLink): void {
  if (!isSameKind(plan, link.settings, observed)) {
    planReplacement(plan, link, observed);
    return;
  }
  const change = new LinkChange();
  let isNeeded = false;
  const isUp = (observed.flags & IFF_UP) != 0;
  const master = wantedMaster(plan, link, observed);
  if (master < 0) {
    plan.blocked(
      kind,
      link.name,
      'waits for ' + masterName(link) + ', which it belongs to and which is not there',
    );
    return;
  }
  const joinsBond = <u32>master != observed.master && isBond(plan, <u32>master);
  if (<u32>master != observed.master) {
    if (isUp && joinsBond) {
      planDown(plan, link.name, observed);
      return;
    }
    change.hasMaster = isNeeded = true;
    change.master = <u32>master;
  }
  // The bond sets it up itself. In one message some kernels do that first, and then refuse the port (net/core/rtnetlink.c, do_setlink, since 6.9).
  if (link.isUp != isUp && !joinsBond) {
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
  const key = 'link/' + link.name;
  if (!isNeeded) {
    ++plan.links.applied;
    plan.right(key, kind, link.name);
    return;
  }
  const sequence = plan.propose(key, kind, link.name, Dump.Links, false);
  if (sequence > 0) writeLinkChange(plan.writer, sequence, observed.index, change);
}

function planDown(plan: Plan, name: string, observed: ObservedLink): void {
  const change = new LinkChange();
  change.up = 0;
  const sequence = plan.propose('link/' + name, kind, name, Dump.Links, false);
  if (sequence > 0) writeLinkChange(plan.writer, sequence, observed.index, change);
}

/** A link of another kind, or with other settings that are fixed for its life, is in the way. */
function planReplacement(plan: Plan, link: WantedLink, observed: ObservedLink): void {
  if (observed.group != ownedGroup) {
    plan.blocked(
      kind,
      link.name,
      'there is a link of this name already that was not made from this configuration (' +
        observed.kindText +
        ', and not the same ' +
        kindName(link.settings.kind) +
        '). Remove it, or choose another name',
    );
    return;
  }
  const sequence = plan.propose('link/' + link.name, kind, link.name, Dump.Links, true);
  if (sequence > 0) writeLinkRemoval(plan.writer, sequence, observed.index);
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
