/**
 * What has been put into the store of one kind, so that only what differs is put again: a quiet network writes nothing. A resource is known by
 * its id, and its value by a text that differs when the value does.
 */

/** Effects of one event: the store takes 4,096 and the event has a time limit. What is left over comes with the next one. */
const maximumPuts: i32 = 1024;

let putsLeft: i32 = maximumPuts;

/** A new event: as much may be put again. */
export function renewPuts(): void {
  putsLeft = maximumPuts;
}

@final
export class Shown {
  private readonly values: Map<string, string> = new Map();
  private present: Set<string> = new Set();
  /** What did not fit: come again. */
  isBehind: bool = true;

  constructor(
    /** Resources shown of this kind at most. */
    private readonly limit: i32,
  ) {}

  /** A resource that an earlier instance has put: unless it is offered it is to go. */
  remember(id: string): void {
    if (!this.values.has(id)) this.values.set(id, '');
  }

  /** Nothing of what was put last is certain. */
  doubt(): void {
    const ids = this.values.keys();
    for (let index = 0; index < ids.length; ++index) this.values.set(ids[index], '');
    this.isBehind = true;
  }

  begin(): void {
    this.present = new Set();
    this.isBehind = false;
  }

  /** Whether the resource is to be put. */
  offer(id: string, value: string): bool {
    const isKnown = this.values.has(id);
    if (this.present.size >= this.limit) return false;
    this.present.add(id);
    if (isKnown && this.values.get(id) == value) return false;
    if (putsLeft == 0) {
      this.isBehind = true;
      return false;
    }
    --putsLeft;
    this.values.set(id, value);
    return true;
  }

  /** What is to be removed. */
  end(): Array<string> {
    const gone: Array<string> = [];
    if (this.isBehind) return gone;
    const ids = this.values.keys();
    for (let index = 0; index < ids.length; ++index) {
      if (this.present.has(ids[index])) continue;
      if (putsLeft == 0) {
        this.isBehind = true;
        break;
      }
      --putsLeft;
      this.values.delete(ids[index]);
      gone.push(ids[index]);
    }
    return gone;
  }
}
