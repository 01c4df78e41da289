import type { Identity } from '../../supervisor/api/identity.ts';
import { Access } from '../../supervisor/api/roles.ts';
import type { Fixture } from './fixture.ts';

const ada: Identity = {
  type: 'client',
  name: 'ada',
  roles: ['os:reader'],
  fingerprint: '00'.repeat(32),
  peer: '10.0.0.9',
};
const configured = new Access({ type: 'configured', roles: [] });

export const fixtures: readonly Fixture[] = [
  {
    code: 'api.unauthenticated',
    title: 'a caller without a certificate',
    provoke: () =>
      configured.check(
        { type: 'nobody', reason: 'it has shown no certificate', peer: '10.0.0.9' },
        { name: 'eft.v1.MachineService/Version', verb: 'read' },
        [],
      ),
    text: 'error[api.unauthenticated]: the node does not know who calls: it has shown no certificate\n  show a certificate for clients that the authority of this node has issued; `eft config gen` makes the first one',
  },
  {
    code: 'api.denied',
    title: 'a reader who restarts the machine',
    provoke: () => configured.check(ada, { name: 'eft.v1.MachineService/Reboot', verb: 'power' }, []),
    text: 'error[api.denied]: ada may not power by eft.v1.MachineService/Reboot: none of the roles of the certificate allows it (os:reader)\n  use a certificate with a role that may; docs/reference/roles.md lists them',
  },
  {
    code: 'api.maintenance',
    title: 'a question to a node that has no configuration',
    provoke: () =>
      new Access({ type: 'maintenance' }).check(
        { type: 'nobody', reason: 'it has shown no certificate', peer: '10.0.0.9' },
        { name: 'eft.v1.MachineService/Logs', verb: 'read' },
        [],
      ),
    text: 'error[api.maintenance]: the node has no configuration yet, and eft.v1.MachineService/Logs needs one\n  give it a configuration first, by `eft config apply`',
  },
];
