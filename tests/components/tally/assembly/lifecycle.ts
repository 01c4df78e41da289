/**
 * Counts what it is told. Numbers come by a netlink socket and a UDP socket and in files that it reads, each one more than the one before: what
 * is missing, comes twice or is nobody's is counted apart, so that a swap which loses or repeats anything shows.
 *
 * The saved state has two formats: 2 has one number more, how often the module was started by a swap. Which of them this build writes, and
 * how it misbehaves if it does, and under which id it tells, is in texts of its data, which a test changes in the built file (tests/swap/tally-module.ts): the same code in
 * different versions, without being compiled again for each.
 */
import { Result, Unit, unit } from 'eft';
import { now, setTimer } from './bindings/host-clock';
import { read, takeRead } from './bindings/host-files';
import { State as Health, report } from './bindings/host-health';
import { Family, open, takeDone, takeNews } from './bindings/host-netlink';
import { Endpoint, openUdp, takeDatagrams, takeDone as takeSocketDone } from './bindings/host-socket';
import { Boot, Event, EventKind, Reason, SavedState } from './bindings/module-lifecycle';
import { list } from './bindings/resources-module-status';
import { Condition, NodeStatus, put, Stage } from './bindings/resources-node-status';

const formatText: string = 'tally-format-1';
const ownId: string = 'tally-0';
const temperText: string = 'tally-temper-well...............';

const millisecond: u64 = 1_000_000;
const period: u64 = 5 * millisecond;
const chains: i32 = 3;

// What is saved, in this order.
let ticks: u64 = 0;
let early: u64 = 0;
let heard: u64 = 0;
let heardGaps: u64 = 0;
let letters: u64 = 0;
let letterGaps: u64 = 0;
let answers: u64 = 0;
let answerGaps: u64 = 0;
let strangers: u64 = 0;
let missed: u64 = 0;
let nextTick: u64 = 0;
let swaps: u64 = 0;
const waiting = new StaticArray<u64>(chains);
const plainNumbers: i32 = 11;

let opening: u64 = 0;
let openingUdp: u64 = 0;
let events: i32 = 0;
let seen: u64 = 0;

export function start(boot: Boot): Result<Unit, string> {
  if (isTemper('trap-at-start')) unreachable();
  if (isTemper('refuse')) return Result.err<Unit, string>('the temper says so');
  if (isTemper('hog')) hog();
  const saved = boot.saved;
  if (saved.isSome) restore(saved.unwrap());
  if (boot.reason == Reason.Swap) swaps += 1;
  if (!boot.handles.includes('numbers')) opening = open('numbers', Family.Route, [1]);
  if (!boot.handles.includes('letters')) openingUdp = openUdp('letters', new Endpoint([0, 0, 0, 0], 68, 0));
  if (nextTick == 0) nextTick = now() + period;
  if (saved.isNone) {
    setTimer('tick', nextTick);
    for (let chain = 0; chain < chains; ++chain) waiting[chain] = read('numbers/next');
  }
  if (isTemper('sick')) report(Health.degraded('the temper says so'));
  else if (!isTemper('never-well')) report(Health.healthy());
  else report(Health.starting());
  tell();
  return Result.ok<Unit, string>(unit);
}

export function handle(event: Event): void {
  events += 1;
  if (isTemper('trap-at-event') && events == 1) unreachable();
  if (isTemper('trap-later') && events == 4) unreachable();
  if (isTemper('hang')) for (;;) seen += 1;
  switch (event.kind) {
    case EventKind.Timer:
      onTick();
      break;
    case EventKind.Answered:
      onAnswer(event.asAnswered());
      break;
    case EventKind.Arrived:
      if (event.asArrived() == 'numbers') onNumbers();
      else onLetters();
      break;
    default:
      look();
      break;
  }
  tell();
}

export function save(): SavedState {
  if (isTemper('trap-when-saved')) unreachable();
  const numbers = all();
  const state = new StaticArray<u8>(numbers.length * 8);
  for (let index = 0; index < numbers.length; ++index)
    store<u64>(changetype<usize>(state) + index * 8, numbers[index]);
  return new SavedState(format(), state);
}

function format(): u32 {
  return <u32>(formatText.charCodeAt(formatText.length - 1) - 48);
}

function isTemper(name: string): bool {
  return temperText.includes('-' + name + '.');
}

function hog(): void {
  for (;;) seen += new StaticArray<u64>(8_192).length;
}

function all(): StaticArray<u64> {
  const hasSwaps = format() == 2;
  const numbers = new StaticArray<u64>(plainNumbers + chains + (hasSwaps ? 1 : 0));
  numbers[0] = ticks;
  numbers[1] = early;
  numbers[2] = heard;
  numbers[3] = heardGaps;
  numbers[4] = letters;
  numbers[5] = letterGaps;
  numbers[6] = answers;
  numbers[7] = answerGaps;
  numbers[8] = strangers;
  numbers[9] = missed;
  numbers[10] = nextTick;
  for (let chain = 0; chain < chains; ++chain) numbers[plainNumbers + chain] = waiting[chain];
  if (hasSwaps) numbers[plainNumbers + chains] = swaps;
  return numbers;
}

function restore(saved: SavedState): void {
  const bytes = saved.bytes;
  const at = changetype<usize>(bytes);
  ticks = numberAt(at, 0);
  early = numberAt(at, 1);
  heard = numberAt(at, 2);
  heardGaps = numberAt(at, 3);
  letters = numberAt(at, 4);
  letterGaps = numberAt(at, 5);
  answers = numberAt(at, 6);
  answerGaps = numberAt(at, 7);
  strangers = numberAt(at, 8);
  missed = numberAt(at, 9);
  nextTick = numberAt(at, 10);
  for (let chain = 0; chain < chains; ++chain) waiting[chain] = numberAt(at, plainNumbers + chain);
  if (saved.format == 2) swaps = numberAt(at, plainNumbers + chains);
}

function numberAt(at: usize, index: i32): u64 {
  return load<u64>(at + <usize>index * 8);
}

/** Each deadline comes once, and not before it. */
function onTick(): void {
  if (now() < nextTick) {
    early += 1;
    return;
  }
  ticks += 1;
  nextTick += period;
  setTimer('tick', nextTick);
}

function onAnswer(request: u64): void {
  if (request == opening) {
    takeDone(request);
    return;
  }
  if (request == openingUdp) {
    takeSocketDone(request);
    return;
  }
  const chain = waiting.indexOf(request);
  const taken = takeRead(request);
  if (chain < 0 || !taken.isOk) {
    strangers += 1;
  } else {
    const content = taken.unwrap();
    answers += 1;
    if (content.length != 4) answerGaps += 1;
  }
  if (chain >= 0) waiting[chain] = read('numbers/next');
}

function onNumbers(): void {
  const news = takeNews('numbers');
  if (news.missed) missed += 1;
  const messages = news.messages;
  for (let at = 0; at + 8 <= messages.length; at += 8) {
    const number_: u64 = load<u32>(changetype<usize>(messages) + at + 4);
    if (number_ != heard + 1) heardGaps += 1;
    heard = number_;
  }
}

function onLetters(): void {
  const came = takeDatagrams('letters');
  missed += came.missed;
  for (let index = 0; index < came.arrived.length; ++index) {
    const payload = came.arrived[index].payload;
    const number_: u64 = load<u32>(changetype<usize>(payload));
    if (number_ != letters + 1) letterGaps += 1;
    letters = number_;
  }
}

function look(): void {
  const modules = list();
  seen = modules.length;
}

function tell(): void {
  const wrong = early + heardGaps + letterGaps + answerGaps + strangers + missed;
  put(
    ownId,
    new NodeStatus(Stage.Running, wrong == 0, [
      new Condition('ticks', ticks.toString()),
      new Condition('heard', heard.toString()),
      new Condition('letters', letters.toString()),
      new Condition('answers', answers.toString()),
      new Condition('wrong', wrongText()),
      new Condition('seen', seen.toString()),
    ]),
  );
}

function wrongText(): string {
  return [early, heardGaps, letterGaps, answerGaps, strangers, missed].join(' ');
}
