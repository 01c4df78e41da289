#!/bin/sh
# Runs Debian's systemd-networkd in the namespaces that it is started in, as ../network/networkd.sh does, and starts it again each time it ends:
# what a service manager does on `systemctl restart`.
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
KeepConfiguration=dhcp-on-stop
[DHCPv4]
ClientIdentifier=mac
END
mount -t sysfs -o ro bench /sys
while :; do /lib/systemd/systemd-networkd || :; done
