/**
 * What a DHCP client knows and keeps from one call to the next. What is due (agenda.ts), what a reply means (replies.ts) and what is done
 * (deeds.ts) look here; the state itself is changed by the table of transitions alone (client.ts).
 */
import { isStationAddress } from './addresses';
import { ClientOptions, Lease, LinkFacts, never } from './contract';
import { Outbox } from './outbox';
import { Randomness } from './randomness';
import { Exchange } from './requests';
import { State } from './transitions';

@final
export class ClientMemory {
  state: State = State.Stopped;
  link: LinkFacts = new LinkFacts(0, [], 0, false);
  /** The lease that may be used now, whatever the state. */
  held: Lease | null = null;
  /** The lease that is being checked in CHECKING, and that which an ACK has just brought. */
  candidate: Lease | null = null;
  /** The offer that was taken. */
  offer: Lease | null = null;
  /** What INIT-REBOOT asks for, and the address that a DISCOVER says it would like. */
  confirming: u32 = 0;
  preferred: u32 = 0;

  exchange: Exchange = new Exchange();
  /** When this acquisition, renewal or confirmation began, for `secs`. */
  beganAt: u64 = 0;
  /** When the first request with the present transaction id was sent: what the lease counts from. */
  requestedAt: u64 = 0;
  tries: i32 = 0;
  nextSendAt: u64 = never;
  waitsUntil: u64 = 0;
  checkedAt: u64 = never;
  announcesAt: u64 = never;
  watchedUntil: u64 = never;
  /** NAKs and DECLINEs in a row. */
  refusals: i32 = 0;
  declines: i32 = 0;
  /** Lines of the log about replies that were not taken since the last request. */
  complaints: i32 = 0;
  /** Why the lease goes, if it does in this step. */
  reason: string = '';

  /** Of the call that is being handled. */
  now: u64 = 0;
  randomness: Randomness = new Randomness(0);
  readonly outbox: Outbox = new Outbox();

  constructor(public readonly options: ClientOptions) {}

  get canSend(): bool {
    return this.link.isUp && isStationAddress(this.link.hardwareAddress);
  }
}
