/** What the processes of this bench say to each other. */

/** To the node. `events` begins a quiet cell's events and forgets those before; `report` asks for them and ends them; `change` changes what is watched. */
export type ToNode = { readonly order: 'events' | 'report' | 'change' };

/** An event of the quiet cell: when it was sent, on the clock of all processes (CLOCK_MONOTONIC, nanoseconds as text), and how long its answer took. */
export type CellEvent = { readonly sentNs: string; readonly ms: number };

export type FromNode =
  | { readonly type: 'ready'; readonly port: number; readonly gateway: number }
  | { readonly type: 'events'; readonly events: readonly CellEvent[] };

/** To the process that floods. */
export type ToFlood =
  | { readonly order: 'begin'; readonly context: ContextParts; readonly address: string }
  | { readonly order: 'end' };

export type FromFlood = { readonly type: 'ended'; readonly answered: number; readonly refused: number };

/** PEM, of an operator. */
export type ContextParts = { readonly authority: string; readonly certificate: string; readonly key: string };

/** What starts a server: the authority that it is of, in PEM. */
export type ServerStart = { readonly authority: string; readonly authorityKey: string };

/** What is read and watched. */
export const measuredKind = 'eft:resources/boot-phase';
export const measuredId = 'ready';
export const measuredValue = {
  order: 9,
  state: 'done',
  began: 267_000_000n,
  took: 208_900_000n,
  message: 'measured',
};
