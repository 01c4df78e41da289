/**
 * The state machine of RFC 2131 figure 5, as one table: where from, on what, where to, and what is done. `client.ts` goes nowhere but by
 * it, and the picture in docs/reference/dhcp.md is made of it: one row a line, as `cli/generators/dhcp-states.ts` reads them.
 *
 * Beyond the RFC: STOPPED, before the start and after the end; CHECKING, in which others may say that they have the address.
 */

export enum State {
  Stopped,
  Init,
  Selecting,
  Requesting,
  InitReboot,
  Rebooting,
  Checking,
  Bound,
  Renewing,
  Rebinding,
  /** In the table: whatever the state, if it has no row of its own. */
  Any,
}

/** What happens to the machine. */
export enum On {
  Start,
  StartRemembering,
  Resume,
  /** The link is up and there is nothing to wait for. */
  Begin,
  Offer,
  Ack,
  /** The acknowledgement of an address that is already used. */
  AckOfHeld,
  Nak,
  /** Time to send again. */
  Repeat,
  /** Sent often enough. */
  GiveUp,
  GiveUpHolding,
  /** Time for what ARP has to do: the end of the window, the second announcement, the end of the watch. */
  Unopposed,
  Announce,
  Watched,
  Conflict,
  RenewalTime,
  RebindingTime,
  Expiry,
  LinkDown,
  /** The link has another hardware address. */
  Replaced,
  Release,
  Stop,
}

/** What is done on the way. */
export enum Do {
  Nothing,
  Discover,
  DiscoverAgain,
  Request,
  RequestAgain,
  Confirm,
  ConfirmAgain,
  Probe,
  Bind,
  Resume,
  Announce,
  EndWatch,
  Decline,
  Renew,
  RenewAgain,
  Rebind,
  RebindAgain,
  Extend,
  CarryOn,
  StartOver,
  Lose,
  Pause,
  Release,
  Stop,
}

export class Transition {
  constructor(
    public readonly from: State,
    public readonly on: On,
    public readonly to: State,
    public readonly does: Do,
  ) {}
}

const rows: StaticArray<Transition> = [
  new Transition(State.Stopped, On.Start, State.Init, Do.Nothing),
  new Transition(State.Stopped, On.StartRemembering, State.InitReboot, Do.Nothing),
  new Transition(State.Stopped, On.Resume, State.Bound, Do.Resume),

  new Transition(State.Init, On.Begin, State.Selecting, Do.Discover),

  new Transition(State.Selecting, On.Offer, State.Requesting, Do.Request),
  new Transition(State.Selecting, On.Ack, State.Checking, Do.Probe),
  new Transition(State.Selecting, On.Repeat, State.Selecting, Do.DiscoverAgain),
  new Transition(State.Selecting, On.LinkDown, State.Init, Do.StartOver),

  new Transition(State.Requesting, On.Ack, State.Checking, Do.Probe),
  new Transition(State.Requesting, On.Nak, State.Init, Do.StartOver),
  new Transition(State.Requesting, On.Repeat, State.Requesting, Do.RequestAgain),
  new Transition(State.Requesting, On.GiveUp, State.Init, Do.StartOver),
  new Transition(State.Requesting, On.LinkDown, State.Init, Do.StartOver),

  new Transition(State.InitReboot, On.Begin, State.Rebooting, Do.Confirm),
  new Transition(State.InitReboot, On.Expiry, State.Init, Do.Lose),

  new Transition(State.Rebooting, On.Ack, State.Checking, Do.Probe),
  new Transition(State.Rebooting, On.AckOfHeld, State.Bound, Do.Extend),
  new Transition(State.Rebooting, On.Nak, State.Init, Do.Lose),
  new Transition(State.Rebooting, On.Repeat, State.Rebooting, Do.ConfirmAgain),
  new Transition(State.Rebooting, On.GiveUp, State.Init, Do.StartOver),
  new Transition(State.Rebooting, On.GiveUpHolding, State.Bound, Do.CarryOn),
  new Transition(State.Rebooting, On.Expiry, State.Init, Do.Lose),
  new Transition(State.Rebooting, On.LinkDown, State.InitReboot, Do.Pause),

  new Transition(State.Checking, On.Unopposed, State.Bound, Do.Bind),
  new Transition(State.Checking, On.Conflict, State.Init, Do.Decline),
  new Transition(State.Checking, On.Expiry, State.Init, Do.StartOver),
  new Transition(State.Checking, On.LinkDown, State.InitReboot, Do.Pause),

  new Transition(State.Bound, On.Announce, State.Bound, Do.Announce),
  new Transition(State.Bound, On.Watched, State.Bound, Do.EndWatch),
  new Transition(State.Bound, On.Conflict, State.Init, Do.Decline),
  new Transition(State.Bound, On.RenewalTime, State.Renewing, Do.Renew),
  new Transition(State.Bound, On.RebindingTime, State.Rebinding, Do.Rebind),
  new Transition(State.Bound, On.Expiry, State.Init, Do.Lose),
  new Transition(State.Bound, On.LinkDown, State.InitReboot, Do.Pause),

  new Transition(State.Renewing, On.AckOfHeld, State.Bound, Do.Extend),
  new Transition(State.Renewing, On.Nak, State.Init, Do.Lose),
  new Transition(State.Renewing, On.Repeat, State.Renewing, Do.RenewAgain),
  new Transition(State.Renewing, On.RebindingTime, State.Rebinding, Do.Rebind),
  new Transition(State.Renewing, On.Expiry, State.Init, Do.Lose),
  new Transition(State.Renewing, On.LinkDown, State.InitReboot, Do.Pause),

  new Transition(State.Rebinding, On.AckOfHeld, State.Bound, Do.Extend),
  new Transition(State.Rebinding, On.Nak, State.Init, Do.Lose),
  new Transition(State.Rebinding, On.Repeat, State.Rebinding, Do.RebindAgain),
  new Transition(State.Rebinding, On.Expiry, State.Init, Do.Lose),
  new Transition(State.Rebinding, On.LinkDown, State.InitReboot, Do.Pause),

  new Transition(State.Any, On.Replaced, State.Init, Do.Lose),
  new Transition(State.Any, On.Release, State.Stopped, Do.Release),
  new Transition(State.Any, On.Stop, State.Stopped, Do.Stop),
];

/** The row for what happens in a state, or null: then it changes nothing. */
export function transitionFor(state: State, on: On): Transition | null {
  let whatever: Transition | null = null;
  for (let index = 0; index < rows.length; ++index) {
    const row = rows[index];
    if (row.on != on) continue;
    if (row.from == state) return row;
    if (row.from == State.Any) whatever = row;
  }
  return whatever;
}

/** All rows, for the test that holds the picture to them. */
export function transitions(): StaticArray<Transition> {
  return rows;
}

/** As RFC 2131 writes them. */
export function stateName(state: State): string {
  switch (state) {
    case State.Stopped:
      return 'STOPPED';
    case State.Init:
      return 'INIT';
    case State.Selecting:
      return 'SELECTING';
    case State.Requesting:
      return 'REQUESTING';
    case State.InitReboot:
      return 'INIT-REBOOT';
    case State.Rebooting:
      return 'REBOOTING';
    case State.Checking:
      return 'CHECKING';
    case State.Bound:
      return 'BOUND';
    case State.Renewing:
      return 'RENEWING';
    case State.Rebinding:
      return 'REBINDING';
    default:
      return 'any state';
  }
}
