/**
 * Numbers spun from the one random number that each call of the client brings. SplitMix64 (Steele, Lea, Flood 2014): enough to spread
 * times and to make transaction ids that nobody off the link can guess, as the number it starts from is unpredictable.
 */
export class Randomness {
  private state: u64;

  constructor(random: u64) {
    this.state = random;
  }

  next(): u64 {
    this.state += 0x9e3779b97f4a7c15;
    let mixed = this.state;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
  }

  /** From 0 to `limit - 1`; 0 if `limit` is 0. */
  below(limit: u64): u64 {
    return limit == 0 ? 0 : this.next() % limit;
  }
}
