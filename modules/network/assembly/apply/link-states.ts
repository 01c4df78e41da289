/**
 * The states of a link, as one table: in which state a link is found, what is done about it, and the state that it comes to by that.
 * `plan-links.ts` finds the state anew each time it looks and does nothing but what the row says, and the picture in docs/reference/network.md is
 * made of it: one row a line, as `cli/generators/link-states.ts` reads them.
 *
 * A state is passed over where there is nothing to do in it: a link that is made, and whose master is there, goes from `Missing` to `Different`. Whatever somebody else does to a link, and whatever is declared next, the
 * next look finds the state that it is in then: no row is needed for it, and none could be forgotten.
 */

import { Level, write } from '../bindings/host-log';

export enum LinkState {
  /** Neither declared nor made by the module, or not there at all. */
  NotOurs,
  /** Of no kind that can be made, and not there: a network card that is yet to come. */
  NoCard,
  /** A VLAN without the link that it is to be on. */
  NoParent,
  /** It is not there, and can be made. */
  Missing,
  /** Somebody else's link of another kind has the name. */
  NameTaken,
  /** The module's own, with another kind, or with settings that are fixed for the life of a link. */
  Unfit,
  /** The link that it is to belong to is not there. */
  NoMaster,
  /** Up, and to join a bond, which takes only ports that are down. */
  StillUp,
  /** It differs in what can be changed. */
  Different,
  AsDeclared,
  /** Made by the module, and declared no more. */
  LeftOver,
}

/** What is done in a state, by one message at most. */
export enum LinkDeed {
  Nothing,
  /** Says what it waits for. */
  Wait,
  Make,
  Change,
  SetDown,
  Remove,
}

export class LinkStep {
  constructor(
    public readonly from: LinkState,
    public readonly does: LinkDeed,
    public readonly to: LinkState,
  ) {}
}

const rows: StaticArray<LinkStep> = [
  new LinkStep(LinkState.NotOurs, LinkDeed.Nothing, LinkState.NotOurs),
  new LinkStep(LinkState.NoCard, LinkDeed.Wait, LinkState.NoMaster),
  new LinkStep(LinkState.NoParent, LinkDeed.Wait, LinkState.Missing),
  new LinkStep(LinkState.Missing, LinkDeed.Make, LinkState.NoMaster),
  new LinkStep(LinkState.NameTaken, LinkDeed.Wait, LinkState.Missing),
  new LinkStep(LinkState.Unfit, LinkDeed.Remove, LinkState.Missing),
  new LinkStep(LinkState.NoMaster, LinkDeed.Wait, LinkState.StillUp),
  new LinkStep(LinkState.StillUp, LinkDeed.SetDown, LinkState.Different),
  new LinkStep(LinkState.Different, LinkDeed.Change, LinkState.AsDeclared),
  new LinkStep(LinkState.AsDeclared, LinkDeed.Nothing, LinkState.AsDeclared),
  new LinkStep(LinkState.LeftOver, LinkDeed.Remove, LinkState.NotOurs),
];

/** What is done in a state. */
export function deedOf(state: LinkState): LinkDeed {
  for (let index = 0; index < rows.length; ++index) if (rows[index].from == state) return rows[index].does;
  return LinkDeed.Nothing;
}

/** Says at the lowest level of the log which links have come to another state from one look to the next. */
export function tellLinkStates(before: Map<string, LinkState>, after: Map<string, LinkState>): void {
  const names = after.keys();
  for (let index = 0; index < names.length; ++index)
    tellChange(names[index], stateIn(before, names[index]), after.get(names[index]));
  const known = before.keys();
  for (let index = 0; index < known.length; ++index)
    if (!after.has(known[index])) tellChange(known[index], before.get(known[index]), LinkState.NotOurs);
}

function stateIn(states: Map<string, LinkState>, name: string): LinkState {
  return states.has(name) ? states.get(name) : LinkState.NotOurs;
}

function tellChange(name: string, before: LinkState, after: LinkState): void {
  if (before != after)
    write(Level.Debug, 'link ' + name + ': ' + stateText(before) + ' → ' + stateText(after), []);
}

/** For the log; the picture and the tests have the same words. */
export function stateText(state: LinkState): string {
  switch (state) {
    case LinkState.NoCard:
      return 'no card';
    case LinkState.NoParent:
      return 'no parent';
    case LinkState.Missing:
      return 'missing';
    case LinkState.NameTaken:
      return 'name taken';
    case LinkState.Unfit:
      return 'unfit';
    case LinkState.NoMaster:
      return 'no master';
    case LinkState.StillUp:
      return 'still up';
    case LinkState.Different:
      return 'different';
    case LinkState.AsDeclared:
      return 'as declared';
    case LinkState.LeftOver:
      return 'left over';
    default:
      return 'not ours';
  }
}
