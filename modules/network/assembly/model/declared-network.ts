/**
 * The network as declared: by one source (configure/), and by all of them together (merge/). Links are told apart by name, the rest by
 * what the kernel tells them apart by.
 */
import { IpAddress } from '../ip/ip-address';
import { WantedAddress } from './address';
import { WantedLink } from './link';
import { Problem } from './problem';
import { WantedRoute } from './route';
import { Rule } from './rule';

/** DHCPv4 on a link. */
export class WantedDhcp {
  layer: i32 = 0;
  isEnabled: bool = true;
  metric: u32 = 1024;
  clientId: string = '';
  sendsHostName: bool = true;
  constructor(
    /** The name of a link, or `*`. */
    public readonly link: string,
  ) {}
}

export class StaticHost {
  constructor(
    public readonly address: IpAddress,
    public readonly names: StaticArray<string>,
  ) {}
}

/** Values of which those of the highest layer count that has any. */
export class LayeredList {
  layer: i32 = 0;
  values: Array<string> = [];
}

export class DeclaredNetwork {
  links: Map<string, WantedLink> = new Map();
  addresses: Map<string, WantedAddress> = new Map();
  routes: Map<string, WantedRoute> = new Map();
  rules: Map<string, Rule> = new Map();
  dhcp: Map<string, WantedDhcp> = new Map();
  resolvers: LayeredList = new LayeredList();
  searchDomains: LayeredList = new LayeredList();
  timeServers: LayeredList = new LayeredList();
  hosts: Array<StaticHost> = [];
  hostName: string = '';
  hostNameLayer: i32 = 0;
  /** The highest that is not from a lease: what DHCP servers are told. It must not change when a lease comes, or the client would start anew. */
  declaredHostName: string = '';
  domainName: string = '';
  problems: Array<Problem> = [];
}
