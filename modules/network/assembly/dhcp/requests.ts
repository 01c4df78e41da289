/** The messages that the client sends (RFC 2131 section 4.4, table 5), as DHCP payloads. */

import { clientIdentifier } from './client-id';
import { ClientOptions, LinkFacts } from './contract';
import { Code, MessageType, Request } from './message';
import { isHostname } from './names';

/** The longest host name of Linux (HOST_NAME_MAX); with it a message fits any server. */
const hostnameCharactersLimit: i32 = 64;
/** What any host takes (RFC 791), and the most that is claimed: a frame of Ethernet. */
const messageSizeMinimum: u32 = 576;
const messageSizeMaximum: u32 = 1500;

/** What is asked for. Classless routes stand before routers (RFC 3442, DHCP Client Behavior). */
const wantedOptions: StaticArray<u8> = [
  Code.subnetMask,
  Code.classlessRoutes,
  Code.routers,
  Code.resolvers,
  Code.hostname,
  Code.domainName,
  Code.domainSearch,
  Code.interfaceMtu,
  Code.ntpServers,
  Code.renewalTime,
  Code.rebindingTime,
];

/** Where an exchange stands: what all its messages share. */
export class Exchange {
  xid: u32 = 0;
  /** Seconds since the client began; a REQUEST repeats those of its DISCOVER (RFC 2131 section 4.4.1). */
  secs: u32 = 0;
  /** Ask for replies to all: only after replies to us alone have failed to come, as we can receive those (RFC 2131 section 4.1). */
  wantsBroadcast: bool = false;
}

export function discover(
  exchange: Exchange,
  options: ClientOptions,
  link: LinkFacts,
  address: u32,
): StaticArray<u8> {
  const request = begin(MessageType.discover, exchange, 0, options, link);
  if (address != 0) request.u32Option(Code.requestedAddress, address);
  if (options.rapidCommit) request.option(Code.rapidCommit, []);
  return askFor(request, options, link);
}

/** In SELECTING, with the server whose offer is taken, and in INIT-REBOOT, with 0: all servers are asked. */
export function requestAddress(
  exchange: Exchange,
  options: ClientOptions,
  link: LinkFacts,
  address: u32,
  serverId: u32,
): StaticArray<u8> {
  const request = begin(MessageType.request, exchange, 0, options, link);
  request.u32Option(Code.requestedAddress, address);
  if (serverId != 0) request.u32Option(Code.serverId, serverId);
  return askFor(request, options, link);
}

/** In RENEWING and REBINDING. */
export function extendLease(
  exchange: Exchange,
  options: ClientOptions,
  link: LinkFacts,
  address: u32,
): StaticArray<u8> {
  return askFor(begin(MessageType.request, exchange, address, options, link), options, link);
}

export function decline(
  xid: u32,
  options: ClientOptions,
  link: LinkFacts,
  address: u32,
  serverId: u32,
): StaticArray<u8> {
  const exchange = new Exchange();
  exchange.xid = xid;
  const request = begin(MessageType.decline, exchange, 0, options, link);
  request.u32Option(Code.requestedAddress, address);
  request.u32Option(Code.serverId, serverId);
  return request.finish();
}

export function release(
  xid: u32,
  options: ClientOptions,
  link: LinkFacts,
  address: u32,
  serverId: u32,
): StaticArray<u8> {
  const exchange = new Exchange();
  exchange.xid = xid;
  const request = begin(MessageType.release, exchange, address, options, link);
  request.u32Option(Code.serverId, serverId);
  return request.finish();
}

function begin(
  type: u8,
  exchange: Exchange,
  clientAddress: u32,
  options: ClientOptions,
  link: LinkFacts,
): Request {
  const hardwareAddress = link.hardwareAddress;
  const request = new Request(
    type,
    exchange.xid,
    exchange.secs,
    exchange.wantsBroadcast,
    clientAddress,
    hardwareAddress,
  );
  const id = clientIdentifier(options, hardwareAddress);
  if (id != null) request.option(Code.clientId, id);
  return request;
}

function askFor(request: Request, options: ClientOptions, link: LinkFacts): StaticArray<u8> {
  request.u16Option(Code.maximumMessageSize, min(max(link.mtu, messageSizeMinimum), messageSizeMaximum));
  request.option(Code.parameterRequestList, wantedOptions);
  const hostname = options.hostname;
  if (hostname.length <= hostnameCharactersLimit && isHostname(hostname)) {
    const bytes = new StaticArray<u8>(hostname.length);
    for (let index = 0; index < bytes.length; ++index) bytes[index] = <u8>hostname.charCodeAt(index);
    request.option(Code.hostname, bytes);
  }
  return request.finish();
}
