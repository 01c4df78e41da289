/** One source while it is read: where what it says goes, and how its mistakes are told. */
import { DeclaredNetwork } from '../model/declared-network';
import { Problem } from '../model/problem';

/** Mistakes told of one source: whoever has more of them mends these first. */
const maximumProblems = 32;

export class Source {
  readonly network: DeclaredNetwork = new DeclaredNetwork();
  constructor(
    public readonly id: string,
    /** The number of `layer` in WIT. */
    public readonly layer: i32,
  ) {}

  /** Something said is left out. */
  refuse(what: string, why: string): void {
    const problems = this.network.problems;
    if (problems.length < maximumProblems)
      problems.push(new Problem('network-config/' + this.id, what + ' is left out: ' + why, 0));
  }
}

/** Text from outside as it may stand in a sentence: short, and in quotes. */
export function quoted(text: string): string {
  return '`' + (text.length > 64 ? text.substring(0, 64) + '…' : text) + '`';
}
