/** Links as resources: what is wanted of them, and how they are. */
import { Option } from 'eft';
import {
  LinkSpec,
  list as listSpecs,
  put as putSpec,
  remove as removeSpec,
} from '../bindings/resources-link-spec';
import {
  LinkStatus,
  list as listStatuses,
  put as putStatus,
  remove as removeStatus,
} from '../bindings/resources-link-status';
import { Bond, Bridge, LinkKind as ShownKind, Veth, Vlan, Vrf } from '../bindings/resources-network-config';
import { DeclaredNetwork } from '../model/declared-network';
import { asItIs, Ipv6Mode, KindSettings, LinkKind, ObservedLink, WantedLink } from '../model/link';
import { ownedGroup } from '../netlink/marks';
import { ETH_P_8021AD, IFF_LOWER_UP, IFF_UP } from '../netlink/numbers';
import { KernelView } from './kernel-view';
import { Shown } from './shown';

const maximumShown = 1024;
/** IF_OPER_UP, the last of linux/if.h. */
const lastOperationalState = 6;

export const specs: Shown = new Shown(maximumShown);
export const statuses: Shown = new Shown(maximumShown);

/** What an earlier instance has left in the store. */
export function rememberLinks(): void {
  const spec = listSpecs();
  for (let index = 0; index < spec.length; ++index) specs.remember(spec[index].metadata.id);
  const status = listStatuses();
  for (let index = 0; index < status.length; ++index) statuses.remember(status[index].metadata.id);
}

export function showWantedLinks(network: DeclaredNetwork): void {
  specs.begin();
  const links = network.links.values();
  for (let index = 0; index < links.length; ++index) {
    const link = links[index];
    if (specs.offer(link.name, wantedText(link))) putSpec(link.name, specOf(link));
  }
  const gone = specs.end();
  for (let index = 0; index < gone.length; ++index) removeSpec(gone[index]);
}

export function showLinks(view: KernelView): void {
  statuses.begin();
  const links = view.links.values();
  for (let index = 0; index < links.length; ++index) {
    const link = links[index];
    const value = observedText(view, link);
    if (statuses.offer(link.name, value)) putStatus(link.name, statusOf(view, link));
  }
  const gone = statuses.end();
  for (let index = 0; index < gone.length; ++index) removeStatus(gone[index]);
}

function observedText(view: KernelView, link: ObservedLink): string {
  return (
    link.index.toString() +
    ' ' +
    link.kindText +
    ' ' +
    link.hardwareAddress +
    ' ' +
    link.mtu.toString() +
    ' ' +
    (link.flags & (IFF_UP | IFF_LOWER_UP)).toString() +
    ' ' +
    link.operationalState.toString() +
    ' ' +
    view.nameOf(link.master) +
    ' ' +
    view.nameOf(link.below) +
    ' ' +
    (link.group == ownedGroup ? 'owned' : '')
  );
}

function statusOf(view: KernelView, link: ObservedLink): LinkStatus {
  const isVlan = link.settings.kind == LinkKind.Vlan;
  return new LinkStatus(
    link.index,
    link.kindText,
    link.hardwareAddress,
    link.mtu,
    (link.flags & IFF_UP) != 0,
    (link.flags & IFF_LOWER_UP) != 0,
    min(link.operationalState, lastOperationalState),
    optionalText(view.nameOf(link.master)),
    optionalText(isVlan ? view.nameOf(link.below) : ''),
    link.group == ownedGroup,
  );
}

function wantedText(link: WantedLink): string {
  const settings = link.settings;
  const master = link.master;
  const values: i64[] = [
    link.layer,
    link.up,
    link.mtu,
    link.ipv6,
    settings.kind,
    settings.vlanId,
    settings.vlanProtocol,
    settings.spanningTree,
    settings.vlanFiltering,
    settings.bondMode,
    settings.monitorMilliseconds,
    settings.upDelayMilliseconds,
    settings.downDelayMilliseconds,
    settings.hashPolicy,
    settings.fastRate,
    settings.minimumLinks,
    settings.table,
  ];
  const tail = ' ' + settings.parent + ' ' + settings.peer + ' ' + (master === null ? '-' : master);
  return values.join(' ') + ' ' + link.hardwareAddress + tail;
}

function specOf(link: WantedLink): LinkSpec {
  const master = link.master;
  return new LinkSpec(
    link.settings.kind == LinkKind.Other
      ? Option.none<ShownKind>()
      : Option.some<ShownKind>(kindOf(link.settings)),
    link.isUp,
    link.mtu == 0 ? Option.none<u32>() : Option.some<u32>(link.mtu),
    optionalText(link.hardwareAddress),
    master === null ? Option.none<string>() : Option.some<string>(master),
    link.ipv6 == Ipv6Mode.Unset ? Option.none<i32>() : Option.some<i32>(link.ipv6),
    link.layer,
  );
}

function kindOf(settings: KindSettings): ShownKind {
  switch (settings.kind) {
    case LinkKind.Vlan:
      return ShownKind.vlan(
        new Vlan(settings.parent, <u16>settings.vlanId, settings.vlanProtocol == ETH_P_8021AD),
      );
    case LinkKind.Bridge:
      return ShownKind.bridge(
        new Bridge(optionalBool(settings.spanningTree), optionalBool(settings.vlanFiltering)),
      );
    case LinkKind.Bond:
      return ShownKind.bond(
        new Bond(
          <i32>settings.bondMode,
          optionalNumber(settings.monitorMilliseconds),
          optionalNumber(settings.upDelayMilliseconds),
          optionalNumber(settings.downDelayMilliseconds),
          settings.hashPolicy == asItIs ? Option.none<i32>() : Option.some<i32>(<i32>settings.hashPolicy),
          optionalBool(settings.fastRate),
          optionalNumber(settings.minimumLinks),
        ),
      );
    case LinkKind.Veth:
      return ShownKind.veth(new Veth(settings.peer));
    case LinkKind.Vrf:
      return ShownKind.vrf(new Vrf(<u32>settings.table));
    default:
      return ShownKind.dummy();
  }
}

function optionalBool(value: i64): Option<bool> {
  return value == asItIs ? Option.none<bool>() : Option.some<bool>(value != 0);
}

function optionalNumber(value: i64): Option<u32> {
  return value == asItIs ? Option.none<u32>() : Option.some<u32>(<u32>value);
}

/** None for the empty text. */
export function optionalText(text: string): Option<string> {
  return text.length == 0 ? Option.none<string>() : Option.some<string>(text);
}
