/**
 * The kernel's structs on 64-bit little-endian Linux, where the architectures agree: the kernel lays out all structs of
 * its user interface by fixed-width or word-sized members, and no architecture of ours overrides one of these.
 * `layout.test.ts` compares every size and offset with the header named here.
 */
import { struct } from '../struct.ts';

export const lp64Layouts = {
  openHow: struct('struct open_how', 'linux/openat2.h', 24, {
    flags: ['u64', 0],
    mode: ['u64', 8],
    resolve: ['u64', 16],
  }),
  statx: struct('struct statx', 'linux/stat.h', 256, {
    stx_mask: ['u32', 0],
    stx_blksize: ['u32', 4],
    stx_attributes: ['u64', 8],
    stx_nlink: ['u32', 16],
    stx_uid: ['u32', 20],
    stx_gid: ['u32', 24],
    stx_mode: ['u16', 28],
    stx_ino: ['u64', 32],
    stx_size: ['u64', 40],
    stx_blocks: ['u64', 48],
    stx_attributes_mask: ['u64', 56],
    'stx_mtime.tv_sec': ['i64', 112],
    'stx_mtime.tv_nsec': ['u32', 120],
    stx_rdev_major: ['u32', 128],
    stx_rdev_minor: ['u32', 132],
    stx_dev_major: ['u32', 136],
    stx_dev_minor: ['u32', 140],
    stx_mnt_id: ['u64', 144],
  }),
  directoryEntry: struct('struct dirent64', 'dirent.h', 280, {
    d_ino: ['u64', 0],
    d_off: ['i64', 8],
    d_reclen: ['u16', 16],
    d_type: ['u8', 18],
    d_name: ['bytes', 19, 0],
  }),
  mountAttributes: struct('struct mount_attr', 'linux/mount.h', 32, {
    attr_set: ['u64', 0],
    attr_clr: ['u64', 8],
    propagation: ['u64', 16],
    userns_fd: ['u64', 24],
  }),
  signalInformation: struct('siginfo_t', 'linux/signal.h', 128, {
    si_signo: ['i32', 0],
    si_errno: ['i32', 4],
    si_code: ['i32', 8],
    si_pid: ['i32', 16],
    si_uid: ['u32', 20],
    si_status: ['i32', 24],
  }),
  capabilityHeader: struct('struct __user_cap_header_struct', 'linux/capability.h', 8, {
    version: ['u32', 0],
    pid: ['i32', 4],
  }),
  capabilityData: struct('struct __user_cap_data_struct', 'linux/capability.h', 12, {
    effective: ['u32', 0],
    permitted: ['u32', 4],
    inheritable: ['u32', 8],
  }),
  resourceLimit: struct('struct rlimit64', 'linux/resource.h', 16, {
    rlim_cur: ['u64', 0],
    rlim_max: ['u64', 8],
  }),
  timespec: struct('struct __kernel_timespec', 'linux/time_types.h', 16, {
    tv_sec: ['i64', 0],
    tv_nsec: ['i64', 8],
  }),
  timerSetting: struct('struct __kernel_itimerspec', 'linux/time_types.h', 32, {
    'it_interval.tv_sec': ['i64', 0],
    'it_interval.tv_nsec': ['i64', 8],
    'it_value.tv_sec': ['i64', 16],
    'it_value.tv_nsec': ['i64', 24],
  }),
  clockAdjustment: struct('struct __kernel_timex', 'linux/timex.h', 208, {
    modes: ['u32', 0],
    offset: ['i64', 8],
    freq: ['i64', 16],
    maxerror: ['i64', 24],
    esterror: ['i64', 32],
    status: ['i32', 40],
    constant: ['i64', 48],
    'time.tv_sec': ['i64', 72],
    'time.tv_usec': ['i64', 80],
    tick: ['i64', 88],
    tai: ['i32', 160],
  }),
  inputOutputVector: struct('struct iovec', 'linux/uio.h', 16, {
    iov_base: ['u64', 0],
    iov_len: ['u64', 8],
  }),
  messageHeader: struct('struct msghdr', 'sys/socket.h', 56, {
    msg_name: ['u64', 0],
    msg_namelen: ['u32', 8],
    msg_iov: ['u64', 16],
    msg_iovlen: ['u64', 24],
    msg_control: ['u64', 32],
    msg_controllen: ['u64', 40],
    msg_flags: ['i32', 48],
  }),
  messageHeaderOfMany: struct('struct mmsghdr', 'sys/socket.h', 64, {
    msg_len: ['u32', 56],
  }),
  controlHeader: struct('struct cmsghdr', 'sys/socket.h', 16, {
    cmsg_len: ['u64', 0],
    cmsg_level: ['i32', 8],
    cmsg_type: ['i32', 12],
  }),
  peerCredentials: struct('struct ucred', 'sys/socket.h', 12, {
    pid: ['i32', 0],
    uid: ['u32', 4],
    gid: ['u32', 8],
  }),
  addressNetlink: struct('struct sockaddr_nl', 'linux/netlink.h', 12, {
    nl_family: ['u16', 0],
    nl_pid: ['u32', 4],
    nl_groups: ['u32', 8],
  }),
  addressInternet4: struct('struct sockaddr_in', 'linux/in.h', 16, {
    sin_family: ['u16', 0],
    sin_port: ['be16', 2],
    sin_addr: ['bytes', 4, 4],
  }),
  addressInternet6: struct('struct sockaddr_in6', 'linux/in6.h', 28, {
    sin6_family: ['u16', 0],
    sin6_port: ['be16', 2],
    sin6_flowinfo: ['be32', 4],
    sin6_addr: ['bytes', 8, 16],
    sin6_scope_id: ['u32', 24],
  }),
  addressPacket: struct('struct sockaddr_ll', 'linux/if_packet.h', 20, {
    sll_family: ['u16', 0],
    sll_protocol: ['be16', 2],
    sll_ifindex: ['i32', 4],
    sll_hatype: ['u16', 8],
    sll_pkttype: ['u8', 10],
    sll_halen: ['u8', 11],
    sll_addr: ['bytes', 12, 8],
  }),
  packetInformation4: struct('struct in_pktinfo', 'linux/in.h', 12, {
    ipi_ifindex: ['i32', 0],
    ipi_spec_dst: ['bytes', 4, 4],
    ipi_addr: ['bytes', 8, 4],
  }),
  packetInformation6: struct('struct in6_pktinfo', 'linux/ipv6.h', 20, {
    ipi6_addr: ['bytes', 0, 16],
    ipi6_ifindex: ['i32', 16],
  }),
  interfaceRequest: struct('struct ifreq', 'net/if.h', 40, {
    ifr_name: ['bytes', 0, 16],
    ifr_ifindex: ['i32', 16],
  }),
  systemNames: struct('struct new_utsname', 'linux/utsname.h', 390, {
    nodename: ['bytes', 65, 65],
    domainname: ['bytes', 325, 65],
  }),
  addressUnix: struct('struct sockaddr_un', 'linux/un.h', 110, {
    sun_family: ['u16', 0],
    sun_path: ['bytes', 2, 108],
  }),
  packetAuxiliary: struct('struct tpacket_auxdata', 'linux/if_packet.h', 20, {
    tp_status: ['u32', 0],
    tp_len: ['u32', 4],
    tp_snaplen: ['u32', 8],
    tp_mac: ['u16', 12],
    tp_net: ['u16', 14],
    tp_vlan_tci: ['u16', 16],
    tp_vlan_tpid: ['u16', 18],
  }),
  filterInstruction: struct('struct sock_filter', 'linux/filter.h', 8, {
    code: ['u16', 0],
    jt: ['u8', 2],
    jf: ['u8', 3],
    k: ['u32', 4],
  }),
  filterProgram: struct('struct sock_fprog', 'linux/filter.h', 16, {
    len: ['u16', 0],
    filter: ['u64', 8],
  }),
  loopConfiguration: struct('struct loop_config', 'linux/loop.h', 304, {
    fd: ['u32', 0],
    block_size: ['u32', 4],
    'info.lo_offset': ['u64', 32],
    'info.lo_sizelimit': ['u64', 40],
    'info.lo_flags': ['u32', 60],
    'info.lo_file_name': ['bytes', 64, 64],
  }),
} as const;
