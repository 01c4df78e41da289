/** `eft:host/requests`: giving up a call under way. */
import type { RequestsInterface } from './generated/host-requests.ts';
import type { LocalInterface } from './local-context.ts';

export const requests: LocalInterface = (context) => {
  const functions: RequestsInterface = {
    cancel: (request) => {
      const { outbox } = context();
      outbox.makeRoom();
      outbox.cancels.push(request);
    },
  };
  return { ...functions };
};
