/**
 * Whole lives of the client by a virtual clock: a server that comes and goes, a network that loses, doubles, delays and so reorders, a link
 * that goes down. Whatever happens, no address is used beyond what the server gave, nothing is sent faster than RFC 2131 allows, and
 * when the server is back the client is bound again.
 */
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { type Action, buildClient, ClientBench, never, second, upLink } from './client-bench.ts';
import { everyone, leasedAddress, leaseOptions, reply, serverAddress } from './dialogue.ts';
import {
  bytesOf32,
  type ClientMessage,
  numberIn,
  readMessage,
  readPacket,
  types,
  writePacket,
} from './wire.ts';

const seed = Number(process.env['EFT_SEED'] ?? 20_261_124);

beforeAll(buildClient);

type Weather = {
  readonly seed: number;
  /** In a hundred. */
  readonly loss: number;
  readonly doubling: number;
  readonly delayMilliseconds: number;
  readonly leaseSeconds: number;
  /** What changes, so many seconds after the last change. */
  readonly changes: readonly { readonly after: number; readonly what: 'server' | 'link' | 'forgets' }[];
};

type Delivery = { readonly at: bigint; readonly bytes: Uint8Array; readonly isUnicast: boolean };
type Sent = { readonly at: bigint; readonly message: ClientMessage };

class Life {
  readonly bench: ClientBench;
  readonly sent: Sent[] = [];
  readonly #weather: Weather;
  #isServing = true;
  #isUp = true;
  #knows = false;
  /** When the address falls back to the server. */
  #endsAt = 0n;
  #deliveries: Delivery[] = [];

  constructor(weather: Weather) {
    this.#weather = weather;
    this.bench = new ClientBench(BigInt(weather.seed));
    this.bench.begin();
    this.#carry();
  }

  run(): void {
    for (const { after, what } of this.#weather.changes) {
      this.#until(this.bench.now + BigInt(after) * second);
      if (what === 'server') this.#isServing = !this.#isServing;
      else if (what === 'forgets') this.#knows = false;
      else {
        this.#isUp = !this.#isUp;
        this.bench.setLink({ ...upLink, isUp: this.#isUp });
        this.#carry();
      }
    }
  }

  /** The sun comes out: from here on everything works. */
  calm(): void {
    this.#isServing = true;
    if (!this.#isUp) {
      this.#isUp = true;
      this.bench.setLink(upLink);
      this.#carry();
    }
    this.#until(this.bench.now + 400n * second, true);
  }

  #random(limit: number): number {
    return Number(this.bench.random() >> 33n) % limit;
  }

  #until(end: bigint, isCalm = false): void {
    for (;;) {
      const next = this.#deliveries.toSorted((one, other) => (one.at < other.at ? -1 : 1))[0];
      const { wakeAt } = this.bench.status;
      const at = next !== undefined && next.at < wakeAt ? next.at : wakeAt;
      if (at === never || at > end) break;
      if (at > this.bench.now) this.bench.now = at;
      if (next !== undefined && next.at < wakeAt) this.#deliver(next);
      else this.bench.timer();
      this.#carry(isCalm);
    }
    this.bench.now = end;
    this.#check();
  }

  #deliver(delivery: Delivery): void {
    this.#deliveries = this.#deliveries.filter((one) => one !== delivery);
    if (!this.#isUp) return;
    const { needsPacketSocket, needsUdpSocket } = this.bench.status;
    if (delivery.isUnicast && needsUdpSocket) this.bench.datagram(serverAddress, delivery.bytes);
    else if (needsPacketSocket) this.bench.packet(writePacket(serverAddress, everyone, delivery.bytes));
  }

  /** What the client has sent goes to the server, by way of the weather. */
  #carry(isCalm = false): void {
    this.#check();
    for (const action of this.bench.take()) {
      const bytes = payloadOf(action);
      if (bytes === undefined) continue;
      const message = readMessage(bytes);
      this.sent.push({ at: this.bench.now, message });
      if (!this.#isUp || !this.#isServing) continue;
      if (!isCalm && this.#random(100) < this.#weather.loss) continue;
      const answer = this.#serve(message);
      if (answer === undefined) continue;
      const copies = !isCalm && this.#random(100) < this.#weather.doubling ? 2 : 1;
      for (let copy = 0; copy < copies; copy += 1) {
        if (!isCalm && this.#random(100) < this.#weather.loss) continue;
        const delay = 1 + (isCalm ? 0 : this.#random(this.#weather.delayMilliseconds));
        const at = this.bench.now + BigInt(delay) * 1_000_000n;
        this.#deliveries.push({ at, bytes: answer, isUnicast: action.tag === 'send-datagram' });
      }
    }
  }

  #serve(message: ClientMessage): Uint8Array | undefined {
    const options = leaseOptions({ 51: bytesOf32(this.#weather.leaseSeconds) });
    if (message.type === types.discover) return reply(message, types.offer, { options });
    if (message.type !== types.request) return undefined;
    const isSelecting = numberIn(message, 54) !== undefined;
    if (!isSelecting && !this.#knows) return reply(message, types.nak);
    this.#knows = true;
    const end = this.bench.now + BigInt(this.#weather.leaseSeconds) * second;
    if (end > this.#endsAt) this.#endsAt = end;
    return reply(message, types.ack, { options });
  }

  #check(): void {
    const { lease, state } = this.bench.status;
    if (lease === undefined) return;
    expect(lease.address).toBe(leasedAddress);
    expect(this.bench.now < lease.expiresAt, `expired in ${state}`).toBe(true);
    expect(lease.expiresAt <= this.#endsAt, 'the server gave less').toBe(true);
  }
}

function payloadOf(action: Action): Uint8Array | undefined {
  if (action.tag === 'send-datagram') return action.val.payload;
  return action.tag === 'send-packet' ? readPacket(action.val.payload).payload : undefined;
}

/** Sends of one exchange are 3 s apart at least (4 s less one, section 4.1), of a renewal 60 s (section 4.4.5). */
function expectPace(sent: readonly Sent[]): void {
  for (const [index, { at, message }] of sent.entries()) {
    const before = sent[index - 1];
    if (before === undefined || before.message.type !== message.type) continue;
    const isExtending = message.clientAddress !== 0 && before.message.clientAddress !== 0;
    const isRepeated = message.type === types.request && before.message.xid === message.xid;
    if (isRepeated) expect(at - before.at >= 3n * second).toBe(true);
    // RENEWING gives over to REBINDING at T2, however soon that is.
    if (isExtending && before.message.secs > 0 && message.secs > before.message.secs) {
      expect(at - before.at >= 60n * second).toBe(true);
    }
    if (message.type === types.discover && message.secs > 0) expect(at - before.at >= 3n * second).toBe(true);
  }
}

const weather: fc.Arbitrary<Weather> = fc.record({
  seed: fc.nat(),
  loss: fc.constantFrom(0, 10, 40, 80),
  doubling: fc.constantFrom(0, 30),
  delayMilliseconds: fc.constantFrom(2, 500, 6000),
  leaseSeconds: fc.constantFrom(4, 30, 120, 600, 3600),
  changes: fc.array(
    fc.record({
      after: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 700 })),
      what: fc.constantFrom('server' as const, 'link' as const, 'forgets' as const),
    }),
    { minLength: 1, maxLength: 8 },
  ),
});

it('is bound again whenever the server is back, uses no address beyond its time, and keeps the pace', () => {
  const property = fc.property(weather, (given) => {
    const life = new Life(given);
    life.run();
    life.calm();
    expect(life.bench.lease, `in ${life.bench.state}`).toBeDefined();
    expectPace(life.sent);
  });
  fc.assert(property, { seed, numRuns: 40 });
});
