/**
 * What a flight record consists of, read out of decoded values. After this, everything has the types of `flight-recorder.ts`; what
 * a value of a resource or of an answer means is checked when the component host lowers it into the module.
 */
import type { Change, Effect, Entry } from '../store/resource.ts';
import type { Batch } from '../store/watch.ts';
import type { SentError } from './cell-messages.ts';
import type { CoreState } from './checkpoint.ts';
import type { FlightRecord, RecordBegin, RecordEnd, RecordedEvent, RecordedSave } from './flight-recorder.ts';
import type {
  Answer,
  Arrival,
  Boot,
  CallOutput,
  Effects,
  Event,
  EventInput,
  EventTime,
  HealthState,
  OpenRequest,
  SavedState,
  StartInput,
  StartOutput,
  TimerChange,
} from './module-events.ts';
import type { RunnerState } from './module-runner.ts';
import type { Pending } from './pending-requests.ts';
import type { RecordItem } from './record-fields.ts';

/** Pages of 64 KiB that a 32-bit memory can have. */
const maximumPages = 65_536;
const maximumSteps = 65_536;

const callInputFields = ['time', 'seed', 'batches', 'answers'] as const;
const callOutputFields = ['effects', 'revision', 'nextRequest'] as const;

/** Errors: `record.shape`, `record.field`. */
export function readFlightRecord(at: RecordItem): FlightRecord {
  const get = at.fields(['begin', 'events', 'save', 'end']);
  const begin = readBegin(get('begin'));
  const end = readEnd(get('end'));
  const save = get('save').optional(readSave);
  const events = get('events').list(readEvent);
  const unfinished = events.findIndex(({ output }) => output === undefined);
  const isAmidst = unfinished !== -1 && (unfinished !== events.length - 1 || save !== undefined);
  if (isAmidst) get('events').refuse('a list in which only the last call did not return');
  const hasMore = events.length > 0 || save !== undefined;
  if (begin.begin === 'start' && begin.output === undefined && hasMore)
    get('events').refuse('nothing after a start that did not return');
  return save === undefined ? { begin, events, end } : { begin, events, save, end };
}

function readBegin(at: RecordItem): RecordBegin {
  const begin = at.field('begin').choice(['start', 'checkpoint']);
  if (begin === 'checkpoint') {
    const get = at.fields(['begin', 'state']);
    return { begin, state: readState(get('state')) };
  }
  const get = at.fields(['begin', 'input', 'output']);
  return { begin, input: readStartInput(get('input')), output: get('output').optional(readStartOutput) };
}

function readEnd(at: RecordItem): RecordEnd {
  const end = at.field('end').choice(['running', 'failed', 'stopped', 'refused', 'lost']);
  if (end === 'running') {
    at.fields(['end']);
    return { end };
  }
  return { end, error: readSentError(at.fields(['end', 'error'])('error')) };
}

export function readSentError(at: RecordItem): SentError {
  const get = at.fields(['code', 'message', 'act', 'frames']);
  const error = { code: get('code').text(), message: get('message').text(), act: get('act').text() };
  const frames = get('frames').optional((list) => list.list((frame) => frame.text()));
  return frames === undefined ? error : { ...error, frames };
}

function readEvent(at: RecordItem): RecordedEvent {
  const get = at.fields(['input', 'output']);
  return { input: readEventInput(get('input')), output: get('output').optional(readCallOutput) };
}

function readSave(at: RecordItem): RecordedSave {
  const get = at.fields(['input', 'output']);
  return {
    input: readCallInput(get('input').fields(callInputFields)),
    output: get('output').optional(readSavedState),
  };
}

export function readSavedState(at: RecordItem): SavedState {
  const get = at.fields(['format', 'bytes']);
  return { format: get('format').count(0xffff_ffff), bytes: get('bytes').bytes() };
}

function readStartInput(at: RecordItem): StartInput {
  const get = at.fields([...callInputFields, 'boot', 'firstRequest', 'requests']);
  const requests = get('requests').optional((list) => list.list(readPending));
  return {
    ...readCallInput(get),
    boot: readBoot(get('boot')),
    firstRequest: get('firstRequest').u64(),
    ...(requests && { requests }),
  };
}

function readEventInput(at: RecordItem): EventInput {
  const get = at.fields([...callInputFields, 'event', 'arrivals']);
  return {
    ...readCallInput(get),
    event: readEventValue(get('event')),
    arrivals: get('arrivals').list(readArrival),
  };
}

function readCallInput(get: (name: (typeof callInputFields)[number]) => RecordItem) {
  return {
    time: readTime(get('time')),
    seed: get('seed').optional((seed) => seed.bytes()),
    batches: get('batches').list(readBatch),
    answers: get('answers').list(readAnswer),
  };
}

function readTime(at: RecordItem): EventTime {
  const get = at.fields(['now', 'wall', 'isSynchronized']);
  return { now: get('now').u64(), wall: get('wall').u64(), isSynchronized: get('isSynchronized').flag() };
}

function readAnswer(at: RecordItem): Answer {
  const get = at.fields(['request', 'result']);
  return { request: get('request').u64(), result: get('result').value };
}

function readArrival(at: RecordItem): Arrival {
  const get = at.fields(['handle', 'interface', 'items', 'missed']);
  return {
    handle: get('handle').text(),
    interface: get('interface').text(),
    items: get('items').list((item) => item.value),
    missed: get('missed').count(0xffff_ffff),
  };
}

function readBoot(at: RecordItem): Boot {
  const get = at.fields(['reason', 'saved', 'handles']);
  return {
    reason: get('reason').choice(['cold', 'restart', 'swap', 'roll-back']),
    saved: get('saved').optional(readSavedState),
    handles: get('handles').list((handle) => handle.text()),
  };
}

function readEventValue(at: RecordItem): Event {
  const get = at.fields(['tag', 'val']);
  const tag = get('tag').choice(['changed', 'conflicted', 'timer', 'answered', 'arrived']);
  switch (tag) {
    case 'changed':
    case 'conflicted':
      return { tag, val: get('val').list(readReference) };
    case 'timer':
    case 'arrived':
      return { tag, val: get('val').text() };
    case 'answered':
      return { tag, val: get('val').u64() };
  }
}

function readReference(at: RecordItem): { readonly kind: string; readonly id: string } {
  const get = at.fields(['kind', 'id']);
  return { kind: get('kind').text(), id: get('id').text() };
}

function readBatch(at: RecordItem): Batch {
  const get = at.fields(['batch', 'from', 'revision', 'changes']);
  const batch = get('batch').choice(['snapshot', 'changes']);
  const revision = get('revision').count(Number.MAX_SAFE_INTEGER);
  const changes = get('changes').list(readChange);
  if (batch === 'changes')
    return { batch, from: get('from').count(Number.MAX_SAFE_INTEGER), revision, changes };
  if (!get('from').isMissing) get('from').refuse('nothing in a snapshot');
  return { batch, revision, changes };
}

function readChange(at: RecordItem): Change {
  const get = at.fields(['kind', 'id', 'entry']);
  return { kind: get('kind').text(), id: get('id').text(), entry: get('entry').optional(readEntry) };
}

function readEntry(at: RecordItem): Entry {
  const get = at.fields(['metadata', 'value']);
  const metadata = get('metadata').fields(['id', 'version', 'phase', 'owner', 'finalizers']);
  return {
    metadata: {
      id: metadata('id').text(),
      version: metadata('version').u64(),
      phase: metadata('phase').choice(['running', 'tearing-down']),
      owner: metadata('owner').text(),
      finalizers: metadata('finalizers').list((finalizer) => finalizer.text()),
    },
    value: get('value').record(),
  };
}

export function readStartOutput(at: RecordItem): StartOutput {
  const get = at.fields([...callOutputFields, 'refusal']);
  return { ...readCallOutputFields(get), refusal: get('refusal').optional((refusal) => refusal.text()) };
}

export function readCallOutput(at: RecordItem): CallOutput {
  return readCallOutputFields(at.fields(callOutputFields));
}

function readCallOutputFields(get: (name: (typeof callOutputFields)[number]) => RecordItem): CallOutput {
  return {
    effects: readEffects(get('effects')),
    revision: get('revision').count(Number.MAX_SAFE_INTEGER),
    nextRequest: get('nextRequest').u64(),
  };
}

function readEffects(at: RecordItem): Effects {
  const get = at.fields(['store', 'timers', 'requests', 'cancels', 'health']);
  return {
    store: get('store').list(readEffect),
    timers: get('timers').list(readTimer),
    requests: get('requests').list(readRequest),
    cancels: get('cancels').list((request) => request.u64()),
    health: get('health').optional(readHealth),
  };
}

function readEffect(at: RecordItem): Effect {
  const effect = at.field('effect').choice(['put', 'remove', 'hold', 'release']);
  if (effect !== 'put') {
    const get = at.fields(['effect', 'kind', 'id']);
    return { effect, kind: get('kind').text(), id: get('id').text() };
  }
  const get = at.fields(['effect', 'kind', 'id', 'value']);
  return { effect, kind: get('kind').text(), id: get('id').text(), value: get('value').value };
}

function readTimer(at: RecordItem): TimerChange {
  const get = at.fields(['name', 'at']);
  return { name: get('name').text(), at: get('at').optional((instant) => instant.u64()) };
}

function readRequest(at: RecordItem): OpenRequest {
  const get = at.fields(['request', 'interface', 'call', 'parameters']);
  return {
    request: get('request').u64(),
    interface: get('interface').text(),
    call: get('call').text(),
    parameters: get('parameters').list((parameter) => parameter.value),
  };
}

function readHealth(at: RecordItem): HealthState {
  const get = at.fields(['tag', 'val']);
  const tag = get('tag').choice(['starting', 'healthy', 'degraded']);
  if (tag === 'degraded') return { tag, val: get('val').text() };
  if (!get('val').isMissing) get('val').refuse('nothing');
  return { tag };
}

export function readState(at: RecordItem): RunnerState {
  const get = at.fields(['core', 'mirror', 'nextRequest', 'requests']);
  return {
    core: get('core').list(readCoreState),
    mirror: readBatch(get('mirror')),
    nextRequest: get('nextRequest').u64(),
    requests: get('requests').list(readPending),
  };
}

export function readPending(at: RecordItem): Pending {
  const get = at.fields(['open', 'answer', 'isAnswered', 'isLatest']);
  return {
    open: readRequest(get('open')),
    answer: get('answer').value,
    isAnswered: get('isAnswered').flag(),
    isLatest: get('isLatest').flag(),
  };
}

function readCoreState(at: RecordItem): CoreState {
  const get = at.fields(['step', 'pages', 'memory', 'globals']);
  return {
    step: get('step').count(maximumSteps),
    pages: get('pages').count(maximumPages),
    memory: get('memory').bytes(),
    globals: get('globals').list(readGlobal),
  };
}

function readGlobal(at: RecordItem): readonly [string, number | bigint] {
  const [name, value, ...others] = at.list((item) => item);
  if (name === undefined || value === undefined || others.length > 0) return at.refuse('a name and a value');
  if (typeof value.value !== 'number' && typeof value.value !== 'bigint') return value.refuse('a number');
  return [name.text(), value.value];
}
