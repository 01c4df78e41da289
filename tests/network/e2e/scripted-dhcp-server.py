"""
A DHCP server that does what it is told, right or wrong: for tests of clients. It knows one client.

Standard input: JSON objects, a line each, that replace how it behaves (see `manner`). Standard output: `ready`, and a JSON object for each
message that it gets. It runs in the namespace of a host whose eth0 has the server's address.
"""
import json
import socket
import struct
import sys
import threading

SO_BINDTODEVICE = 25
IP_PKTINFO = 8
COOKIE = b"\x63\x82\x53\x63"
DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK = 1, 2, 3, 4, 5, 6

manner = {
    "address": "10.77.0.10",    # what it gives
    "server": "10.77.0.1",      # who it says it is
    "seconds": 120,             # the lease
    "options": [],              # [code, hex] besides netmask, server and lease; one of these codes replaces it
    "discover": "offer",        # or "none"
    "request": "ack",           # or "nak", "none"
    "unicast": True,            # whether it hears what is sent to it alone
    "before": [],               # raw replies to send before its own: {"address", "options": hex of all after the cookie but the type}
}


def options_of(data):
    found, at = {}, 240
    while at < len(data) and data[at] != 255:
        if data[at] == 0:
            at += 1
            continue
        length = data[at + 1]
        found[data[at]] = data[at + 2:at + 2 + length]
        at += 2 + length
    return found


def own_options():
    given = [[code, bytes.fromhex(text)] for code, text in manner["options"]]
    codes = {code for code, _ in given}
    usual = [
        [1, socket.inet_aton("255.255.255.0")],
        [54, socket.inet_aton(manner["server"])],
        [51, struct.pack("!I", manner["seconds"])],
    ]
    parts = b""
    for code, value in [option for option in usual if option[0] not in codes] + given:
        for begin in range(0, max(len(value), 1), 255):
            part = value[begin:begin + 255]
            parts += bytes([code, len(part)]) + part
    return parts


def reply(request, kind, address, options):
    head = struct.pack("!BBBB4sHH", 2, 1, 6, 0, request[4:8], 0, 0x8000)
    addresses = request[12:16] + socket.inet_aton(address) + socket.inet_aton(manner["server"]) + bytes(4)
    if kind == NAK:
        addresses = bytes(16)
    body = head + addresses + request[28:44] + bytes(192) + COOKIE + bytes([53, 1, kind]) + options
    return body.ljust(300, b"\0")


def send(data, destination):
    try:
        server.sendto(data, (destination, 68))
    except OSError as error:
        print(json.dumps({"error": str(error)}), flush=True)


def answer(request, is_unicast):
    options = options_of(request)
    kind = options.get(53, b"\0")[0]
    text = lambda value: socket.inet_ntoa(value) if value and len(value) == 4 else ""
    heard = {
        "kind": kind,
        "unicast": is_unicast,
        "client": text(request[12:16]),
        "requested": text(options.get(50)),
        "server": text(options.get(54)),
    }
    print(json.dumps(heard), flush=True)
    if is_unicast and not manner["unicast"]:
        return
    what = {DISCOVER: manner["discover"], REQUEST: manner["request"]}.get(kind, "none")
    if kind == REQUEST and heard["server"] not in ("", manner["server"]):
        return
    if what == "none":
        return
    if what == "nak":
        send(reply(request, NAK, "0.0.0.0", bytes([54, 4]) + socket.inet_aton(manner["server"]) + b"\xff"), "255.255.255.255")
        return
    destination = heard["client"] if heard["client"] != "0.0.0.0" else "255.255.255.255"
    said = OFFER if what == "offer" else ACK
    for other in manner["before"]:
        send(reply(request, said, other["address"], bytes.fromhex(other["options"])), destination)
    send(reply(request, said, manner["address"], own_options() + b"\xff"), destination)


def listen():
    while True:
        data, ancillary, _, _ = server.recvmsg(4096, 128)
        is_unicast = False
        for level, kind, value in ancillary:
            if level == socket.IPPROTO_IP and kind == IP_PKTINFO:
                is_unicast = value[8:12] != b"\xff\xff\xff\xff"
        if len(data) >= 240 and data[236:240] == COOKIE:
            answer(data, is_unicast)


server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
server.setsockopt(socket.SOL_SOCKET, SO_BINDTODEVICE, b"eth0\0")
server.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
server.bind(("", 67))
threading.Thread(target=listen, daemon=True).start()
print("ready", flush=True)
for line in sys.stdin:
    manner.update(json.loads(line))
