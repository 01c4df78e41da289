/**
 * The simulated host of the network module: a simulated kernel, the files and names that it writes, and what fails of it. Nobody is on the wire, so no
 * lease comes.
 */
import type { HealthState, OpenRequest } from '../../../supervisor/cells/module-events.ts';
import type { Value } from '../../../supervisor/store/resource.ts';
import { SimulatedKernel, type SimulatedSocket } from '../../../tests/simulation/network/kernel.ts';
import { NotSimulated } from '../../../tests/simulation/network/kernel-state.ts';
import {
  controlTypes,
  decodeMessages,
  encodeMessage,
  joinBytes,
  type Message,
  netlinkFlags,
} from '../../../tests/simulation/network/netlink-bytes.ts';
import type { NetworkDisturbance } from './network-deeds.ts';
import { readDisturbance } from './network-deeds.ts';
import { networkDifferences } from './network-differences.ts';
import { type News, PassedOver, type SimulatedHost, type StoreView } from './simulated-host.ts';

/** linux/netlink.h */
const NLM_F_DUMP_INTR = 0x10;
const ok: Value = { tag: 'ok', val: undefined };

/** What fails, of what comes next; each counts down, and is over when it has happened. */
type Faults = {
  fail: { left: number; readonly tag: string; readonly isDone: boolean } | undefined;
  deny: { left: number; readonly errno: number } | undefined;
  tear: { left: number; readonly keeps: number } | undefined;
};

export class NetworkHost implements SimulatedHost {
  readonly kernel: SimulatedKernel;
  changes = 0;
  readonly #faults: Faults = { fail: undefined, deny: undefined, tear: undefined };
  #socket: SimulatedSocket | undefined;
  #names: readonly string[] = [];

  constructor() {
    let byte = 0;
    this.kernel = new SimulatedKernel((length) => Uint8Array.from({ length }, () => byte++ & 0xff));
    for (const name of ['eth0', 'eth1']) this.kernel.addCard(name);
  }

  answer(request: OpenRequest): Value {
    const { fail } = this.#faults;
    if (fail === undefined || fail.left > 0) {
      if (fail !== undefined) fail.left -= 1;
      return this.#do(request);
    }
    this.#faults.fail = undefined;
    // A call that took too long may have been carried out all the same.
    if (fail.isDone) this.#do(request);
    return { tag: 'err', val: { tag: fail.tag } };
  }

  news(): News | undefined {
    const news = this.#socket?.takeNews();
    if (news === undefined || (news.messages.length === 0 && !news.missed)) return undefined;
    return { source: 'netlink', items: [news.messages], missed: Number(news.missed) };
  }

  pass(ms: number): void {
    this.kernel.age(ms / 1000);
  }

  disturb(what: Value): void {
    const disturbance = readDisturbance(what);
    if (disturbance === undefined) return;
    if (disturbance.do === 'fail') this.#faults.fail = { ...disturbance, left: disturbance.after };
    else if (disturbance.do === 'deny') this.#faults.deny = { ...disturbance, left: disturbance.after };
    else if (disturbance.do === 'tear') this.#faults.tear = { ...disturbance, left: disturbance.after };
    else if (disturbance.isLost) this.kernel.losingNews(() => this.#meddle(disturbance));
    else this.#meddle(disturbance);
  }

  calm(): void {
    this.#faults.fail = this.#faults.deny = this.#faults.tear = undefined;
  }

  differences(store: StoreView, health: HealthState): readonly string[] {
    return networkDifferences(this.kernel, this.#names, store, health);
  }

  /** What is refused is tried once a minute; what is as declared is left alone. */
  changesPerHour(store: StoreView): number {
    const status = store('eft:resources/network-status').get('network');
    if (status?.['converged'] === true) return 0;
    const things = ['link', 'address', 'route', 'rule'].map((kind) => {
      const [spec, there] = [store(`eft:resources/${kind}-spec`), store(`eft:resources/${kind}-status`)];
      return spec.size + there.size;
    });
    return 61 * (2 + things.reduce((sum, count) => sum + count, 0));
  }

  #meddle(disturbance: Extract<NetworkDisturbance, { readonly isLost: boolean }>): void {
    const { kernel } = this;
    try {
      if (disturbance.do === 'ask') kernel.socket([]).exchange(disturbance.bytes);
      else if (disturbance.do === 'card') kernel.addCard(disturbance.name);
      else if (disturbance.do === 'pull') kernel.removeLink(disturbance.link);
      else kernel.setPlugged(disturbance.link, disturbance.isIn);
    } catch (error) {
      if (error instanceof NotSimulated) throw new PassedOver(error.message);
      // There is no such link, or there is one of this name.
      if (!(error instanceof Error)) throw error;
    }
  }

  #do({ interface: owner, call, parameters }: OpenRequest): Value {
    const [first, second, third] = parameters;
    switch (`${owner} ${call}`) {
      case 'eft:host/netlink open': {
        const groups = third instanceof Uint32Array || Array.isArray(third) ? [...third].map(Number) : [];
        if (this.#socket === undefined) this.#socket = this.kernel.socket(groups);
        else this.#socket.join(groups);
        return ok;
      }
      case 'eft:host/netlink exchange':
        return { tag: 'ok', val: second instanceof Uint8Array ? this.#exchange(second) : new Uint8Array() };
      case 'eft:host/kernel set-names':
        this.#names = [String(first), String(second)];
        return ok;
      default:
        return ok;
    }
  }

  #exchange(bytes: Uint8Array): Uint8Array {
    const socket = this.#socket;
    if (socket === undefined) return new Uint8Array();
    const asked = decodeMessages(bytes);
    const isDump = asked.every(({ flags }) => (flags & netlinkFlags.NLM_F_DUMP) === netlinkFlags.NLM_F_DUMP);
    try {
      if (isDump) return this.#tear(socket.exchange(bytes));
      this.changes += asked.length;
      return joinBytes(
        asked.map((message) => this.#deny(message) ?? socket.exchange(encodeMessage(message))),
      );
    } catch (error) {
      if (error instanceof NotSimulated) throw new PassedOver(error.message);
      throw error;
    }
  }

  /** The refusal of a change, if this one is refused. */
  #deny(message: Message): Uint8Array | undefined {
    const { deny } = this.#faults;
    if (deny === undefined || deny.left-- > 0) return undefined;
    this.#faults.deny = undefined;
    const code = new Uint8Array(4);
    new DataView(code.buffer).setInt32(0, -deny.errno, true);
    const payload = joinBytes([code, encodeMessage(message)]);
    return encodeMessage({ ...message, type: controlTypes.NLMSG_ERROR, flags: 0, payload });
  }

  /** Something has changed while it was told: not all of it is there, and the kernel says so. */
  #tear(replies: Uint8Array): Uint8Array {
    const { tear } = this.#faults;
    if (tear === undefined || tear.left-- > 0) return replies;
    this.#faults.tear = undefined;
    return joinBytes(
      decodeMessages(replies)
        .filter(({ type }, index) => type === controlTypes.NLMSG_DONE || index % 4 < tear.keeps)
        .map((message) => encodeMessage({ ...message, flags: message.flags | NLM_F_DUMP_INTR })),
    );
  }
}
