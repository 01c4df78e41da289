/**
 * What the DHCPv4 client takes and gives, as plain data: it imports nothing of the host, so that the module, the tests and the fuzzer
 * drive the same code. `DhcpClient` in client.ts is one client on one link:
 *
 *     const client = new DhcpClient(options);
 *     let actions = client.start(link, now, random);          // then, for whatever happens:
 *     actions = client.setLink(link, now, random);            // the link's facts changed, or not
 *     actions = client.onPacket(payload, isPending, now, random);    // from the IPv4 packet socket
 *     actions = client.onDatagram(address, port, payload, now, random);  // from the UDP socket
 *     actions = client.onArp(payload, now, random);           // from the ARP packet socket
 *     actions = client.onTimer(now, random);                  // the instant of the last `WakeAt` is reached; earlier does no harm
 *     actions = client.release(now, random);                  // gives the lease back, and stops
 *     actions = client.stop(now, random);                     // stops without a word
 *     client.state, stateName(client.state)                   // where it is
 *     client.lease                                            // the lease that may be used now, or null
 *     client.needsPacketSocket, .needsArpSocket, .needsUdpSocket, .wakeAt   // the same as the last actions said
 *
 * Carry the actions out in their order. `random` is a fresh unpredictable number for every call (`eft:host/entropy`).
 *
 * IPv4 addresses are numbers whose highest byte is the first: 10.0.0.1 is 0x0a000001; 0 means none. Instants are nanoseconds of the
 * monotonic clock. Texts are checked: no control characters, and host and domain names as RFC 1123 has them.
 */

/** An instant that never comes. */
export const never: u64 = u64.MAX_VALUE;

/** The lease time of a lease without end (RFC 2132 section 9.2 with RFC 2131 section 3.3). */
export const infiniteSeconds: u32 = 0xffffffff;

/** What must be known of the link. Only Ethernet is spoken: the hardware address has 6 bytes, or the client stays in INIT. */
export class LinkFacts {
  constructor(
    public readonly index: u32,
    public readonly hardwareAddress: StaticArray<u8>,
    /** Bytes; limits how long replies may be (option 57). */
    public readonly mtu: u32,
    /** Administratively up and with carrier (IFF_UP and IFF_LOWER_UP): packets sent now get out. */
    public readonly isUp: bool,
  ) {}
}

/** What the client calls itself to servers (option 61). */
export enum ClientIdKind {
  /** No option 61: servers go by the hardware address. */
  None,
  /** Type 1 and the hardware address (RFC 2132 section 9.14). */
  Hardware,
  /** Type 255, an IAID made of the last 4 bytes of the hardware address, and the DUID (RFC 4361 section 6.1). */
  Duid,
}

export class ClientOptions {
  clientIdKind: ClientIdKind = ClientIdKind.Hardware;
  /** For `Duid`: hexadecimal digits, colons between bytes allowed, 3 to 130 bytes. Not so: the hardware address serves, and a warning says so. */
  duid: string = '';
  /** Sent as option 12 if it is a name of RFC 1123; empty: not sent. */
  hostname: string = '';
  /** An address to ask for (option 50); the server need not give it. 0: none. */
  requestedAddress: u32 = 0;
  /** Ask servers to give the lease in two messages instead of four (RFC 4039). */
  rapidCommit: bool = true;
  /**
   * How long others may answer that they have the address before it is used. 0 uses it at once and looks meanwhile. At most 10 s. The usual window is for
   * neighbours on a wire, which answer within one millisecond; the watch afterwards is for all others.
   */
  probeWindowMilliseconds: u32 = 10;
  remembered: Remembered | null = null;
}

/** A lease from before: made from `Lease.message` and `Lease.obtainedAt`. Bytes that are no sound lease count as none. */
export class Remembered {
  constructor(
    public readonly message: StaticArray<u8>,
    public readonly obtainedAt: u64,
    /**
     * The address is on the link now, and `obtainedAt` is of the same clock as `now`: the client goes on in BOUND as if nothing had been.
     * Else it asks whether the address is still good (INIT-REBOOT), and nothing may be used until then.
     */
    public readonly isInUse: bool,
  ) {}
}

export class Route {
  constructor(
    public readonly destination: u32,
    public readonly prefixLength: u8,
    /** 0: the destination is on the link itself (RFC 3442, next hop 0.0.0.0). */
    public readonly gateway: u32,
    /** The gateway is not in the lease's own network: the kernel must be told to believe it is on the link (RTNH_F_ONLINK). */
    public readonly isOnLink: bool,
  ) {}
}

export class Lease {
  address: u32 = 0;
  prefixLength: u8 = 0;
  /** Everything to install, default routes included: option 121 if there is one, else 0/0 by each router in order of preference. */
  routes: Array<Route> = [];
  /** Option 3, as said by the server; `routes` is what counts. */
  routers: Array<u32> = [];
  resolvers: Array<u32> = [];
  ntpServers: Array<u32> = [];
  /** Empty: none was given. */
  domainName: string = '';
  searchDomains: Array<string> = [];
  hostname: string = '';
  /** 576 to 9216 bytes, or 0: none was given, or an absurd one. */
  mtu: u16 = 0;
  serverId: u32 = 0;
  /** From 4 to 2^32 - 2, or `infiniteSeconds`. */
  leaseSeconds: u32 = 0;
  /** 0 < T1 < T2 < lease time; `infiniteSeconds` if the lease is. */
  renewalSeconds: u32 = 0;
  rebindingSeconds: u32 = 0;
  /** When the request was sent that this lease answers: all its times count from there (RFC 2131 section 4.4.1). */
  obtainedAt: u64 = 0;
  /** T1 and T2, a little earlier at random so that machines do not renew together. */
  renewsAt: u64 = never;
  rebindsAt: u64 = never;
  expiresAt: u64 = never;
  /** The DHCP message that gave it, for `Remembered`. */
  message: StaticArray<u8> = [];
}

export enum ActionKind {
  /** `payload` (IPv4, UDP, DHCP) on the packet socket to `hardwareAddress`. */
  SendPacket,
  /** `payload` on the ARP socket to `hardwareAddress`. */
  SendArp,
  /** `payload` on the UDP socket to `address`, port 67. The leased address must still be on the link: remove it after the answer. */
  SendDatagram,
  /** The packet socket of the link for IPv4 (UDP to port 68) is needed from now on, or no more: `isOn`. */
  PacketSocket,
  /** The packet socket of the link for ARP. */
  ArpSocket,
  /** The UDP socket bound to `address`, port 68, on the link. */
  UdpSocket,
  /** Call `onTimer` at `at`, which replaces the last; `never`: not at all. */
  WakeAt,
  /** `lease` may be used from now on. */
  LeaseBound,
  /** `lease` takes the place of the one before; the address is the same. `isOn`: more than its times and its server changed. */
  LeaseChanged,
  /** Nothing of `lease` may be used any more: `message` is the reason. */
  LeaseLost,
  /** `message` for the log, at `level`. */
  Log,
}

export enum LogLevel {
  Debug,
  Info,
  Warn,
}

/** Which members count depends on the kind. */
export class Action {
  hardwareAddress: StaticArray<u8> = [];
  payload: StaticArray<u8> = [];
  address: u32 = 0;
  isOn: bool = false;
  at: u64 = 0;
  lease: Lease | null = null;
  level: LogLevel = LogLevel.Debug;
  message: string = '';
  constructor(public readonly kind: ActionKind) {}
}

export { DhcpClient } from './client';
export { State, stateName } from './transitions';
