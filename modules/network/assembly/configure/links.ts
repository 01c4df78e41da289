/** Declared links, read once: from here on every field is sound. */
import { Bond, LinkKind as DeclaredKind, Link, LinkKindKind } from '../bindings/resources-network-config';
import { hardwareText, parseHardware } from '../ip/hardware-address';
import { asItIs, Ipv6Mode, KindSettings, LinkKind, WantedLink } from '../model/link';
import { ETH_P_8021AD, ETH_P_8021Q, RT_TABLE_LOCAL } from '../netlink/numbers';
import { isLinkName } from './names';
import { quoted, Source } from './source';

/** IPv4's least (RFC 791) and the most that a header can say. */
const minimumMtu: u32 = 68;
const maximumMtu: u32 = 65535;
const ethernetBytes = 6;

export function configureLinks(source: Source, links: StaticArray<Link>): void {
  for (let index = 0; index < links.length; ++index) configureLink(source, links[index]);
}

function configureLink(source: Source, declared: Link): void {
  const what = 'the link ' + quoted(declared.name);
  if (!isLinkName(declared.name)) {
    source.refuse(what, 'a name has 1 to 15 letters, digits and signs other than `/` and `:`');
    return;
  }
  const link = new WantedLink(declared.name);
  link.layer = source.layer;
  if (declared.up.isSome) link.up = declared.up.unwrap() ? 1 : 0;
  if (declared.ipv6.isSome) link.ipv6 = <Ipv6Mode>declared.ipv6.unwrap();
  if (declared.mtu.isSome) {
    const mtu = declared.mtu.unwrap();
    if (mtu < minimumMtu || mtu > maximumMtu) source.refuse('the MTU of ' + what, 'it must be 68 to 65535');
    else link.mtu = mtu;
  }
  if (declared.hardwareAddress.isSome) {
    const bytes = parseHardware(declared.hardwareAddress.unwrap());
    if (bytes === null || bytes.length != ethernetBytes)
      source.refuse('the hardware address of ' + what, 'it must be six bytes, as in 52:54:00:12:34:56');
    else link.hardwareAddress = hardwareText(bytes, 0, ethernetBytes);
  }
  if (declared.master.isSome) {
    const master = declared.master.unwrap();
    if (master.length > 0 && !isLinkName(master))
      source.refuse('the master of ' + what, quoted(master) + ' is no name of a link');
    else link.master = master;
  }
  if (declared.kind.isSome) {
    const settings = readKind(source, what, declared.name, declared.kind.unwrap());
    if (settings === null) return;
    link.settings = settings;
  }
  source.network.links.set(link.name, link);
}

function readKind(source: Source, what: string, name: string, kind: DeclaredKind): KindSettings | null {
  const settings = new KindSettings();
  switch (kind.kind) {
    case LinkKindKind.Vlan: {
      const vlan = kind.asVlan();
      if (!isLinkName(vlan.parent) || vlan.parent == name || vlan.id < 1 || vlan.id > 4094) {
        source.refuse(what, 'a VLAN needs another link as its parent, and an id of 1 to 4094');
        return null;
      }
      settings.kind = LinkKind.Vlan;
      settings.parent = vlan.parent;
      settings.vlanId = vlan.id;
      settings.vlanProtocol = vlan.service ? ETH_P_8021AD : ETH_P_8021Q;
      return settings;
    }
    case LinkKindKind.Bridge: {
      const bridge = kind.asBridge();
      settings.kind = LinkKind.Bridge;
      settings.spanningTree = bridge.spanningTree.or(false) ? 1 : 0;
      if (bridge.vlanFiltering.isSome) settings.vlanFiltering = bridge.vlanFiltering.unwrap() ? 1 : 0;
      return settings;
    }
    case LinkKindKind.Bond:
      readBond(settings, kind.asBond());
      return settings;
    case LinkKindKind.Veth: {
      const peer = kind.asVeth().peer;
      if (!isLinkName(peer) || peer == name) {
        source.refuse(what, 'the other end of a pair needs a name of its own');
        return null;
      }
      settings.kind = LinkKind.Veth;
      settings.peer = peer;
      return settings;
    }
    case LinkKindKind.Vrf: {
      const table = kind.asVrf().table;
      if (table == 0 || table == RT_TABLE_LOCAL) {
        source.refuse(what, 'a VRF needs a table other than 0 and 255');
        return null;
      }
      settings.kind = LinkKind.Vrf;
      settings.table = table;
      return settings;
    }
    default:
      settings.kind = LinkKind.Dummy;
      return settings;
  }
}

function readBond(settings: KindSettings, bond: Bond): void {
  settings.kind = LinkKind.Bond;
  settings.bondMode = bond.mode;
  if (bond.monitorMilliseconds.isSome) settings.monitorMilliseconds = bond.monitorMilliseconds.unwrap();
  if (bond.upDelayMilliseconds.isSome) settings.upDelayMilliseconds = bond.upDelayMilliseconds.unwrap();
  if (bond.downDelayMilliseconds.isSome) settings.downDelayMilliseconds = bond.downDelayMilliseconds.unwrap();
  if (bond.hashPolicy.isSome) settings.hashPolicy = bond.hashPolicy.unwrap();
  settings.fastRate = bond.fastRate.isSome ? (bond.fastRate.unwrap() ? 1 : 0) : asItIs;
  if (bond.minimumLinks.isSome) settings.minimumLinks = bond.minimumLinks.unwrap();
}
