/**
 * Grows a tree of requests for each version of the resource `tree`, whose message is `BRANCHES DEPTH`: each answer leads to as many
 * requests one level further up. Every seventh request is cancelled as soon as it is made. When all have been answered, the
 * tree's leaf is put, and that of the tree before it removed.
 */
import { Result, Unit, unit } from 'eft';
import { clearTimer, now, setTimer } from './bindings/host-clock';
import { read, takeRead } from './bindings/host-files';
import { cancel } from './bindings/host-requests';
import { Boot, Event, EventKind, SavedState } from './bindings/module-lifecycle';
import { get } from './bindings/resources-module-status';
import { Leaf, put, remove } from './bindings/tree-leaf';

const pruned: u64 = 7;
const millisecond: u64 = 1_000_000;

let handled: u64 = 0;
let branches: i32 = 0;
let trees: i32 = 0;
let answered: u32 = 0;
let failed: u32 = 0;
/** How many levels are still to grow out of each request under way. */
const levels = new Map<u64, i32>();

export function start(boot: Boot): Result<Unit, string> {
  return Result.ok<Unit, string>(unit);
}

export function handle(event: Event): void {
  if (event.kind == EventKind.Answered) takeAnswer(event.asAnswered());
  const order = get('tree');
  if (order.isNone) return;
  const entry = order.unwrap();
  if (entry.metadata.version == handled) return;
  handled = entry.metadata.version;
  const words = entry.value.message.split(' ');
  branches = <i32>parseInt(words[0]);
  setTimer('tree', now() + 20 * millisecond);
  grow(<i32>parseInt(words[1]));
}

export function save(): SavedState {
  return new SavedState(1, new StaticArray<u8>(0));
}

function grow(depth: i32): void {
  for (let index = 0; index < branches; ++index) {
    const request = read('tree/branch');
    levels.set(request, depth - 1);
    if (request % pruned == 0) cancel(request);
  }
}

function takeAnswer(request: u64): void {
  if (!levels.has(request)) return;
  const depth = levels.get(request);
  levels.delete(request);
  if (takeRead(request).isOk) answered += 1;
  else failed += 1;
  if (depth > 0) grow(depth);
  if (levels.size > 0) return;
  clearTimer('tree');
  if (trees > 0) remove('tree-' + trees.toString());
  trees += 1;
  put('tree-' + trees.toString(), new Leaf(answered, failed));
}
