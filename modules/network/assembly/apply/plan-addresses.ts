/** Addresses: added as soon as their link is there, removed when nobody wants them. */

import { addressKey } from '../model/address';
import { DeclaredNetwork } from '../model/declared-network';
import { writeAddressRemoval, writeNewAddress } from '../netlink/address-message';
import { ownedProtocol } from '../netlink/marks';
import { IFA_F_DADFAILED, IFA_F_NOPREFIXROUTE } from '../netlink/numbers';
import { Dump } from '../observe/kernel-view';
import { Plan } from './plan';

const kind = 'address-spec';

export function planAddresses(plan: Plan, network: DeclaredNetwork): void {
  const addresses = network.addresses.values();
  for (let index = 0; index < addresses.length; ++index) {
    const address = addresses[index];
    ++plan.addresses.declared;
    const link = plan.view.indexOf(address.link);
    if (link == 0) {
      plan.blocked(kind, address.id, 'waits for its link, ' + address.link + ', which is not there');
      continue;
    }
    const identity = addressKey(link, address.prefix);
    const key = 'address/' + identity;
    if (plan.view.addresses.has(identity)) {
      const observed = plan.view.addresses.get(identity);
      if ((observed.flags & IFA_F_DADFAILED) != 0) {
        plan.blocked(
          kind,
          address.id,
          'somebody else on the link has this address. Give one of the two another',
        );
        continue;
      }
      if (((observed.flags & IFA_F_NOPREFIXROUTE) != 0) == address.hasNoPrefixRoute) {
        ++plan.addresses.applied;
        plan.right(key, kind, address.id);
        continue;
      }
    }
    const sequence = plan.propose(key, kind, address.id, Dump.Addresses, false);
    if (sequence > 0) writeNewAddress(plan.writer, sequence, address, link);
  }
}

/** Addresses with the module's mark that nobody wants any more. */
export function planAddressRemovals(plan: Plan, network: DeclaredNetwork): void {
  const observed = plan.view.addresses.values();
  for (let index = 0; index < observed.length; ++index) {
    const address = observed[index];
    if (address.protocol != ownedProtocol) continue;
    const id = plan.view.nameOf(address.link) + '/' + address.prefix.text();
    if (network.addresses.has(id)) continue;
    const sequence = plan.propose('address/' + address.key, kind, id, Dump.Addresses, true);
    if (sequence > 0) writeAddressRemoval(plan.writer, sequence, address);
  }
}
