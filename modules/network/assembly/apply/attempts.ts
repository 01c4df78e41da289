/**
 * How often each thing has been tried, and when it may be tried again. What fails is tried less and less often; so is what is put right and
 * does not stay right, for somebody else wants it otherwise, and two who change the same thing as fast as they can help nobody.
 */

const millisecond: u64 = 1_000_000;

/** Repairs that cost nothing: a burst of changes is no fight. */
const freeRepairs: u32 = 3;
const firstDelay: u64 = 50 * millisecond;
const longestDelay: u64 = 60_000 * millisecond;

/** Repairs after which somebody is told. */
export const fightingAfter: u32 = 5;

/** What has been right for so long is forgotten. */
const quietAfter: u64 = 120_000 * millisecond;

export class Attempt {
  count: u32 = 0;
  lastAt: u64 = 0;
  notBefore: u64 = 0;
  /** The kernel's refusal of the last try, or 0 and an empty sentence. */
  errno: i32 = 0;
  sentence: string = '';
}

@final
export class Attempts {
  private readonly known: Map<string, Attempt> = new Map();

  /** Starts anew: another configuration is another chance. */
  forgetAll(): void {
    this.known.clear();
  }

  find(key: string): Attempt | null {
    return this.known.has(key) ? this.known.get(key) : null;
  }

  /** When `key` may be tried next; 0 is now. */
  notBefore(key: string): u64 {
    const attempt = this.find(key);
    return attempt === null ? 0 : attempt.notBefore;
  }

  tried(key: string, now: u64): void {
    let attempt = this.find(key);
    if (attempt === null) {
      attempt = new Attempt();
      this.known.set(key, attempt);
    }
    ++attempt.count;
    attempt.lastAt = now;
    attempt.errno = 0;
    attempt.sentence = '';
    attempt.notBefore = attempt.count < freeRepairs ? 0 : now + delayAfter(attempt.count - freeRepairs);
  }

  failed(key: string, now: u64, errno: i32, sentence: string): void {
    const attempt = this.find(key);
    if (attempt === null) return;
    attempt.errno = errno;
    attempt.sentence = sentence;
    attempt.notBefore = now + delayAfter(attempt.count - 1);
  }

  /** The thing is as wanted. Gives how often it was put right lately, or 0. */
  right(key: string, now: u64): u32 {
    if (this.known.size == 0) return 0;
    const attempt = this.find(key);
    if (attempt === null) return 0;
    const isQuiet = now - attempt.lastAt >= quietAfter;
    if (isQuiet || attempt.errno != 0) this.known.delete(key);
    return isQuiet ? 0 : attempt.count;
  }

  /** When a thing that is as wanted will have been so for long enough to be forgotten. */
  quietAt(key: string): u64 {
    const attempt = this.find(key);
    return attempt === null ? 0 : attempt.lastAt + quietAfter;
  }

  /** What failed and begins so may be tried now. */
  release(prefix: string): void {
    const keys = this.known.keys();
    for (let index = 0; index < keys.length; ++index) {
      const attempt = this.known.get(keys[index]);
      if (attempt.errno != 0 && keys[index].startsWith(prefix)) attempt.notBefore = 0;
    }
  }
}

/** 50 ms, doubled each time, up to a minute. */
function delayAfter(failures: u32): u64 {
  return failures > 11 ? longestDelay : min(firstDelay << (<u64>failures), longestDelay);
}
