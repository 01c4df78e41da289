/** MachineService.Reset. */
import type { ConfigLifeCycle } from '../../config/life-cycle/life-cycle.ts';
import { EftError } from '../../errors/eft-error.ts';
import type { Method } from '../method.ts';
import { readText } from './request-fields.ts';

/** Bytes of a name that a request can have; a node's is shorter. */
const maximumName = 256;

/** `nodeName` is what the node calls itself. */
export function reset(lifeCycle: ConfigLifeCycle, nodeName: () => string): Method<{ readonly node: string }> {
  return {
    name: 'eft.v1.MachineService/Reset',
    verb: 'reset',
    changes: true,
    read: (argument) => ({ node: readText(argument.fields(['node'])('node'), maximumName) }),
    subject: ({ node }) => [{ told: { node } }],
    run: async function* ({ node }) {
      const name = nodeName();
      if (node !== name) throw EftError.of('config.other-node', { given: node, name });
      await lifeCycle.reset();
      yield {};
    },
  };
}
