/** The numbers of rtnetlink that the simulation and its tests use: `linux/rtnetlink.h`, `linux/if_link.h`, `linux/if_addr.h`, `linux/fib_rules.h`. */

export const messageTypes = {
  RTM_NEWLINK: 16,
  RTM_DELLINK: 17,
  RTM_GETLINK: 18,
  RTM_SETLINK: 19,
  RTM_NEWADDR: 20,
  RTM_DELADDR: 21,
  RTM_GETADDR: 22,
  RTM_NEWROUTE: 24,
  RTM_DELROUTE: 25,
  RTM_GETROUTE: 26,
  RTM_NEWNEIGH: 28,
  RTM_DELNEIGH: 29,
  RTM_GETNEIGH: 30,
  RTM_NEWRULE: 32,
  RTM_DELRULE: 33,
  RTM_GETRULE: 34,
} as const;

/** Multicast groups. */
export const groups = {
  RTNLGRP_LINK: 1,
  RTNLGRP_NEIGH: 3,
  RTNLGRP_IPV4_IFADDR: 5,
  RTNLGRP_IPV4_ROUTE: 7,
  RTNLGRP_IPV4_RULE: 8,
  RTNLGRP_IPV6_IFADDR: 9,
  RTNLGRP_IPV6_ROUTE: 11,
  RTNLGRP_IPV6_RULE: 19,
} as const;

export const families = { AF_UNSPEC: 0, AF_INET: 2, AF_BRIDGE: 7, AF_INET6: 10 } as const;

/** `linux/if.h` */
export const linkFlags = {
  IFF_UP: 0x1,
  IFF_BROADCAST: 0x2,
  IFF_LOOPBACK: 0x8,
  IFF_RUNNING: 0x40,
  IFF_NOARP: 0x80,
  IFF_PROMISC: 0x100,
  IFF_ALLMULTI: 0x200,
  IFF_MASTER: 0x400,
  IFF_SLAVE: 0x800,
  IFF_MULTICAST: 0x1000,
  IFF_LOWER_UP: 0x10000,
} as const;

/** Operational states (RFC 2863). `linux/if.h` */
export const operationalStates = {
  IF_OPER_UNKNOWN: 0,
  IF_OPER_DOWN: 2,
  IF_OPER_LOWERLAYERDOWN: 3,
  IF_OPER_UP: 6,
} as const;

export const linkAttributes = {
  IFLA_ADDRESS: 1,
  IFLA_BROADCAST: 2,
  IFLA_IFNAME: 3,
  IFLA_MTU: 4,
  IFLA_LINK: 5,
  IFLA_QDISC: 6,
  IFLA_MASTER: 10,
  IFLA_TXQLEN: 13,
  IFLA_OPERSTATE: 16,
  IFLA_LINKMODE: 17,
  IFLA_LINKINFO: 18,
  IFLA_AF_SPEC: 26,
  IFLA_GROUP: 27,
  IFLA_PROMISCUITY: 30,
  IFLA_NUM_TX_QUEUES: 31,
  IFLA_NUM_RX_QUEUES: 32,
  IFLA_CARRIER: 33,
  IFLA_MIN_MTU: 50,
  IFLA_MAX_MTU: 51,
} as const;

export const linkInfoAttributes = {
  IFLA_INFO_KIND: 1,
  IFLA_INFO_DATA: 2,
  IFLA_INFO_SLAVE_KIND: 4,
} as const;

/** Inside IFLA_INFO_DATA, by kind. */
export const VETH_INFO_PEER = 1;
export const IFLA_VLAN_ID = 1;
export const IFLA_VRF_TABLE = 1;
export const IFLA_BOND_MODE = 1;

/** Inside the AF_INET6 part of IFLA_AF_SPEC. */
export const IFLA_INET6_ADDR_GEN_MODE = 8;

export const addressAttributes = {
  IFA_ADDRESS: 1,
  IFA_LOCAL: 2,
  IFA_LABEL: 3,
  IFA_BROADCAST: 4,
  IFA_CACHEINFO: 6,
  IFA_FLAGS: 8,
  IFA_RT_PRIORITY: 9,
  IFA_PROTO: 11,
} as const;

/** `linux/if_addr.h` */
export const addressFlags = {
  IFA_F_SECONDARY: 0x01,
  IFA_F_NODAD: 0x02,
  IFA_F_DEPRECATED: 0x20,
  IFA_F_TENTATIVE: 0x40,
  IFA_F_PERMANENT: 0x80,
  IFA_F_NOPREFIXROUTE: 0x200,
} as const;

/** IFAPROT_* of `linux/if_addr.h` */
export const addressProtocols = { KERNEL_LO: 1, KERNEL_RA: 2, KERNEL_LL: 3 } as const;

export const routeAttributes = {
  RTA_DST: 1,
  RTA_SRC: 2,
  RTA_IIF: 3,
  RTA_OIF: 4,
  RTA_GATEWAY: 5,
  RTA_PRIORITY: 6,
  RTA_PREFSRC: 7,
  RTA_METRICS: 8,
  RTA_MULTIPATH: 9,
  RTA_CACHEINFO: 12,
  RTA_TABLE: 15,
  RTA_PREF: 20,
} as const;

export const routeTypes = {
  RTN_UNSPEC: 0,
  RTN_UNICAST: 1,
  RTN_LOCAL: 2,
  RTN_BROADCAST: 3,
  RTN_ANYCAST: 4,
  RTN_MULTICAST: 5,
  RTN_BLACKHOLE: 6,
  RTN_UNREACHABLE: 7,
  RTN_PROHIBIT: 8,
  RTN_THROW: 9,
} as const;

export const routeScopes = {
  RT_SCOPE_UNIVERSE: 0,
  RT_SCOPE_SITE: 200,
  RT_SCOPE_LINK: 253,
  RT_SCOPE_HOST: 254,
  RT_SCOPE_NOWHERE: 255,
} as const;

export const routeProtocols = {
  RTPROT_UNSPEC: 0,
  RTPROT_KERNEL: 2,
  RTPROT_BOOT: 3,
  RTPROT_STATIC: 4,
} as const;

export const routeTables = {
  RT_TABLE_UNSPEC: 0,
  RT_TABLE_COMPAT: 252,
  RT_TABLE_DEFAULT: 253,
  RT_TABLE_MAIN: 254,
  RT_TABLE_LOCAL: 255,
} as const;

/** Flags of a next hop, in `rtm_flags`. */
export const nextHopFlags = { RTNH_F_DEAD: 1, RTNH_F_ONLINK: 4, RTNH_F_LINKDOWN: 16 } as const;

export const ruleAttributes = {
  FRA_DST: 1,
  FRA_SRC: 2,
  FRA_IIFNAME: 3,
  FRA_PRIORITY: 6,
  FRA_FWMARK: 10,
  FRA_SUPPRESS_PREFIXLEN: 14,
  FRA_TABLE: 15,
  FRA_FWMASK: 16,
  FRA_OIFNAME: 17,
  FRA_PROTOCOL: 21,
} as const;

/** FR_ACT_TO_TBL and its siblings. */
export const ruleActions = { TO_TABLE: 1, BLACKHOLE: 6, UNREACHABLE: 7, PROHIBIT: 8 } as const;

/** Said of a rule that names a link which is not there. */
export const ruleFlags = { FIB_RULE_IIF_DETACHED: 0x8, FIB_RULE_OIF_DETACHED: 0x10 } as const;
