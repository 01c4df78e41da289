/** What a test and the process that plays its node say to each other. */
import type { CellPhase } from '../../supervisor/cells/cell.ts';
import type { LogLine } from '../../supervisor/cells/module-events.ts';
import type { RecordValue } from '../../supervisor/store/resource.ts';

/** What the network module has asked of the kernel since it was counted last. */
export type NetworkCounts = {
  /** Requests by netlink, each of many messages. */
  readonly exchanges: number;
  /** Netlink messages sent, dumps included. */
  readonly messages: number;
  /** Those of them that ask for a change: none of RTM_GET*. */
  readonly changes: number;
  /** Packets and datagrams sent. */
  readonly packets: number;
  /** Events that the module handled. */
  readonly events: number;
  readonly failures: number;
  readonly starts: number;
  /** CPU time of the node's process, in microseconds: supervisor and all cells. */
  readonly cpuMicroseconds: number;
};

export type ToNetworkNode = { readonly id: number } /** Starts the modules in these files, unsigned. */ & (
  | { readonly order: 'start'; readonly files: readonly string[] }
  | { readonly order: 'put'; readonly kind: string; readonly resource: string; readonly value: RecordValue }
  /**
   * Puts all of these at once, and answers when the network is as declared with so many routes: with the time from the first put until then.
   * What changes meanwhile is told afterwards.
   */
  | {
      readonly order: 'apply';
      readonly kind: string;
      readonly resources: readonly { readonly resource: string; readonly value: RecordValue }[];
      readonly routes: number;
    }
  | { readonly order: 'remove'; readonly kind: string; readonly resource: string }
  /** Ends the thread of a cell from outside, as the kernel would. */
  | { readonly order: 'kill'; readonly module: string }
  | { readonly order: 'stop'; readonly module: string }
  | { readonly order: 'begin'; readonly module: string }
  /** Replaces what runs by the module in this file. */
  | { readonly order: 'swap'; readonly file: string }
  /** Writes the record of all since the last checkpoint of a cell. */
  | { readonly order: 'record'; readonly module: string; readonly file: string }
  | { readonly order: 'count' }
);

export type Reply =
  | { readonly done: 'yes' }
  | { readonly done: 'applied'; readonly ms: number }
  | { readonly done: 'swapped'; readonly pauseMs: number }
  | { readonly done: 'counts'; readonly counts: NetworkCounts }
  | { readonly done: 'failed'; readonly reason: string };

export type FromNetworkNode =
  | { readonly type: 'ready' }
  | { readonly type: 'reply'; readonly id: number; readonly reply: Reply }
  /** A resource is another, or gone. */
  | {
      readonly type: 'resource';
      readonly kind: string;
      readonly resource: string;
      readonly value: RecordValue | undefined;
    }
  | { readonly type: 'phase'; readonly module: string; readonly phase: CellPhase }
  | { readonly type: 'log'; readonly module: string; readonly line: LogLine }
  | {
      readonly type: 'failure';
      readonly module: string;
      readonly code: string;
      readonly message: string;
      /** Where its record was written. */
      readonly file: string | undefined;
    };
