import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { fromCString } from './c-string.ts';
import { close, type FileDescriptor, read, write } from './file-descriptor.ts';
import { subscribe } from './poll.ts';
import {
  accept,
  bind,
  connect,
  createSocket,
  createSocketPair,
  etherTypes,
  getOwnAddress,
  listen,
  messageFlags,
  netlinkProtocols,
  receive,
  send,
  shutdown,
  shutdownWays,
  socketTypes,
} from './socket.ts';
import { socketFamilies } from './socket-address.ts';
import {
  attachFilter,
  bindToInterface,
  getIntegerOption,
  getPeerCredentials,
  joinNetlinkGroup,
  netlinkOptions,
  optionLevels,
  setIntegerOption,
  socketOptions,
} from './socket-option.ts';

const localhost = Uint8Array.of(127, 0, 0, 1);
const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Waits until the descriptor can be read. */
const readable = (fd: FileDescriptor) =>
  new Promise<void>((resolve) => {
    const subscription = subscribe(fd, ['readable'], () => {
      subscription.stop();
      resolve();
    });
  });

/** rtnetlink(7), `linux/rtnetlink.h`: what this test needs of it. */
const RTM_NEWLINK = 16;
const RTM_GETLINK = 18;
const NLMSG_DONE = 3;
const NLM_F_REQUEST_DUMP = 0x301;
const IFLA_IFNAME = 3;

describe('a netlink socket', () => {
  it('lists the links of this network namespace, loopback among them', async () => {
    const fd = createSocket(socketFamilies.AF_NETLINK, socketTypes.SOCK_RAW, netlinkProtocols.NETLINK_ROUTE);
    bind(fd, { family: 'netlink', portId: 0, groups: 0 });
    setIntegerOption(fd, optionLevels.SOL_NETLINK, netlinkOptions.NETLINK_EXT_ACK, 1);
    const own = getOwnAddress(fd);
    expect(own?.family === 'netlink' && own.portId !== 0).toBe(true);

    const request = new Uint8Array(32);
    const header = new DataView(request.buffer);
    header.setUint32(0, request.length, true);
    header.setUint16(4, RTM_GETLINK, true);
    header.setUint16(6, NLM_F_REQUEST_DUMP, true);
    header.setUint32(8, 1, true);
    expect(send(fd, request, { family: 'netlink', portId: 0, groups: 0 })).toBe(32);

    const names = new Map<number, string>();
    for (let isDone = false; !isDone; ) {
      await readable(fd);
      const room = new Uint8Array(64 * 1024);
      const received = receive(fd, room, messageFlags.MSG_TRUNC);
      if (received === undefined) continue;
      expect(received.from).toEqual({ family: 'netlink', portId: 0, groups: 0 });
      expect(received.length).toBeLessThanOrEqual(room.length);
      const view = new DataView(room.buffer, 0, received.length);
      for (let at = 0; at < received.length; ) {
        const length = view.getUint32(at, true);
        const type = view.getUint16(at + 4, true);
        if (type === NLMSG_DONE) isDone = true;
        if (type === RTM_NEWLINK)
          names.set(view.getInt32(at + 20, true), interfaceName(room, at + 32, at + length));
        at += Math.ceil(length / 4) * 4;
      }
    }
    expect(names.get(1)).toBe('lo');
    for (const name of Object.keys(networkInterfaces())) expect([...names.values()]).toContain(name);
    close(fd);
  });

  it('joins multicast groups', () => {
    const RTNLGRP_LINK = 1;
    const fd = createSocket(socketFamilies.AF_NETLINK, socketTypes.SOCK_RAW, netlinkProtocols.NETLINK_ROUTE);
    bind(fd, { family: 'netlink', portId: 0, groups: 0 });
    joinNetlinkGroup(fd, RTNLGRP_LINK);
    const own = getOwnAddress(fd);
    expect(own?.family === 'netlink' ? own.groups : undefined).toBe(1);
    expect(() => joinNetlinkGroup(fd, 1 << 20)).toThrow('EINVAL');
    close(fd);
  });
});

function interfaceName(bytes: Uint8Array, start: number, end: number): string {
  const view = new DataView(bytes.buffer);
  for (let at = start; at < end; ) {
    const length = view.getUint16(at, true);
    if (view.getUint16(at + 2, true) === IFLA_IFNAME) return fromCString(bytes.subarray(at + 4, at + length));
    at += Math.ceil(length / 4) * 4;
  }
  return '';
}

describe('a stream socket', () => {
  it('connects, carries bytes both ways, and ends', async () => {
    const server = createSocket(socketFamilies.AF_INET, socketTypes.SOCK_STREAM, 0);
    bind(server, { family: 'inet', address: localhost, port: 0 });
    listen(server, 5);
    expect(accept(server)).toBeUndefined();
    const address = getOwnAddress(server);
    if (address === undefined) throw new Error('the socket has no address');
    const client = createSocket(socketFamilies.AF_INET, socketTypes.SOCK_STREAM, 0);
    expect(['connected', 'connecting']).toContain(connect(client, address));
    await readable(server);
    const accepted = accept(server);
    if (accepted === undefined) throw new Error('nobody connected');
    expect(accepted.peer).toEqual(getOwnAddress(client));

    const room = new Uint8Array(16);
    expect(receive(accepted.fd, room)).toBeUndefined();
    expect(send(client, bytesOf('ping'))).toBe(4);
    await readable(accepted.fd);
    expect(receive(accepted.fd, room)?.length).toBe(4);
    expect(write(accepted.fd, bytesOf('pong!'))).toBe(5);
    await readable(client);
    expect(read(client, room)).toBe(5);
    shutdown(client, shutdownWays.SHUT_WR);
    await readable(accepted.fd);
    expect(receive(accepted.fd, room)?.length).toBe(0);
    for (const fd of [server, client, accepted.fd]) close(fd);
  });

  it('that nobody listens for is refused', () => {
    const fd = createSocket(socketFamilies.AF_UNIX, socketTypes.SOCK_STREAM, 0);
    expect(() => connect(fd, { family: 'unix-abstract', name: 'eft-nobody-is-here' })).toThrow(
      'ECONNREFUSED',
    );
    expect(() => connect(fd, { family: 'unix', path: '/nonexistent/socket' })).toThrow('ENOENT');
    close(fd);
  });

  it('whose other end is gone gives an error and no signal', () => {
    const [a, b] = createSocketPair(socketTypes.SOCK_STREAM);
    close(b);
    expect(() => send(a, bytesOf('x'))).toThrow('EPIPE');
    close(a);
  });

  it('tells who is at the other end', () => {
    const [a, b] = createSocketPair(socketTypes.SOCK_STREAM);
    expect(getPeerCredentials(a)).toEqual({
      pid: process.pid,
      uid: process.getuid?.(),
      gid: process.getgid?.(),
    });
    close(a);
    close(b);
  });
});

describe('a datagram socket', () => {
  it('receives whole datagrams with their sender, and tells the true length of one that is too long', async () => {
    const address = new Uint8Array(16);
    address[15] = 1;
    const server = createSocket(socketFamilies.AF_INET6, socketTypes.SOCK_DGRAM, 0);
    bind(server, { family: 'inet6', address, port: 0, scopeId: 0 });
    const to = getOwnAddress(server);
    if (to === undefined) throw new Error('the socket has no address');
    const client = createSocket(socketFamilies.AF_INET6, socketTypes.SOCK_DGRAM, 0);
    bind(client, { family: 'inet6', address, port: 0, scopeId: 0 });
    send(client, bytesOf('a long datagram'), to);
    await readable(server);
    const room = new Uint8Array(6);
    const peeked = receive(server, room, messageFlags.MSG_TRUNC | messageFlags.MSG_PEEK);
    expect(peeked).toEqual({ length: 15, from: getOwnAddress(client) });
    expect(new TextDecoder().decode(room)).toBe('a long');
    expect(receive(server, room, messageFlags.MSG_TRUNC)?.length).toBe(15);
    expect(receive(server, room)).toBeUndefined();
    close(server);
    close(client);
  });

  it('has options that are read back', () => {
    const fd = createSocket(socketFamilies.AF_INET, socketTypes.SOCK_DGRAM, 0);
    const { SOL_SOCKET, SO_BROADCAST } = socketOptions;
    expect(getIntegerOption(fd, SOL_SOCKET, SO_BROADCAST)).toBe(0);
    setIntegerOption(fd, SOL_SOCKET, SO_BROADCAST, 1);
    expect(getIntegerOption(fd, SOL_SOCKET, SO_BROADCAST)).toBe(1);
    expect(() => bindToInterface(fd, 'nosuchlink0')).toThrow('ENODEV');
    expect(() => bindToInterface(fd, 'a-name-that-is-too-long')).toThrow(RangeError);
    close(fd);
  });
});

describe('a packet socket', () => {
  it('receives the frames of one interface that its filter lets through (needs CAP_NET_RAW)', async () => {
    const { AF_PACKET, AF_INET } = socketFamilies;
    const fd = createSocket(AF_PACKET, socketTypes.SOCK_DGRAM, 0);
    // Classic BPF on the IPv4 packet: accept when the UDP destination port is the one below (RFC 768, RFC 791).
    const receiver = createSocket(AF_INET, socketTypes.SOCK_DGRAM, 0);
    bind(receiver, { family: 'inet', address: localhost, port: 0 });
    const to = getOwnAddress(receiver);
    if (to?.family !== 'inet') throw new Error('the socket has no address');
    attachFilter(fd, [
      { code: 0x28, jt: 0, jf: 0, k: 22 },
      { code: 0x15, jt: 0, jf: 1, k: to.port },
      { code: 0x06, jt: 0, jf: 0, k: 0xffff },
      { code: 0x06, jt: 0, jf: 0, k: 0 },
    ]);
    const { ETH_P_IP: protocol } = etherTypes;
    bind(fd, { family: 'packet', protocol, interfaceIndex: 1, hardwareAddress: new Uint8Array() });
    const sender = createSocket(AF_INET, socketTypes.SOCK_DGRAM, 0);
    send(sender, bytesOf('to another port'), { ...to, port: to.port === 9 ? 10 : 9 });
    send(sender, bytesOf('seen'), to);
    await readable(fd);
    const frame = new Uint8Array(2048);
    const received = receive(fd, frame);
    expect(received?.length).toBe(20 + 8 + 4);
    expect(new TextDecoder().decode(frame.subarray(28, 32))).toBe('seen');
    const from = received?.from;
    if (from?.family !== 'packet') throw new Error('a packet address was expected');
    expect([from.protocol, from.interfaceIndex, from.hardwareAddress.length]).toEqual([protocol, 1, 6]);
    for (const one of [fd, receiver, sender]) close(one);
  });

  it('refuses a filter that could run beyond its end', () => {
    const fd = createSocket(socketFamilies.AF_INET, socketTypes.SOCK_DGRAM, 0);
    expect(() => attachFilter(fd, [{ code: 0x28, jt: 0, jf: 0, k: 22 }])).toThrow('EINVAL');
    close(fd);
  });
});
