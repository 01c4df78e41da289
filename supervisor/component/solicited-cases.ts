/**
 * Cases of variants and enums that the host gives only to modules that ask for them, and by what they ask: the interface they
 * import, or the function of it.
 *
 * A module that asks for nothing cannot be given the answer, so such a case may be added to an interface without breaking
 * modules built before, as long as what asks for it is new as well (compatible-type.ts). Whoever adds a line here promises
 * that the host keeps to it. The danger is a successor that takes over from a module that had asked: timers and
 * handles are inherited, so the cell must not give their events to a version that cannot take them.
 */
export const solicitedCases: ReadonlyMap<string, readonly string[]> = new Map([
  ['eft:module/lifecycle#event.timer', ['eft:host/clock#set-timer']],
  ['eft:module/lifecycle#event.answered', ['eft:host/requests']],
]);
