/**
 * A simulated kernel with network cards, and DHCP servers on the wire, played to the network module: its requests are answered as they would be
 * on a node, and the way that it takes is written down as an input of the fuzzer (played-host.ts).
 */
import type { OpenRequest } from '../../supervisor/cells/module-events.ts';
import type { Value } from '../../supervisor/store/resource.ts';
import {
  arpPacket,
  bytesOf32,
  readMessage,
  readPacket,
  types,
  writeMessage,
  writePacket,
} from '../../tests/components/dhcp/wire.ts';
import { SimulatedKernel, type SimulatedSocket } from '../../tests/simulation/network/kernel.ts';
import { NotSimulated } from '../../tests/simulation/network/kernel-state.ts';
import {
  controlTypes,
  decodeMessages,
  encodeAttributes,
  encodeMessage,
  joinBytes,
  type Message,
  NLMSGERR_ATTR_MSG,
  textBytes,
} from '../../tests/simulation/network/netlink-bytes.ts';
import type { FuzzInput, ResourceChange } from '../fuzz/fuzz-input.ts';
import type { Target } from '../fuzz/target.ts';
import { PlayedHost } from './played-host.ts';

export const serverAddress = 0x0a000001;
const leasedAddress = 0x0a000011;
const cold = { boot: { reason: 'cold', saved: undefined, handles: [] }, present: [] } as const;

/** The groups that the module is a member of when it does not say which. */
const groups = [1, 5, 7, 8, 9, 11, 19];

/** What a DHCP server grants, or how it refuses. */
export type Grant = {
  readonly seconds: number;
  readonly options?: readonly (readonly [code: number, value: readonly number[]])[];
  readonly refuses?: boolean;
};

/** A DHCP server: who it is, what it has to give, and to which messages it says nothing. */
export type Server = {
  readonly address: number;
  readonly leased: number;
  readonly grant: Grant;
  readonly silentTo?: 'discover' | 'request';
};

/** A simulated kernel with cards, and who else is on the wire. */
export class PlayedWire {
  readonly kernel: SimulatedKernel;
  readonly host: PlayedHost;
  /** Every one of them hears every message. */
  servers: readonly Server[] = [];
  /** Says that the address is its own when it is asked for. */
  isOpposed = false;
  /** Packets come with a checksum that nobody has computed yet: then what is changed in them is looked at. */
  isChecksumPending = true;
  /** Answers in the place of kernel and host, if it has one. */
  instead: (request: OpenRequest) => Value | undefined = () => undefined;
  readonly cards: readonly number[];
  #socket: SimulatedSocket | undefined;
  #agedTo: number;

  /** With two cards, or on a kernel that is there already. */
  constructor(target: Target, start: Omit<FuzzInput, 'steps'> = cold, kernel?: SimulatedKernel) {
    let byte = 0;
    this.kernel = kernel ?? new SimulatedKernel((length) => Uint8Array.from({ length }, () => byte++ & 0xff));
    this.cards = kernel === undefined ? ['eth0', 'eth1'].map((name) => this.kernel.addCard(name)) : [];
    this.host = new PlayedHost(target, start);
    this.#agedTo = this.host.nowMs;
    this.host.answer = (request) => this.instead(request) ?? this.#answer(request);
    this.rest();
  }

  /** The one server that there is, or none. */
  set grant(grant: Grant | undefined) {
    this.servers = grant === undefined ? [] : [{ address: serverAddress, leased: leasedAddress, grant }];
  }

  /** Lets the module rest, with what the kernel says by itself. */
  rest(): this {
    for (let round = 0; round < 16; round += 1) {
      this.host.settle();
      const { messages, missed } = this.#socket?.takeNews() ?? { messages: new Uint8Array(), missed: false };
      if (messages.length === 0 && !missed) return this;
      this.host.step({
        deed: 'arrive',
        source: 'netlink',
        handle: 0,
        items: [messages],
        missed: Number(missed),
      });
    }
    return this;
  }

  change(...changes: readonly ResourceChange[]): this {
    this.host.change(...changes);
    return this.rest();
  }

  /** Lets time pass, timer by timer. */
  pass(ms: number): this {
    const end = this.host.nowMs + ms;
    for (let count = 0; count < 48 && this.host.nowMs <= end; count += 1) {
      const before = this.host.nowMs;
      this.host.pass(end - before, 1);
      this.kernel.age((this.host.nowMs - this.#agedTo) / 1_000);
      this.#agedTo = this.host.nowMs;
      this.rest();
      if (this.host.nowMs === before && count > 4) break;
    }
    return this;
  }

  /** Somebody else asks the kernel for something. */
  meddle(bytes: Uint8Array): this {
    const socket = this.kernel.socket([]);
    try {
      socket.exchange(bytes);
    } catch (error) {
      // Then it does not get it.
      if (!(error instanceof NotSimulated)) throw error;
    }
    socket.close();
    return this.rest();
  }

  /** What the kernel answers. What the simulation does not follow it does not support, as one that was built without it. */
  exchange(messages: Uint8Array): Uint8Array {
    const socket = this.#socket;
    if (socket === undefined) return new Uint8Array();
    const answers = decodeMessages(messages).map((message) => {
      try {
        return socket.exchange(encodeMessage(message));
      } catch (error) {
        if (error instanceof NotSimulated) return refusalOf(message, 'whole', EOPNOTSUPP);
        throw error;
      }
    });
    return joinBytes(answers);
  }

  #answer(request: OpenRequest): Value | undefined {
    const [name, first, second] = request.parameters;
    switch (`${request.interface} ${request.call}`) {
      case 'eft:host/netlink open':
        this.#socket = this.kernel.socket(first instanceof Uint32Array ? [...first] : groups);
        return undefined;
      case 'eft:host/netlink exchange': {
        return { tag: 'ok', val: first instanceof Uint8Array ? this.exchange(first) : new Uint8Array() };
      }
      case 'eft:host/socket send-packet':
        if (typeof name === 'string' && second instanceof Uint8Array) this.#hear(name, second);
        return undefined;
      case 'eft:host/socket send-udp':
        if (second instanceof Uint8Array) this.#hearDatagram(second);
        return undefined;
      default:
        return undefined;
    }
  }

  #hear(name: string, payload: Uint8Array): void {
    if (name.endsWith('/arp')) {
      if (!this.isOpposed) return;
      const packet = arpPacket(2, { hardware: [2, 0, 0, 0, 0, 9], address: leasedAddress }, leasedAddress);
      this.#come('packet', 1, packet);
      return;
    }
    const { payload: message } = readPacket(payload);
    for (const server of this.servers) {
      const answer = serve(server, message);
      if (answer !== undefined) this.#come('packet', 0, writePacket(server.address, 0xffff_ffff, answer));
    }
  }

  #hearDatagram(payload: Uint8Array): void {
    for (const server of this.servers) {
      const answer = serve(server, payload);
      if (answer === undefined) continue;
      const source = {
        address: Uint8Array.from(bytesOf32(server.address)),
        port: 67,
        link: this.cards[0] ?? 1,
      };
      this.host.news.push({ source: 'datagram', handle: 0, items: [{ source, payload: answer }] });
    }
  }

  #come(source: string, handle: number, payload: Uint8Array): void {
    const item = { source: new Uint8Array(6), payload, checksumPending: this.isChecksumPending };
    this.host.news.push({ source, handle, items: [item] });
  }
}

/** What a server says to a message, if anything. */
function serve({ address, leased, grant, silentTo }: Server, bytes: Uint8Array): Uint8Array | undefined {
  const { type, xid, hardwareAddress } = readMessage(bytes);
  if (type !== types.discover && type !== types.request) return undefined;
  if (silentTo === (type === types.discover ? 'discover' : 'request')) return undefined;
  const server = [54, bytesOf32(address)] as const;
  if (type === types.request && grant.refuses === true)
    return writeMessage({ type: types.nak, xid, address: 0, hardwareAddress, options: [server] });
  return writeMessage({
    type: type === types.discover ? types.offer : types.ack,
    xid,
    address: leased,
    hardwareAddress,
    options: [
      [1, [255, 255, 255, 0]],
      [3, bytesOf32(address)],
      [51, bytesOf32(grant.seconds)],
      server,
      ...(grant.options ?? []),
    ],
  });
}

/** How much of what is refused comes with the refusal; `endless`: it says that there is as much as a number can say. */
export const echoes = ['whole', 'capped', 'endless'] as const;
const sentence = 'no room for it';
/** errno-base.h, errno.h */
const EINVAL = 22;
const EOPNOTSUPP = 95;
const { NLM_F_CAPPED, NLM_F_ACK_TLVS } = { NLM_F_CAPPED: 0x100, NLM_F_ACK_TLVS: 0x200 };

/** The kernel's refusal of a message, with a sentence (NLMSGERR_ATTR_MSG). */
export function refusalOf(message: Message, echo: (typeof echoes)[number], errno = EINVAL): Uint8Array {
  const isCapped = echo === 'capped';
  const whole = encodeMessage(message);
  if (echo === 'endless') new DataView(whole.buffer).setUint32(0, 0x7fff_ffff, true);
  const about = isCapped ? whole.slice(0, 16) : whole;
  const code = new Uint8Array(4);
  new DataView(code.buffer).setInt32(0, -errno, true);
  const said = encodeAttributes([{ type: NLMSGERR_ATTR_MSG, value: textBytes(sentence) }]);
  return encodeMessage({
    ...message,
    type: controlTypes.NLMSG_ERROR,
    flags: NLM_F_ACK_TLVS | (isCapped ? NLM_F_CAPPED : 0),
    payload: joinBytes([code, about, said]),
  });
}
