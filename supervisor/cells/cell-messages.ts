/** What the supervisor and the thread (or process) of a cell say to each other. Plain data; it survives a structured clone. */
import type { ComponentDefinition } from '../component/definition.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type {
  CallInput,
  CallOutput,
  EventInput,
  LogLine,
  SavedState,
  StartInput,
  StartOutput,
} from './module-events.ts';
import type { RunnerState } from './module-runner.ts';
import type { Pending } from './pending-requests.ts';

/** An error on its way out of a cell: what remains of an `EftError` in another thread. */
export type SentError = {
  readonly code: string;
  readonly message: string;
  readonly act: string;
  /** The module's functions that were on the stack, innermost first, if it happened in any. */
  readonly frames?: readonly string[];
};

/**
 * The first message. `modules` are the compiled core modules, and `definition` the decoded component, where the transport can
 * carry them; `component` may be empty then.
 */
export type LoadMessage = {
  readonly type: 'load';
  readonly component: Uint8Array;
  readonly definition?: ComponentDefinition;
  readonly modules: readonly WebAssembly.Module[] | undefined;
  readonly manifest: Manifest;
};

export type ToCell =
  | LoadMessage
  | { readonly type: 'start'; readonly input: StartInput }
  | { readonly type: 'handle'; readonly input: EventInput }
  | { readonly type: 'save'; readonly input: CallInput }
  | { readonly type: 'checkpoint' }
  | { readonly type: 'ping' };

/** What an instance leaves to the one that takes its place: its own state, and the requests that it has not taken the answers of. */
export type LeftBehind = { readonly saved: SavedState; readonly requests: readonly Pending[] };

export type FromCell =
  | { readonly type: 'started'; readonly output: StartOutput }
  | { readonly type: 'handled'; readonly output: CallOutput }
  | ({ readonly type: 'saved' } & LeftBehind)
  /** `state` is undefined if the module has no checkpoint now. */
  | { readonly type: 'checkpointed'; readonly state: RunnerState | undefined }
  | { readonly type: 'pong' }
  | { readonly type: 'log'; readonly line: LogLine }
  /** Lines that were not sent because there were too many. */
  | { readonly type: 'log-dropped'; readonly count: number }
  | { readonly type: 'failed'; readonly error: SentError };

/** The memory that a message may take along instead of having it copied: a checkpoint's, which nobody else has. */
export function movable(message: FromCell): ArrayBuffer[] {
  if (message.type !== 'checkpointed' || message.state === undefined) return [];
  return message.state.core.map(({ memory }) => memory.buffer);
}
