/** The cell's side of netlink, sockets and kernel settings: what it asks of the host, and what it makes of what comes back. */
import { expect, it } from 'vitest';
import type { Arrival } from '../cells/module-events.ts';
import { kernel } from './kernel.ts';
import type { LocalContext, LocalInterface } from './local-context.ts';
import { netlink } from './netlink.ts';
import { socket } from './socket.ts';

const grant = { interface: 'eft:host/log', reason: 'for the test' } as const;

/** Calls a function of an interface as a module would, with these answers and arrivals there to be taken. */
function call(
  local: LocalInterface,
  name: string,
  parameters: readonly unknown[],
  there: { readonly answer?: unknown; readonly arrival?: Arrival } = {},
): { readonly value: unknown; readonly asked: unknown[] } {
  const asked: unknown[] = [];
  const context: Partial<LocalContext> = {
    request: (...request) => {
      asked.push(request);
      return 7n;
    },
    takeAnswer: (...taken) => {
      asked.push(taken);
      return there.answer;
    },
    takeArrival: (handle, interfaceName) => {
      asked.push([handle, interfaceName]);
      return there.arrival;
    },
  };
  const found = local(() => context as LocalContext, grant)[name];
  if (typeof found !== 'function') throw new Error(`there is no function ${name}`);
  return { value: found(...parameters), asked };
}

const bytes = (...values: number[]) => Uint8Array.from(values);

it('requests name their interface, call and parameters', () => {
  expect(call(netlink, 'exchange', ['main', bytes(1)])).toEqual({
    value: 7n,
    asked: [['eft:host/netlink', 'exchange', ['main', bytes(1)]]],
  });
  const local = { address: bytes(0, 0, 0, 0), port: 68, link: 2 };
  expect(call(socket, 'openUdp', ['dhcp', local]).asked).toEqual([
    ['eft:host/socket', 'open-udp', ['dhcp', local]],
  ]);
  expect(call(kernel, 'writeSysctl', ['a/b', '1']).asked).toEqual([
    ['eft:host/kernel', 'write-sysctl', ['a/b', '1']],
  ]);
});

it('answers are taken by the calls that may take them, and one that is not there is invalid', () => {
  const answer = { tag: 'ok', val: bytes(1) };
  expect(call(netlink, 'takeReplies', [7n], { answer })).toEqual({
    value: answer,
    asked: [[7n, 'eft:host/netlink', ['exchange']]],
  });
  const missing = {
    tag: 'err',
    val: { tag: 'invalid', val: 'there is no answer to take for request 7 by this call' },
  };
  expect(call(netlink, 'takeDone', [7n]).value).toEqual(missing);
  expect(call(socket, 'takeDone', [7n]).value).toEqual(missing);
  expect(call(kernel, 'takeSysctl', [7n]).value).toEqual(missing);
});

it('news are all messages of an event, one after the other', () => {
  const arrival = {
    handle: 'main',
    interface: 'eft:host/netlink',
    items: [bytes(1, 2), bytes(3)],
    missed: 2,
  };
  expect(call(netlink, 'takeNews', ['main'], { arrival }).value).toEqual({
    messages: bytes(1, 2, 3),
    missed: true,
  });
  expect(call(netlink, 'takeNews', ['main']).value).toEqual({ messages: bytes(), missed: false });
});

it('packets and datagrams are handed out as what they are', () => {
  const packet = { source: bytes(1), payload: bytes(2), checksumPending: true };
  const datagram = { source: { address: bytes(1, 1, 1, 1), port: 67, link: 2 }, payload: bytes(3) };
  const items = [
    { kind: 'packet', packet },
    { kind: 'datagram', datagram },
  ];
  const arrival = { handle: 'dhcp', interface: 'eft:host/socket', items, missed: 5 };
  expect(call(socket, 'takePackets', ['dhcp'], { arrival }).value).toEqual({ arrived: [packet], missed: 5 });
  expect(call(socket, 'takeDatagrams', ['dhcp'], { arrival }).value).toEqual({
    arrived: [datagram],
    missed: 5,
  });
  expect(call(socket, 'takePackets', ['dhcp']).value).toEqual({ arrived: [], missed: 0 });
});
