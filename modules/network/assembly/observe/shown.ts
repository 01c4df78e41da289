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

class Entry {
  constructor(
    public value: string,
    /** The last round in which it was offered. */
    public round: u32,
  ) {}
}

@final
export class Shown {
  private readonly entries: Map<string, Entry> = new Map();
  private round: u32 = 1;
  /** How many were offered in this round. */
  private offered: i32 = 0;
  /** What did not fit: come again. */
  isBehind: bool = true;

  constructor(
    /** Resources shown of this kind at most. */
    private readonly limit: i32,
  ) {}

  /** A resource that an earlier instance has put: unless it is offered it is to go. */
  remember(id: string): void {
    if (!this.entries.has(id)) this.entries.set(id, new Entry('', 0));
  }

  /** Nothing of what was put last is certain. */
  doubt(): void {
    const entries = this.entries.values();
    for (let index = 0; index < entries.length; ++index) entries[index].value = '';
    this.isBehind = true;
  }

  begin(): void {
    ++this.round;
    this.offered = 0;
    this.isBehind = false;
  }

  /** Whether the resource is to be put. */
  offer(id: string, value: string): bool {
    if (this.offered >= this.limit) return false;
    let entry: Entry;
    if (this.entries.has(id)) {
      entry = this.entries.get(id);
      if (entry.round != this.round) ++this.offered;
      entry.round = this.round;
      if (entry.value == value) return false;
    } else {
      entry = new Entry('', this.round);
      ++this.offered;
      if (putsLeft > 0) this.entries.set(id, entry);
    }
    if (putsLeft == 0) {
      this.isBehind = true;
      return false;
    }
    --putsLeft;
    entry.value = value;
    return true;
  }

  /** What is to be removed. */
  end(): Array<string> {
    const gone: Array<string> = [];
    if (this.isBehind || this.offered == this.entries.size) return gone;
    const ids = this.entries.keys();
    const entries = this.entries.values();
    for (let index = 0; index < ids.length; ++index) {
      if (entries[index].round == this.round) continue;
      if (putsLeft == 0) {
        this.isBehind = true;
        break;
      }
      --putsLeft;
      this.entries.delete(ids[index]);
      gone.push(ids[index]);
    }
    return gone;
  }
}
