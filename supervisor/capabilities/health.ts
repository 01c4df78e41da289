/** `eft:host/health`: what the module says of itself; the last word of an event counts. */

import { cutText } from './cut-text.ts';
import type { HealthInterface } from './generated/host-health.ts';
import type { LocalInterface } from './local-context.ts';

export const health: LocalInterface = (context) => {
  const functions: HealthInterface = {
    report: (state) => {
      context().outbox.health =
        state.tag === 'degraded' ? { tag: state.tag, val: cutText(state.val) } : state;
    },
  };
  return { ...functions };
};
