/**
 * Is wrong in three ways, each behind a condition that blind chance does not meet: the fuzzer that does not find all of them sees nothing at
 * all. What comes by the netlink socket is `45 46 54`, a letter that says what to do, and what to do it with.
 */
import { Result, Unit, unit } from 'eft';
import { now, setTimer } from './bindings/host-clock';
import { Family, open, takeDone, takeNews } from './bindings/host-netlink';
import { Boot, Event, EventKind, SavedState } from './bindings/module-lifecycle';
import { NodeStatus, put, Stage } from './bindings/resources-node-status';

const pairs = new StaticArray<u8>(8);

export function start(boot: Boot): Result<Unit, string> {
  const saved = boot.saved;
  if (saved.isSome) restore(saved.unwrap().bytes);
  if (boot.handles.length == 0) open('song', Family.Route, [1]);
  setTimer('breath', now() + 1_000_000_000);
  return Result.ok<Unit, string>(unit);
}

export function handle(event: Event): void {
  if (event.kind == EventKind.Answered) takeDone(event.asAnswered());
  else if (event.kind == EventKind.Arrived) listen(takeNews(event.asArrived()).messages);
  put('canary', new NodeStatus(Stage.Running, true, []));
}

export function save(): SavedState {
  return new SavedState(1, pairs);
}

function restore(bytes: StaticArray<u8>): void {
  for (let pair = 0; pair < min(bytes.length, pairs.length); ++pair) pairs[pair] = bytes[pair];
}

function listen(song: StaticArray<u8>): void {
  if (song.length < 8 || song[0] != 0x45 || song[1] != 0x46 || song[2] != 0x54) return;
  switch (song[3]) {
    case 0x61:
      countPairs(song);
      break;
    case 0x62:
      skipNotes(song);
      break;
    case 0x63:
      // Another family than the granted one.
      if (load<u32>(changetype<usize>(song), 4) == 0xcafe_f00d) open('elsewhere', Family.Generic, []);
      break;
    default:
      break;
  }
}

/** The count is believed, one too far. */
function countPairs(song: StaticArray<u8>): void {
  const count: i32 = song[4];
  for (let pair = 0; pair < count; ++pair) pairs[pair & 7] = song[5 + pair];
}

/** A note of length 0 is never over. */
function skipNotes(song: StaticArray<u8>): void {
  for (let at = 4; at < song.length; at += song[at]) pairs[at & 7] += 1;
}
