/**
 * What a cell is given: its module, and a world that all of its effects go to. A node, a test and a bench each play the world in their
 * own way.
 */
import type { Manifest } from '../manifest/manifest.ts';
import type { Store } from '../store/store.ts';
import type { Cell } from './cell.ts';
import type { SentError } from './cell-messages.ts';
import type { CheckpointBudget } from './checkpoint-budget.ts';
import type { FlightRecord } from './flight-recorder.ts';
import type { HandleTable } from './handle-table.ts';
import type { EventTime, LogLine, OpenRequest } from './module-events.ts';
import type { OpenTransport } from './transport.ts';
import type { AnswerPool } from './waiting-answers.ts';

/** A module that has been verified, with its compiled code. */
export type CellModule = {
  readonly manifest: Manifest;
  readonly component: Uint8Array;
  readonly modules: readonly WebAssembly.Module[];
  readonly digest: string;
  /** The ids of the keys that have signed it; not there where nothing was verified, as in tests. */
  readonly signers?: readonly string[];
};

/** Carries out requests of one host interface. It must settle; `signal` tells when nobody wants the result any more. */
export type Carrier = (request: OpenRequest, caller: Caller) => Promise<unknown>;
export type Caller = {
  readonly manifest: Manifest;
  readonly signal: AbortSignal;
  /** What the module has open; it outlives the instance that asks. */
  readonly handles: HandleTable;
};

/** What a cell needs of the world; all of it can be played by a test. */
export type CellWorld = {
  readonly store: Store;
  readonly open: OpenTransport;
  readonly time: () => EventTime;
  /**
   * Milliseconds that the supervisor's thread has run so far: what a cell makes it do is counted in these. Without it, time that
   * passes is counted, and with it what other programs of a busy machine take meanwhile.
   */
  readonly ranMs?: () => number;
  /** Calls `fire` after `delayMs`; gives a function that calls it off. */
  readonly after: (delayMs: number, fire: () => void) => () => void;
  /** `count` bytes from the kernel's generator. */
  readonly random: (count: number) => Uint8Array;
  readonly carriers: ReadonlyMap<string, Carrier>;
  /** What the checkpoints of all cells may take. Each cell has its own, if this is not given. */
  readonly checkpoints?: CheckpointBudget;
  /** The room for answers that the cells of a node share; without it, a cell has as much as if it were alone. */
  readonly answers?: AnswerPool;
  readonly events: CellEvents;
  /**
   * Whether the node is still booting: then no cell waits for having had its share of the supervisor's thread. There are no
   * neighbours to protect yet but the boot itself, and all code is cold. Never, if this is not given.
   */
  readonly isBooting?: () => boolean;
};

export type CellEvents = {
  readonly onState: (cell: Cell) => void;
  readonly onLog: (module: string, line: LogLine) => void;
  /** A cell failed; `record` replays it, if there is one. */
  readonly onFailure: (cell: Cell, error: SentError, record: FlightRecord | undefined) => void;
};
