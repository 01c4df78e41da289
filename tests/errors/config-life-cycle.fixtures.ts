import { reset } from '../../supervisor/api/methods/reset.ts';
import { readMachineConfig } from '../../supervisor/config/read-config.ts';
import { apiFaults } from '../../supervisor/phases/config-life-cycle.ts';
import { configHead, namedConfig, PlayedNode } from '../config/played-node.ts';
import type { Fixture } from './fixture.ts';

const old = namedConfig('old');

async function* noInputs(): AsyncIterable<never> {
  yield* [];
}

export const fixtures: readonly Fixture[] = [
  {
    code: 'config.needs-reboot',
    title: 'a host name that is taken away, in mode no-reboot',
    provoke: () => new PlayedNode(old).apply(configHead, 'no-reboot'),
    text: 'error[config.needs-reboot]: the configuration cannot be applied while the node runs: machine.network.hostname takes a reboot\n  apply it in mode auto, which starts the node again, or in mode staged for the next boot',
  },
  {
    code: 'config.no-state',
    title: 'a configuration is staged on a node that keeps nothing',
    provoke: () => new PlayedNode(old, false).apply(namedConfig('new'), 'staged'),
    text: 'error[config.no-state]: the node has no STATE, and a staged configuration would be lost\n  give the node a disk with an ext4 file system of the label STATE, or `eft up --state`',
  },
  {
    code: 'config.not-kept',
    title: 'STATE is full',
    provoke: () => {
      const node = new PlayedNode(old);
      node.stateFault = 'no space left on device';
      return node.apply(namedConfig('new'));
    },
    text: 'error[config.not-kept]: the STATE of the node cannot be changed, and it is as it was: no space left on device\n  look at the disk that is STATE; `eft dmesg` may say more',
  },
  {
    code: 'config.not-applied',
    title: 'the kernel refuses a sysctl',
    provoke: () => {
      const node = new PlayedNode(old);
      node.unfit.add('new');
      return node.apply(namedConfig('new'));
    },
    text: 'error[config.not-applied]: the configuration could not be applied, and the node has gone back to the one before: new is refused\n  correct what it says',
  },
  {
    code: 'config.maintenance-mode',
    title: 'a node in maintenance is to try a configuration',
    provoke: () => new PlayedNode(undefined).apply(old, 'try'),
    text: 'error[config.maintenance-mode]: a node without a configuration takes one in mode auto only, and this is mode try\n  apply it in mode auto',
  },
  {
    code: 'config.no-trial',
    title: 'what is confirmed has gone back already',
    provoke: () => new PlayedNode(old).lifeCycle.confirm('x'),
    text: 'error[config.no-trial]: no configuration is on trial: it has gone back, or was confirmed or given up\n  look at what the node has with `eft config get`, and apply yours again',
  },
  {
    code: 'config.wrong-token',
    title: "another operator's trial is confirmed",
    provoke: async () => {
      const node = new PlayedNode(old);
      await node.apply(namedConfig('new'), 'try');
      const confirmed = node.lifeCycle.confirm('x');
      await node.pass(1_000);
      return confirmed;
    },
    text: 'error[config.wrong-token]: this confirms another configuration than the one that is on trial\n  confirm with what the answer to your own `eft config apply` said',
  },
  {
    code: 'config.none',
    title: 'a node in maintenance is asked for its configuration',
    provoke: () => new PlayedNode(undefined).lifeCycle.get(),
    text: 'error[config.none]: the node has no configuration\n  give it one with `eft config apply`',
  },
  {
    code: 'config.busy',
    title: 'a configuration for a node that is going down',
    provoke: async () => {
      const node = new PlayedNode(old);
      await node.lifeCycle.reset();
      return node.apply(namedConfig('new'));
    },
    text: 'error[config.busy]: the node is applying other configurations, or going down\n  try again in a few seconds',
  },
  {
    code: 'config.no-api',
    title: 'a configuration without an authority',
    provoke: () => {
      const { config } = readMachineConfig(new Uint8Array(Buffer.from(old)), 'w1.yaml');
      throw config === undefined ? new Error('it is refused') : apiFaults(config)[0];
    },
    text: 'error[config.no-api]: with this configuration the node would have no API, and nobody could change it any more: there is no `machine.ca`\n  keep `machine.ca`; a node without an API gets its configuration where it is started',
  },
  {
    code: 'config.other-node',
    title: 'the wrong node is to be reset',
    provoke: async () => {
      const { lifeCycle } = new PlayedNode(old);
      const context = {
        identity: { type: 'nobody', reason: '', peer: '' },
        signal: new AbortController().signal,
      } as const;
      const method = reset(lifeCycle, () => 'w1');
      for await (const answer of method.run({ node: 'w2' }, context, noInputs())) throw answer;
    },
    text: 'error[config.other-node]: this node is called `w1`, and `w2` is to be reset\n  name the node that you mean, and call that one',
  },
];
