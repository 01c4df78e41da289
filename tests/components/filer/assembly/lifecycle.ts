/**
 * Does what the resource `order` says, once for each version of it: `CALL PATH [TEXT]`, or `cancel` to give up the call that is
 * under way. Logs one line with what came of a call.
 */
import { Result, Unit, unit } from 'eft';
import { list, read, remove, takeDone, takeEntries, takeRead, write } from './bindings/host-files';
import { Level, write as writeLog } from './bindings/host-log';
import { cancel, Failure, FailureKind } from './bindings/host-requests';
import { Boot, Event, EventKind, SavedState } from './bindings/module-lifecycle';
import { get } from './bindings/resources-module-status';

let handled: u64 = 0;
/** The call that is under way, and its request. */
let call: string = '';
let request: u64 = 0;

export function start(boot: Boot): Result<Unit, string> {
  return Result.ok<Unit, string>(unit);
}

export function handle(event: Event): void {
  if (event.kind == EventKind.Answered) {
    writeLog(Level.Info, outcome(), []);
    return;
  }
  const order = get('order');
  if (order.isNone) return;
  const entry = order.unwrap();
  if (entry.metadata.version == handled) return;
  handled = entry.metadata.version;
  obey(entry.value.message);
}

export function save(): SavedState {
  return new SavedState(1, new StaticArray<u8>(0));
}

function obey(order: string): void {
  if (order == 'cancel') {
    cancel(request);
    return;
  }
  const words = order.split(' ');
  call = words[0];
  const path = words[1];
  if (call == 'read') request = read(path);
  else if (call == 'list') request = list(path);
  else if (call == 'remove') request = remove(path);
  else request = write(path, bytesOf(words[2]));
}

function outcome(): string {
  if (call == 'read') {
    const content = takeRead(request);
    return content.isOk ? 'read ' + textOf(content.unwrap()) : told(content.unwrapError());
  }
  if (call == 'list') {
    const entries = takeEntries(request);
    if (entries.isErr) return told(entries.unwrapError());
    let text = 'listed';
    const all = entries.unwrap();
    for (let index = 0; index < all.length; ++index) {
      const entry = all[index];
      text += ' ' + entry.name + ':' + (<i32>entry.kind).toString() + ':' + entry.size.toString();
    }
    return text;
  }
  const done = takeDone(request);
  return done.isOk ? 'done' : told(done.unwrapError());
}

function told(failure: Failure): string {
  switch (failure.kind) {
    case FailureKind.Denied:
      return 'denied: ' + failure.asDenied();
    case FailureKind.NotFound:
      return 'not found';
    case FailureKind.Invalid:
      return 'invalid: ' + failure.asInvalid();
    case FailureKind.Deadline:
      return 'deadline';
    case FailureKind.Cancelled:
      return 'cancelled';
    case FailureKind.TooMany:
      return 'too many';
    default:
      return 'kernel: ' + failure.asKernel().item0.toString();
  }
}

/** Orders are plain ASCII. */
function bytesOf(text: string): StaticArray<u8> {
  const bytes = new StaticArray<u8>(text.length);
  for (let index = 0; index < text.length; ++index) bytes[index] = <u8>text.charCodeAt(index);
  return bytes;
}

function textOf(bytes: StaticArray<u8>): string {
  let text = '';
  for (let index = 0; index < bytes.length; ++index) text += String.fromCharCode(bytes[index]);
  return text;
}
