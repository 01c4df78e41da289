/**
 * Opens the netlink socket `links`, unless it has been handed down, and puts what it hears: messages end to end, each with its length in the
 * first four bytes (`nlmsg_len`). A planted bug: it believes that length. By a socket named `lazy` it takes what came only later, when it
 * is gone.
 */
import { Result, Unit, unit } from 'eft';
import { now, setTimer } from './bindings/host-clock';
import { Family, open, takeDone, takeNews } from './bindings/host-netlink';
import { Boot, Event, EventKind, SavedState } from './bindings/module-lifecycle';
import { Condition, NodeStatus, put, Stage } from './bindings/resources-node-status';

let inherited: string = '';
let sum: u32 = 0;

export function start(boot: Boot): Result<Unit, string> {
  inherited = boot.handles.join(' ');
  if (boot.handles.length == 0) {
    open('links', Family.Route, [1]);
    open('lazy', Family.Route, [1]);
  }
  return Result.ok<Unit, string>(unit);
}

export function handle(event: Event): void {
  if (event.kind == EventKind.Answered) {
    tell('opened', takeDone(event.asAnswered()).isOk ? 'yes' : 'no');
  } else if (event.kind == EventKind.Arrived) {
    if (event.asArrived() == 'lazy') setTimer('later', now());
    else listen(event.asArrived());
  } else if (event.kind == EventKind.Timer) {
    listen('lazy');
  }
}

export function save(): SavedState {
  return new SavedState(1, new StaticArray<u8>(0));
}

function listen(name: string): void {
  const news = takeNews(name);
  const messages = news.messages;
  let at = 0;
  let count = 0;
  while (at < messages.length) {
    const length: i32 = messages[at] | ((<i32>messages[at + 1]) << 8);
    for (let index = 4; index < length; ++index) sum += messages[at + index];
    at += length;
    count += 1;
  }
  const again = takeNews(name).messages.length;
  tell(
    name,
    count.toString() + ' ' + sum.toString() + (news.missed ? ' missed' : '') + ' ' + again.toString(),
  );
}

function tell(id: string, text: string): void {
  put(id, new NodeStatus(Stage.Running, true, [new Condition(inherited, text)]));
}
