/** Everything that a module must not do. */
import { clearTimer, now, setTimer } from './bindings/host-clock';
import { bytes as drawBytes } from './bindings/host-entropy';
import { read as readFile, write as writeFile } from './bindings/host-files';
import { State as HealthState, report } from './bindings/host-health';
import { Field, Level, write as writeLog } from './bindings/host-log';
import { cancel } from './bindings/host-requests';
import { list as listScrap, put, Scrap } from './bindings/hostile-scrap';
import { Event, EventKind } from './bindings/module-lifecycle';
import { get, list } from './bindings/resources-module-status';
import { saveWrongly } from './saving';

/** Keeps the compiler from leaving work out. */
export let sink: i64 = 0;

export function misbehave(misdeed: string): void {
  if (misdeed == 'loop') loop();
  else if (misdeed == 'fill') fillForEver();
  else if (misdeed == 'copy') copyForEver();
  else if (misdeed == 'log loop') logForEver();
  else if (misdeed == 'clock loop') askForEver();
  else if (misdeed == 'get loop') getForEver();
  else if (misdeed == 'list loop') listForEver();
  else if (misdeed == 'grow loop') growForEver();
  else if (misdeed == 'hog') hog();
  else if (misdeed == 'hog quietly') growToTheEnd();
  else if (misdeed == 'stack') sink = recurse(1);
  else if (misdeed == 'trap') unreachable();
  else if (misdeed == 'divide') sink = 1 / sink;
  else if (misdeed == 'event flood') armAll();
  else if (misdeed == 'timer names') armNames(65);
  else if (misdeed == 'timer name') setTimer('x'.repeat(129), 0);
  else if (misdeed == 'log flood') logLines(100_000);
  else if (misdeed == 'huge log') hugeLog();
  else if (misdeed == 'many fields') manyFields();
  else if (misdeed == 'request flood') requestMany(4_096);
  else if (misdeed == 'hoard') requestMany(16);
  else if (misdeed == 'huge requests') hugeRequests();
  else if (misdeed == 'large requests') largeRequests();
  else if (misdeed == 'cancel flood') cancelMany(4_000);
  else if (misdeed == 'put flood') putMany(4_096);
  else if (misdeed == 'churn') churn();
  else if (misdeed == 'large put') largePut();
  else if (misdeed == 'huge put') hugePut();
  else if (misdeed == 'huge list') hugeList();
  else if (misdeed == 'effects') putMany(4_097);
  else if (misdeed == 'not its own') put('of somebody else', new Scrap('mine now', [], []));
  else if (misdeed == 'entropy') sink = drawBytes(257).length;
  else if (misdeed == 'save much') saveWrongly(1, 1024 * 1024 + 1);
  else if (misdeed == 'save another format') saveWrongly(7, 1);
  else if (misdeed == 'huge health') report(HealthState.degraded(hugeText()));
  else if (misdeed == 'bad level') writeLog(<Level>77, '', []);
}

/** What goes on when an event comes of what was done before. */
export function misbehaveAgain(misdeed: string, event: Event): void {
  if (misdeed == 'event flood') setTimer(event.kind == EventKind.Timer ? event.asTimer() : 'other', 0);
  else if (misdeed == 'request flood' && event.kind == EventKind.Answered) requestMany(16);
  else if (misdeed == 'hoard' && event.kind == EventKind.Answered) requestMany(1);
  else if (misdeed == 'log flood') logLines(100_000);
  else if (misdeed == 'put flood') putMany(4_096);
  else if (misdeed == 'churn') churn();
}

function loop(): void {
  while (true) sink += 1;
}

function fillForEver(): void {
  growToTheEnd();
  const from = __heap_base + (64 << 16);
  const length = (memory.size() << 16) - from;
  while (true) memory.fill(from, 1, length);
}

function copyForEver(): void {
  growToTheEnd();
  const from = __heap_base + (64 << 16);
  const length = (memory.size() << 16) - from - 8;
  while (true) memory.copy(from, from + 8, length);
}

function logForEver(): void {
  const fields: StaticArray<Field> = [];
  while (true) writeLog(Level.Info, 'again', fields);
}

function askForEver(): void {
  while (true) sink += <i64>now();
}

/** Each answer takes memory until the event is over: this ends in time or in memory, whichever is first. */
function getForEver(): void {
  while (true) sink += get('nobody').isSome ? 1 : 0;
}

function listForEver(): void {
  while (true) sink += list().length;
}

function growForEver(): void {
  while (true) sink += memory.grow(1);
}

function growToTheEnd(): void {
  while (memory.grow(1) != -1) sink += 1;
}

function hog(): void {
  const blocks = new Array<StaticArray<u8>>();
  while (true) blocks.push(new StaticArray<u8>(1024 * 1024));
}

function recurse(depth: i64): i64 {
  return recurse(depth + 1) + depth;
}

function armAll(): void {
  for (let index = 0; index < 64; ++index) setTimer('again ' + index.toString(), 0);
}

function armNames(count: i32): void {
  for (let index = 0; index < count; ++index) setTimer(index.toString(), u64.MAX_VALUE);
  clearTimer('none');
}

function logLines(count: i32): void {
  const fields: StaticArray<Field> = [];
  for (let index = 0; index < count; ++index) writeLog(Level.Error, 'one of very many lines', fields);
}

/** Three million letters, 6 MiB of memory. */
function hugeText(): string {
  return 'text'.repeat(768 * 1024);
}

function hugeLog(): void {
  writeLog(Level.Info, hugeText(), []);
}

/** Three hundred thousand fields, each of which is the same name and value of 64 KiB: 40 GB of text out of a few MiB of memory. */
function manyFields(): void {
  const text = 'text'.repeat(8 * 1024);
  const fields = new StaticArray<Field>(300 * 1024);
  fields.fill(new Field(text, text));
  writeLog(Level.Info, '', fields);
}

function requestMany(count: i32): void {
  for (let index = 0; index < count; ++index) sink = readFile('nothing/at all');
}

/** The same 8 MiB again and again, 4,096 times in one event: 32 GiB. */
function hugeRequests(): void {
  const content = new StaticArray<u8>(8 * 1024 * 1024);
  for (let index = 0; index < 4_096; ++index) sink = writeFile('nothing/at all', content);
}

/** As much as one event may want, in pieces as large as they can be. */
function largeRequests(): void {
  const content = new StaticArray<u8>(1024 * 1024);
  for (let index = 0; index < 3; ++index) sink = writeFile('nothing/at all', content);
}

function cancelMany(count: i32): void {
  for (let index = 0; index < count; ++index) cancel(index);
}

function putMany(count: i32): void {
  const value = new Scrap('', [], []);
  for (let index = 0; index < count; ++index) put('scrap-' + index.toString(), value);
}

/** Puts what makes the next event: an output that the module reads too would be one; a timer is what it has. */
function churn(): void {
  const name = 'x'.repeat(1_000);
  for (let index = 0; index < 500; ++index)
    put('scrap-' + index.toString(), new Scrap(name + sink.toString(), [], []));
  sink += 1 + listScrap().length;
  setTimer('churn', 0);
}

/** More than one resource may have. */
function largePut(): void {
  put('large', new Scrap('', new StaticArray<u8>(300 * 1024), []));
}

/** More than one event may want. */
function hugePut(): void {
  const value = new Scrap(hugeText(), [], []);
  put('huge', value);
  put('huge too', value);
}

function hugeList(): void {
  const names = new StaticArray<string>(1024 * 1024);
  names.fill('a name');
  put('huge', new Scrap('', [], names));
}
