#!/bin/sh
# Runs Debian's systemd-networkd as it is, in the namespaces that it is started in: a /run of its own with one .network file, and /sys read-only,
# which tells it that there is no udev to wait for.
set -e
mount -t tmpfs -o mode=755 bench /run
mkdir -p /run/systemd/network
cat > /run/systemd/network/10-bench.network <<END
[Match]
Name=$1
[Network]
DHCP=ipv4
LinkLocalAddressing=no
IPv6AcceptRA=no
[DHCPv4]
ClientIdentifier=mac
END
mount -t sysfs -o ro bench /sys
exec /lib/systemd/systemd-networkd
