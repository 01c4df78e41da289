/**
 * How the module knows what it has put into the kernel, even after a restart: the kernel keeps a number with each object
 * (docs/decisions/008-what-the-network-module-owns.md).
 */

/** `rtm_protocol` of routes, IFA_PROTO of addresses and FRA_PROTOCOL of rules. Nobody else's in linux/rtnetlink.h or iproute2's rt_protos. */
export const ownedProtocol: u8 = 101;

/** IFLA_GROUP of links that it made: `eft` in ASCII. */
export const ownedGroup: u32 = 0x656674;
