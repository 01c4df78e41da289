#!/bin/sh
# What busybox's udhcpc does with a lease: the address, and no more.
[ "$1" = bound ] && exec ip addr add "$ip/$mask" dev "$interface"
exit 0
