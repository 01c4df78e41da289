/*
 * PID 1 of the test machine: says what it sees of the kernel, a fact a line, and powers off.
 *
 *     fact NAME=VALUE
 *
 * It links statically and needs nothing of the root but itself and the file that the test damages.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void fact(const char *name, const char *value) { printf("fact %s=%s\n", name, value); }

/* The name of the error, or `ok`. */
static void outcome(const char *name, long result) { fact(name, result >= 0 ? "ok" : strerrorname_np(errno)); }

/* The first line of a file, or the error in opening it. */
static void line_of(const char *name, const char *path) {
	char text[512] = "";
	FILE *file = fopen(path, "r");
	if (file == NULL) {
		fact(name, strerrorname_np(errno));
		return;
	}
	if (fgets(text, sizeof text, file) == NULL)
		text[0] = 0;
	text[strcspn(text, "\n")] = 0;
	fact(name, text);
	fclose(file);
}

static void opens(const char *name, const char *path, int flags) {
	int fd = open(path, flags | O_CLOEXEC, 0600);
	outcome(name, fd);
	if (fd >= 0)
		close(fd);
}

/* Reads a whole file and says the first error, or how many bytes there were. */
static void read_whole(const char *name, const char *path) {
	static char buffer[65536];
	char count[32];
	long total = 0;
	ssize_t got;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		outcome(name, -1);
		return;
	}
	while ((got = read(fd, buffer, sizeof buffer)) > 0)
		total += got;
	snprintf(count, sizeof count, "%ld", total);
	if (got < 0)
		outcome(name, -1);
	else
		fact(name, count);
	close(fd);
}

struct request {
	struct nlmsghdr header;
	struct ifinfomsg link;
	char attributes[512];
};

static struct rtattr *append(struct request *request, unsigned short type, const void *data, size_t length) {
	struct rtattr *attribute = (struct rtattr *)((char *)request + NLMSG_ALIGN(request->header.nlmsg_len));
	attribute->rta_type = type;
	attribute->rta_len = (unsigned short)RTA_LENGTH(length);
	if (length > 0)
		memcpy(RTA_DATA(attribute), data, length);
	request->header.nlmsg_len = NLMSG_ALIGN(request->header.nlmsg_len) + RTA_ALIGN(attribute->rta_len);
	return attribute;
}

static void finish(struct request *request, struct rtattr *nest) {
	nest->rta_len = (unsigned short)((char *)request + request->header.nlmsg_len - (char *)nest);
}

/*
 * Makes a link of `kind` (rtnetlink(7), RTM_NEWLINK with IFLA_LINKINFO), on top of the link `below` if that is not 0, with one attribute of
 * its kind if `length` is not 0.
 */
static void make_link(int fd, const char *kind, unsigned below, unsigned short type, const void *data, size_t length) {
	struct request request = { .header = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct ifinfomsg)),
		.nlmsg_type = RTM_NEWLINK, .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL } };
	char name[IFNAMSIZ], label[64], answer[4096];
	snprintf(name, sizeof name, "t-%s", kind);
	append(&request, IFLA_IFNAME, name, strlen(name) + 1);
	if (below != 0)
		append(&request, IFLA_LINK, &below, sizeof below);
	struct rtattr *info = append(&request, IFLA_LINKINFO, NULL, 0);
	append(&request, IFLA_INFO_KIND, kind, strlen(kind));
	if (length > 0) {
		struct rtattr *own = append(&request, IFLA_INFO_DATA, NULL, 0);
		append(&request, type, data, length);
		finish(&request, own);
	}
	finish(&request, info);
	snprintf(label, sizeof label, "link.%s", kind);
	if (send(fd, &request, request.header.nlmsg_len, 0) < 0 || recv(fd, answer, sizeof answer, 0) < 0) {
		outcome(label, -1);
		return;
	}
	struct nlmsgerr *result = NLMSG_DATA((struct nlmsghdr *)answer);
	errno = -result->error;
	outcome(label, result->error);
}

static void network(void) {
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	uint16_t vlan = 42;
	uint32_t table = 100, identifier = 7, remote = htonl(0x0a000001);
	make_link(fd, "dummy", 0, 0, NULL, 0);
	unsigned dummy = if_nametoindex("t-dummy");
	make_link(fd, "vlan", dummy, IFLA_VLAN_ID, &vlan, sizeof vlan);
	make_link(fd, "bond", 0, 0, NULL, 0);
	make_link(fd, "bridge", 0, 0, NULL, 0);
	make_link(fd, "vrf", 0, IFLA_VRF_TABLE, &table, sizeof table);
	make_link(fd, "veth", 0, 0, NULL, 0);
	make_link(fd, "vxlan", 0, IFLA_VXLAN_ID, &identifier, sizeof identifier);
	make_link(fd, "wireguard", 0, 0, NULL, 0);
	make_link(fd, "macvlan", dummy, 0, NULL, 0);
	make_link(fd, "netkit", 0, 0, NULL, 0);
	make_link(fd, "ipip", 0, 3 /* IFLA_IPTUN_REMOTE, linux/if_tunnel.h */, &remote, sizeof remote);
	outcome("socket.netfilter", socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER));
	outcome("socket.packet", socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
	outcome("socket.alg", socket(38 /* AF_ALG */, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
	outcome("socket.sctp", socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 132 /* IPPROTO_SCTP */));
}

int main(void) {
	setvbuf(stdout, NULL, _IOLBF, 0);
	mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	mount("securityfs", "/sys/kernel/security", "securityfs", 0, NULL);
	mount("cgroup2", "/sys/fs/cgroup", "cgroup2", 0, NULL);
	mount("tmpfs", "/run", "tmpfs", 0, NULL);
	fact("reached", "user space");
	read_whole("payload", "/payload");

	line_of("root.name", "/sys/block/dm-0/dm/name");
	line_of("root.mount", "/proc/self/mounts");
	/* squashfs takes the request to be writable and stays as it is: what counts is the next line. */
	mount(NULL, "/", NULL, MS_REMOUNT, NULL);
	opens("root.write", "/newt", O_WRONLY | O_CREAT);
	opens("root.device.write", "/dev/dm-0", O_WRONLY);

	opens("modules.list", "/proc/modules", O_RDONLY);
	outcome("modules.init", syscall(SYS_init_module, NULL, 0, ""));
	outcome("modules.finit", syscall(SYS_finit_module, -1, "", 0));
	outcome("kexec", syscall(SYS_kexec_load, 0, 0, NULL, 0));
	outcome("kexec.file", syscall(SYS_kexec_file_load, -1, -1, 0, NULL, 0));
	outcome("io_uring", syscall(SYS_io_uring_setup, 1, NULL));
	outcome("userfaultfd", syscall(SYS_userfaultfd, 0));
	outcome("iopl", syscall(SYS_iopl, 3));
	outcome("ioperm", syscall(SYS_ioperm, 0, 1, 1));
	outcome("modify_ldt", syscall(SYS_modify_ldt, 0, NULL, 0));
	outcome("process_vm_readv", syscall(SYS_process_vm_readv, 1, NULL, 0, NULL, 0, 0));
	opens("dev.mem", "/dev/mem", O_RDONLY);
	opens("dev.port", "/dev/port", O_RDONLY);
	opens("proc.kcore", "/proc/kcore", O_RDONLY);
	opens("proc.pagemap", "/proc/self/pagemap", O_RDONLY);
	opens("proc.sysrq", "/proc/sysrq-trigger", O_WRONLY);
	opens("cpu.msr", "/dev/cpu/0/msr", O_RDONLY);
	outcome("debugfs", mount("debugfs", "/run", "debugfs", 0, NULL));
	outcome("tracefs", mount("tracefs", "/run", "tracefs", 0, NULL));

	line_of("lockdown", "/sys/kernel/security/lockdown");
	line_of("lsm", "/sys/kernel/security/lsm");
	long landlock = syscall(SYS_landlock_create_ruleset, NULL, 0, 1 /* LANDLOCK_CREATE_RULESET_VERSION */);
	fact("landlock", landlock >= 4 ? "ok" : "missing or old");
	line_of("sysctl.randomize_va_space", "/proc/sys/kernel/randomize_va_space");
	line_of("sysctl.dmesg_restrict", "/proc/sys/kernel/dmesg_restrict");
	line_of("sysctl.ptrace_scope", "/proc/sys/kernel/yama/ptrace_scope");
	line_of("sysctl.unprivileged_bpf_disabled", "/proc/sys/kernel/unprivileged_bpf_disabled");
	line_of("sysctl.legacy_tiocsti", "/proc/sys/dev/tty/legacy_tiocsti");
	line_of("sysctl.ldisc_autoload", "/proc/sys/dev/tty/ldisc_autoload");
	line_of("sysctl.panic", "/proc/sys/kernel/panic");
	line_of("sysctl.panic_on_oops", "/proc/sys/kernel/panic_on_oops");
	line_of("sysctl.mmap_min_addr", "/proc/sys/vm/mmap_min_addr");
	line_of("sysctl.root_maxkeys", "/proc/sys/kernel/keys/root_maxkeys");
	line_of("sysctl.max_user_namespaces", "/proc/sys/user/max_user_namespaces");
	line_of("cgroup.controllers", "/sys/fs/cgroup/cgroup.controllers");
	/* Not opened: that would start it. */
	outcome("watchdog", access("/dev/watchdog0", W_OK));
	opens("device.mapper", "/dev/mapper/control", O_RDWR);
	network();
	fact("finished", "yes");
	fflush(stdout);
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}
