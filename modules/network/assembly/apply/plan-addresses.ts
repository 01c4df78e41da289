/**
 * Addresses: added as soon as their link is there, removed when nobody wants them.
 *
 * The danger is IPv4's order of rank: of the addresses of one subnet on one link the first is primary, the others are secondary, and where
 * promote_secondaries is off they go with their primary (net/ipv4/devinet.c, __inet_del_ifa). So one that takes the place of another is
 * added after that one is removed, right behind it in the same exchange, with all the others of its subnet; and so are the routes of the
 * link, which the kernel drops without a word (apply/plan-routes.ts). Otherwise removals come last.
 */

import { Family } from '../ip/family';
import { Prefix } from '../ip/prefix';
import { addressKey, hasLifetime, ObservedAddress, WantedAddress } from '../model/address';
import { DeclaredNetwork } from '../model/declared-network';
import { writeAddressRemoval, writeNewAddress } from '../netlink/address-message';
import { ownedProtocol } from '../netlink/marks';
import { IFA_F_DADFAILED, IFA_F_NOPREFIXROUTE, IFA_F_SECONDARY } from '../netlink/numbers';
import { Dump } from '../observe/kernel-view';
import { Plan } from './plan';

const kind = 'address-spec';

export function planAddresses(plan: Plan, network: DeclaredNetwork): void {
  const leaving = leavingPrimaries(plan, network);
  const addresses = network.addresses.values();
  for (let index = 0; index < addresses.length; ++index) planAddress(plan, addresses[index], leaving);
}

function planAddress(plan: Plan, address: WantedAddress, leaving: Map<string, ObservedAddress>): void {
  ++plan.addresses.declared;
  const link = plan.view.indexOf(address.link);
  if (link == 0) {
    plan.blocked(kind, address.id, 'waits for its link, ' + address.link + ', which is not there');
    return;
  }
  // Its lease ends in this moment.
  if (address.validUntil <= plan.now) return;
  const identity = address.keyOn(link);
  const key = address.planKeyOn(link);
  // Hardly ever does one move.
  const canMove = leaving.size > 0 || plan.clearedSubnets.size > 0;
  const subnet = canMove ? subnetKey(link, address.prefix) : '';
  const isMoving = canMove && (leaving.has(subnet) || plan.clearedSubnets.has(subnet));
  if (!isMoving && plan.view.addresses.has(identity)) {
    const observed = plan.view.addresses.get(identity);
    if ((observed.flags & IFA_F_DADFAILED) != 0) {
      plan.blocked(
        kind,
        address.id,
        'somebody else on the link has this address. Give one of the two another',
      );
      return;
    }
    if (hasRightFlags(address, observed) && hasLifetime(address, observed)) {
      ++plan.addresses.applied;
      plan.right(key, kind, address.id);
      return;
    }
  }
  const sequence = plan.propose(key, kind, address.id, Dump.Addresses, false);
  if (sequence == 0) return;
  if (isMoving && leaving.has(subnet)) {
    const old = leaving.get(subnet);
    leaving.delete(subnet);
    if (planAway(plan, old)) {
      plan.clearedSubnets.add(subnet);
      plan.clearedLinks.add(link);
    }
  } else if (!isMoving && plan.view.addresses.has(identity)) {
    const old = plan.view.addresses.get(identity);
    if (isUnfitSecondary(address, old)) planAway(plan, old);
  }
  writeNewAddress(plan.writer, sequence, address, link, plan.now);
}

/** The removal of an address that goes in the same exchange as another comes. False if it is not the time for it. */
function planAway(plan: Plan, old: ObservedAddress): bool {
  const id = old.idOn(plan.view.nameOf(old.link));
  const removal = plan.propose('address-away/' + old.key, kind, id, Dump.Addresses, true);
  if (removal > 0) writeAddressRemoval(plan.writer, removal, old);
  return removal > 0;
}

/** A secondary one of ours of which a flag is to be another, which the kernel does not change: it goes and comes, and takes nothing along. */
function isUnfitSecondary(wanted: WantedAddress, observed: ObservedAddress): bool {
  return (
    observed.protocol == ownedProtocol &&
    observed.prefix.address.family == Family.Ipv4 &&
    (observed.flags & IFA_F_SECONDARY) != 0 &&
    !hasRightFlags(wanted, observed)
  );
}

/**
 * Primary IPv4 addresses of ours that are to go while others of their subnet are to stay or to come, by subnet. One of which a flag is to be
 * another is such a one as well: the kernel does not change it.
 */
function leavingPrimaries(plan: Plan, network: DeclaredNetwork): Map<string, ObservedAddress> {
  const leaving = new Map<string, ObservedAddress>();
  const observed = plan.view.addresses.values();
  for (let index = 0; index < observed.length; ++index) {
    const address = observed[index];
    if (address.protocol != ownedProtocol || address.prefix.address.family != Family.Ipv4) continue;
    const id = address.idOn(plan.view.nameOf(address.link));
    if (network.addresses.has(id) && hasRightFlags(network.addresses.get(id), address)) continue;
    const isPrimary = (address.flags & IFA_F_SECONDARY) == 0;
    if (isPrimary) leaving.set(subnetKey(address.link, address.prefix), address);
  }
  return leaving;
}

function hasRightFlags(wanted: WantedAddress, observed: ObservedAddress): bool {
  return ((observed.flags & IFA_F_NOPREFIXROUTE) != 0) == wanted.hasNoPrefixRoute;
}

/** What addresses share that are primary and secondary to each other. */
function subnetKey(link: u32, prefix: Prefix): string {
  if (prefix.address.family != Family.Ipv4) return '';
  return addressKey(link, new Prefix(prefix.address.masked(prefix.length), prefix.length));
}

/** Addresses with the module's mark that nobody wants any more. */
export function planAddressRemovals(plan: Plan, network: DeclaredNetwork): void {
  const observed = plan.view.addresses.values();
  for (let index = 0; index < observed.length; ++index) {
    const address = observed[index];
    if (address.protocol != ownedProtocol) continue;
    const id = address.idOn(plan.view.nameOf(address.link));
    if (network.addresses.has(id)) continue;
    // Its removal is under way already, or it went with its primary.
    const isAnyCleared = plan.clearedSubnets.size > 0;
    if (isAnyCleared && plan.clearedSubnets.has(subnetKey(address.link, address.prefix))) continue;
    const sequence = plan.propose('address/' + address.key, kind, id, Dump.Addresses, true);
    if (sequence > 0) writeAddressRemoval(plan.writer, sequence, address);
  }
}
