/**
 * The numbers of rtnetlink that are used here, under the kernel's own names: linux/netlink.h, linux/rtnetlink.h, linux/if_link.h,
 * linux/if_addr.h, linux/fib_rules.h, linux/if.h, linux/veth.h.
 */

// linux/netlink.h
export const NLM_F_REQUEST: u16 = 0x1;
export const NLM_F_MULTI: u16 = 0x2;
export const NLM_F_ACK: u16 = 0x4;
export const NLM_F_DUMP_INTR: u16 = 0x10;
export const NLM_F_DUMP: u16 = 0x300;
export const NLM_F_REPLACE: u16 = 0x100;
export const NLM_F_EXCL: u16 = 0x200;
export const NLM_F_CREATE: u16 = 0x400;
export const NLM_F_CAPPED: u16 = 0x100;
export const NLM_F_ACK_TLVS: u16 = 0x200;
export const NLMSG_ERROR: u16 = 2;
export const NLMSG_DONE: u16 = 3;
export const NLMSGERR_ATTR_MSG: u16 = 1;

// linux/rtnetlink.h
export const RTM_NEWLINK: u16 = 16;
export const RTM_DELLINK: u16 = 17;
export const RTM_GETLINK: u16 = 18;
export const RTM_NEWADDR: u16 = 20;
export const RTM_DELADDR: u16 = 21;
export const RTM_GETADDR: u16 = 22;
export const RTM_NEWROUTE: u16 = 24;
export const RTM_DELROUTE: u16 = 25;
export const RTM_GETROUTE: u16 = 26;
export const RTM_NEWRULE: u16 = 32;
export const RTM_DELRULE: u16 = 33;
export const RTM_GETRULE: u16 = 34;

export const RTNLGRP_LINK: u32 = 1;
export const RTNLGRP_IPV4_IFADDR: u32 = 5;
export const RTNLGRP_IPV4_ROUTE: u32 = 7;
export const RTNLGRP_IPV4_RULE: u32 = 8;
export const RTNLGRP_IPV6_IFADDR: u32 = 9;
export const RTNLGRP_IPV6_ROUTE: u32 = 11;
export const RTNLGRP_IPV6_RULE: u32 = 19;

export const RTN_UNICAST: u8 = 1;
export const RTN_BLACKHOLE: u8 = 6;
export const RTN_UNREACHABLE: u8 = 7;
export const RTN_PROHIBIT: u8 = 8;
export const RT_SCOPE_UNIVERSE: u8 = 0;
export const RT_SCOPE_LINK: u8 = 253;
export const RT_SCOPE_HOST: u8 = 254;
export const RT_SCOPE_NOWHERE: u8 = 255;
export const RT_TABLE_MAIN: u32 = 254;
export const RT_TABLE_LOCAL: u32 = 255;
export const RTM_F_CLONED: u32 = 0x200;
export const RTNH_F_ONLINK: u32 = 4;
export const RTA_DST: u16 = 1;
export const RTA_SRC: u16 = 2;
export const RTA_OIF: u16 = 4;
export const RTA_GATEWAY: u16 = 5;
export const RTA_PRIORITY: u16 = 6;
export const RTA_PREFSRC: u16 = 7;
export const RTA_METRICS: u16 = 8;
export const RTA_MULTIPATH: u16 = 9;
export const RTA_TABLE: u16 = 15;
export const RTA_VIA: u16 = 18;
export const RTA_ENCAP_TYPE: u16 = 21;
export const RTA_NH_ID: u16 = 30;
export const RTAX_MTU: u16 = 2;

// linux/if_link.h
export const IFLA_ADDRESS: u16 = 1;
export const IFLA_IFNAME: u16 = 3;
export const IFLA_MTU: u16 = 4;
export const IFLA_LINK: u16 = 5;
export const IFLA_MASTER: u16 = 10;
export const IFLA_OPERSTATE: u16 = 16;
export const IFLA_LINKINFO: u16 = 18;
export const IFLA_GROUP: u16 = 27;
export const IFLA_INFO_KIND: u16 = 1;
export const IFLA_INFO_DATA: u16 = 2;
export const IFLA_VLAN_ID: u16 = 1;
export const IFLA_VLAN_PROTOCOL: u16 = 5;
export const IFLA_BR_STP_STATE: u16 = 5;
export const IFLA_BR_VLAN_FILTERING: u16 = 7;
export const IFLA_BOND_MODE: u16 = 1;
export const IFLA_BOND_MIIMON: u16 = 3;
export const IFLA_BOND_UPDELAY: u16 = 4;
export const IFLA_BOND_DOWNDELAY: u16 = 5;
export const IFLA_BOND_XMIT_HASH_POLICY: u16 = 14;
export const IFLA_BOND_MIN_LINKS: u16 = 18;
export const IFLA_BOND_AD_LACP_RATE: u16 = 21;
export const IFLA_VRF_TABLE: u16 = 1;
/** linux/veth.h */
export const VETH_INFO_PEER: u16 = 1;

// linux/if.h, linux/if_arp.h, linux/if_ether.h
export const IFF_UP: u32 = 0x1;
export const IFF_LOOPBACK: u32 = 0x8;
export const IFF_LOWER_UP: u32 = 0x10000;
export const ARPHRD_ETHER: u16 = 1;
export const ARPHRD_LOOPBACK: u16 = 772;
export const ETH_P_8021Q: u16 = 0x8100;
export const ETH_P_8021AD: u16 = 0x88a8;

// linux/if_addr.h
export const IFA_ADDRESS: u16 = 1;
export const IFA_LOCAL: u16 = 2;
export const IFA_BROADCAST: u16 = 4;
export const IFA_CACHEINFO: u16 = 6;
export const IFA_FLAGS: u16 = 8;
export const IFA_PROTO: u16 = 11;
export const IFA_F_SECONDARY: u32 = 0x01;
export const IFA_F_NODAD: u32 = 0x02;
export const IFA_F_DADFAILED: u32 = 0x08;
export const IFA_F_DEPRECATED: u32 = 0x20;
export const IFA_F_TENTATIVE: u32 = 0x40;
export const IFA_F_NOPREFIXROUTE: u32 = 0x200;

// linux/fib_rules.h
export const FR_ACT_TO_TBL: u8 = 1;
export const FR_ACT_BLACKHOLE: u8 = 6;
export const FR_ACT_UNREACHABLE: u8 = 7;
export const FR_ACT_PROHIBIT: u8 = 8;
export const FIB_RULE_INVERT: u32 = 0x2;
export const FRA_DST: u16 = 1;
export const FRA_SRC: u16 = 2;
export const FRA_IIFNAME: u16 = 3;
export const FRA_PRIORITY: u16 = 6;
export const FRA_FWMARK: u16 = 10;
export const FRA_TABLE: u16 = 15;
export const FRA_FWMASK: u16 = 16;
export const FRA_OIFNAME: u16 = 17;
export const FRA_L3MDEV: u16 = 19;
export const FRA_UID_RANGE: u16 = 20;
export const FRA_PROTOCOL: u16 = 21;
export const FRA_IP_PROTO: u16 = 22;
export const FRA_SPORT_RANGE: u16 = 23;
export const FRA_DPORT_RANGE: u16 = 24;

// include/uapi/asm-generic/errno-base.h, errno.h
export const EPERM: i32 = 1;
export const ENOENT: i32 = 2;
export const ESRCH: i32 = 3;
export const EACCES: i32 = 13;
export const EBUSY: i32 = 16;
export const EEXIST: i32 = 17;
export const ENODEV: i32 = 19;
export const EINVAL: i32 = 22;
export const EOPNOTSUPP: i32 = 95;
export const EADDRNOTAVAIL: i32 = 99;
export const ENETDOWN: i32 = 100;
export const ENETUNREACH: i32 = 101;
export const EHOSTUNREACH: i32 = 113;
