/**
 * Power cuts, played: what was not synchronized is on the disk or not, each thing by itself, in any combination, and a file that was being written may be
 * cut anywhere. The same changes on a real folder, by a process that is killed, are in tests/config/state-folder.test.ts.
 */
import { expect, test } from 'vitest';
import { changeState, type StateChange, type StateFolder } from './state-changes.ts';

type Files = ReadonlyMap<string, string>;
type Deed = (files: Map<string, string>) => void;

class PowerCut extends Error {}

/** A disk that loses power after so many deeds. What was not synchronized by then is in `pending`. */
class PlayedDisk implements StateFolder {
  durable: Files;
  pending: Deed[][] = [];
  #left: number;

  constructor(files: Files, deeds: number) {
    this.durable = files;
    this.#left = deeds;
  }

  readonly write = (name: string, content: Uint8Array): void => {
    const text = Buffer.from(content).toString();
    // The name is there before the content is, or the content is cut.
    this.#do(
      ...['', text.slice(0, 2), text].map(
        (part): Deed =>
          (files) =>
            void files.set(name, part),
      ),
    );
  };
  readonly rename = (from: string, to: string): void =>
    this.#do((files) => {
      const content = files.get(from);
      if (content === undefined) return;
      files.delete(from);
      files.set(to, content);
    });
  readonly remove = (name: string): void => this.#do((files) => void files.delete(name));
  readonly names = (): readonly string[] => [...this.#now().keys()];
  readonly sync = (): void => {
    this.#tick();
    this.durable = this.#now();
    this.pending = [];
  };

  /** What may be on the disk now: of every deed that is pending, none or one of its stages. */
  outcomes(): readonly Files[] {
    return this.pending.reduce<readonly Files[]>(
      (before, stages) =>
        before.flatMap((files) => [
          files,
          ...stages.map((stage) => {
            const after = new Map(files);
            stage(after);
            return after;
          }),
        ]),
      [this.durable],
    );
  }

  #do(...stages: Deed[]): void {
    this.#tick();
    this.pending.push(stages);
  }

  #tick(): void {
    if (this.#left === 0) throw new PowerCut();
    this.#left -= 1;
  }

  #now(): Map<string, string> {
    const files = new Map(this.durable);
    for (const stages of this.pending) stages.at(-1)?.(files);
    return files;
  }
}

/** What the next boot would begin with, after a power cut at any moment of the change. */
function outcomesOf(files: Files, change: StateChange): ReadonlySet<string> {
  const seen = new Set<string>();
  for (let deeds = 0; ; deeds += 1) {
    const disk = new PlayedDisk(files, deeds);
    let isWhole = true;
    try {
      changeState(disk, change);
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      isWhole = false;
    }
    for (const left of disk.outcomes()) {
      seen.add(`${left.get('config.yaml') ?? '–'} ${left.get('config.staged.yaml') ?? '–'}`);
    }
    if (isWhole) return seen;
  }
}

const content = new Uint8Array(Buffer.from('new!'));
const some = new Map([
  ['config.yaml', 'old'],
  ['config.staged.yaml', 'staged'],
]);
const old = new Map([['config.yaml', 'old']]);

test('a power cut while a configuration is accepted leaves the old one or the new one, and never takes over what was staged before', () => {
  expect([...outcomesOf(new Map(), { type: 'accept', content })].sort()).toEqual(['new! –', '– –']);
  expect([...outcomesOf(old, { type: 'accept', content })].sort()).toEqual(['new! –', 'old –']);
  expect([...outcomesOf(some, { type: 'accept', content })].sort()).toEqual([
    'new! –',
    'old staged',
    'old –',
  ]);
});

test('a power cut while one is staged, taken over or dropped leaves all as it was, or as it is to be', () => {
  expect([...outcomesOf(old, { type: 'stage', content })].sort()).toEqual(['old new!', 'old –']);
  expect([...outcomesOf(some, { type: 'stage', content })].sort()).toEqual(['old new!', 'old staged']);
  expect([...outcomesOf(some, { type: 'promote' })].sort()).toEqual(['old staged', 'staged –']);
  expect([...outcomesOf(some, { type: 'discard' })].sort()).toEqual(['old staged', 'old –']);
});

test('a power cut while all is wiped never leaves another configuration than the one that was there', () => {
  expect([...outcomesOf(some, { type: 'wipe' })].sort()).toEqual(['old staged', 'old –', '– –']);
  const disk = new PlayedDisk(new Map([...some, ['audit.log', 'x'], ['lost+found', '']]), 100);
  changeState(disk, { type: 'wipe' });
  expect([...disk.durable.keys()]).toEqual(['lost+found']);
});
