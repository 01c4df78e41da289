/** What the module tally hears of the world: numbers by a netlink socket and a UDP socket, and answers to its reads, all of them counted. */
import type { Carrier } from '../../supervisor/cells/cell.ts';
import type { HandleTable } from '../../supervisor/cells/handle-table.ts';
import type { Node } from '../../supervisor/node.ts';

const statusKind = 'eft:resources/node-status';

/** Milliseconds that a read takes. */
const readMs = 3;

/** What the module says that it has counted. */
export type Tally = Readonly<Record<'ticks' | 'heard' | 'letters' | 'answers' | 'wrong' | 'seen', string>>;

export class TallyWorld {
  /** What was sent to the module so far. */
  readonly sent = { numbers: 0, letters: 0, reads: 0 };
  /** Handles that were closed. */
  readonly closed: string[] = [];
  /** Reads that nobody has been answered yet. */
  reading = 0;
  readonly #after: (delayMs: number, fire: () => void) => void;
  #handles: HandleTable | undefined;

  constructor(after: (delayMs: number, fire: () => void) => void) {
    this.#after = after;
  }

  get carriers(): ReadonlyMap<string, Carrier> {
    return new Map([
      ['eft:host/netlink', this.#openHandle],
      ['eft:host/socket', this.#openHandle],
      ['eft:host/files', this.#read],
    ]);
  }

  /** The kernel and the network say the next number, so many times. */
  talk(times = 1): void {
    for (let time = 0; time < times; time += 1) {
      const handles = this.#handles;
      if (handles === undefined) return;
      this.sent.numbers += 1;
      const news = new Uint8Array(8);
      new DataView(news.buffer).setUint32(0, 8, true);
      new DataView(news.buffer).setUint32(4, this.sent.numbers, true);
      handles.deliver('numbers', news, news.length);
      this.sent.letters += 1;
      const payload = new Uint8Array(4);
      new DataView(payload.buffer).setUint32(0, this.sent.letters, true);
      const source = { address: new Uint8Array(4), port: 67, link: 1 };
      handles.deliver('letters', { kind: 'datagram', datagram: { source, payload } }, payload.length);
    }
  }

  readonly #openHandle: Carrier = ({ interface: owner, parameters }, { handles, signal }) => {
    const name = String(parameters[0]);
    this.#handles = handles;
    handles.open(name, { interface: owner, close: () => this.closed.push(name) }, signal);
    return Promise.resolve(undefined);
  };

  readonly #read: Carrier = () => {
    this.reading += 1;
    return new Promise((resolve) => {
      this.#after(readMs, () => {
        this.reading -= 1;
        this.sent.reads += 1;
        resolve(new Uint8Array(4));
      });
    });
  };
}

/** What the module on `node` has told. */
export function tallyOn(node: Node): Tally {
  const unmet = node.get(statusKind, 'tally-0')?.value['unmet'];
  const find = (name: string): string => {
    const found = Array.isArray(unmet)
      ? unmet.find((one: { name?: unknown }) => one.name === name)
      : undefined;
    return String(found?.reason);
  };
  return {
    ticks: find('ticks'),
    heard: find('heard'),
    letters: find('letters'),
    answers: find('answers'),
    wrong: find('wrong'),
    seen: find('seen'),
  };
}
