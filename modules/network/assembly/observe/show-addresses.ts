/** Addresses as resources: wanted and observed. */
import {
  AddressSpec,
  list as listSpecs,
  put as putSpec,
  remove as removeSpec,
} from '../bindings/resources-address-spec';
import {
  AddressStatus,
  list as listStatuses,
  put as putStatus,
  remove as removeStatus,
  State,
} from '../bindings/resources-address-status';
import { ObservedAddress } from '../model/address';
import { DeclaredNetwork } from '../model/declared-network';
import { ownedProtocol } from '../netlink/marks';
import { IFA_F_DADFAILED, IFA_F_DEPRECATED, IFA_F_TENTATIVE } from '../netlink/numbers';
import { KernelView } from './kernel-view';
import { Shown } from './shown';

const maximumShown = 2048;

/** What differs when the resource does, by state. */
const ownedTexts: StaticArray<string> = ['owned 0', 'owned 1', 'owned 2', 'owned 3'];
const foreignTexts: StaticArray<string> = ['0', '1', '2', '3'];

export const specs: Shown = new Shown(maximumShown);
export const statuses: Shown = new Shown(maximumShown);

export function rememberAddresses(): void {
  const spec = listSpecs();
  for (let index = 0; index < spec.length; ++index) specs.remember(spec[index].metadata.id);
  const status = listStatuses();
  for (let index = 0; index < status.length; ++index) statuses.remember(status[index].metadata.id);
}

export function showWantedAddresses(network: DeclaredNetwork): void {
  specs.begin();
  const addresses = network.addresses.values();
  for (let index = 0; index < addresses.length; ++index) {
    const address = addresses[index];
    const flags = (address.skipsDuplicateDetection ? 1 : 0) + (address.hasNoPrefixRoute ? 2 : 0);
    if (!specs.offer(address.id, (address.layer * 4 + flags).toString())) continue;
    putSpec(
      address.id,
      new AddressSpec(
        address.link,
        address.prefix.text(),
        address.skipsDuplicateDetection,
        address.hasNoPrefixRoute,
        address.layer,
      ),
    );
  }
  const gone = specs.end();
  for (let index = 0; index < gone.length; ++index) removeSpec(gone[index]);
}

export function showAddresses(view: KernelView): void {
  statuses.begin();
  const addresses = view.addresses.values();
  for (let index = 0; index < addresses.length; ++index) {
    const address = addresses[index];
    const link = view.nameOf(address.link);
    if (link.length == 0) continue;
    const id = address.idOn(link);
    const state = stateOf(address);
    const isOwned = address.protocol == ownedProtocol;
    if (!statuses.offer(id, isOwned ? ownedTexts[state] : foreignTexts[state])) continue;
    putStatus(id, new AddressStatus(link, address.prefix.text(), state, isOwned));
  }
  const gone = statuses.end();
  for (let index = 0; index < gone.length; ++index) removeStatus(gone[index]);
}

function stateOf(address: ObservedAddress): State {
  if ((address.flags & IFA_F_DADFAILED) != 0) return State.Duplicate;
  if ((address.flags & IFA_F_TENTATIVE) != 0) return State.Tentative;
  return (address.flags & IFA_F_DEPRECATED) != 0 ? State.Deprecated : State.Ready;
}
