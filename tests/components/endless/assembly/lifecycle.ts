/**
 * Has one loop that does not end, in which most of the time goes by in functions of different length: where the fuel of a call is used up is a
 * matter of chance, and it is the same hang all the same. Beside it is another, which is another.
 */
import { Result, Unit, unit } from 'eft';
import { Family, open, takeDone, takeNews } from './bindings/host-netlink';
import { Boot, Event, EventKind, SavedState } from './bindings/module-lifecycle';
import { NodeStatus, put, Stage } from './bindings/resources-node-status';

const cells = new StaticArray<u32>(64);

export function start(boot: Boot): Result<Unit, string> {
  if (boot.handles.length == 0) open('drum', Family.Route, [1]);
  return Result.ok<Unit, string>(unit);
}

export function handle(event: Event): void {
  if (event.kind == EventKind.Answered) takeDone(event.asAnswered());
  else if (event.kind == EventKind.Arrived) listen(takeNews(event.asArrived()).messages);
  put('endless', new NodeStatus(Stage.Running, true, []));
}

export function save(): SavedState {
  return new SavedState(1, []);
}

/** Each function is called from two places, or the compiler would put it where it is called. */
function listen(beat: StaticArray<u8>): void {
  if (beat.length < 2) return;
  const rounds: u32 = beat[1];
  stir(1);
  shake(1);
  switch (beat[0] & 7) {
    case 1:
      drum(rounds);
      break;
    case 2:
      drum(rounds + 1);
      break;
    case 3:
      roll(rounds);
      break;
    case 4:
      roll(rounds + 1);
      break;
    default:
      break;
  }
}

/** Goes on until a sum is 1, which it never is. */
function drum(rounds: u32): void {
  for (let sum: u32 = 0; sum != 1; ) {
    stir(1 + (rounds & 7));
    shake(20 + (rounds & 7));
    sum = (cells[0] & ~1) + 2;
  }
}

/** Comes to no end by itself. */
function roll(rounds: u32): void {
  for (let at: u32 = rounds | 1; at != 0; at += 2) {
    cells[at & 63] += at;
    if ((at & 1023) == 1) shake(1);
  }
}

function stir(rounds: u32): void {
  for (let round: u32 = 0; round < rounds; ++round)
    for (let at = 1; at < 64; ++at) cells[at] = (cells[at - 1] * 31 + cells[at]) ^ (cells[at] >> 7);
}

/** Most of the time is spent here. */
function shake(rounds: u32): void {
  for (let round: u32 = 0; round < rounds; ++round) {
    for (let at = 0; at < 63; ++at) {
      const other = cells[at + 1];
      if (cells[at] > other) {
        cells[at + 1] = cells[at];
        cells[at] = other;
      } else cells[at] += 3;
    }
  }
}
