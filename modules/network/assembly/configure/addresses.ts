/** Declared addresses of links. */
import { Address } from '../bindings/resources-network-config';
import { Family } from '../ip/family';
import { parsePrefix } from '../ip/prefix';
import { WantedAddress } from '../model/address';
import { isLinkName } from './names';
import { quoted, Source } from './source';

export function configureAddresses(source: Source, addresses: StaticArray<Address>): void {
  for (let index = 0; index < addresses.length; ++index) {
    const declared = addresses[index];
    const prefix = parsePrefix(declared.address);
    if (prefix === null || prefix.address.isZero || !isLinkName(declared.link)) {
      const what = 'the address ' + quoted(declared.address);
      source.refuse(what, 'it must be an address with its prefix, as in 10.0.0.1/24, on a link');
      continue;
    }
    const address = new WantedAddress(declared.link, prefix);
    address.layer = source.layer;
    address.skipsDuplicateDetection = declared.skipDuplicateDetection && prefix.address.family == Family.Ipv6;
    address.hasNoPrefixRoute = declared.noPrefixRoute;
    source.network.addresses.set(address.id, address);
  }
}
