/**
 * The machine of a namespace node: what switches it on, plugs in its cable, and switches it on again when it restarts itself. A program of its own,
 * which goes on when `eft up` has ended.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { apiPort } from '../../supervisor/api/port.ts';
import { type ClusterNode, writeNodeState } from './cluster.ts';
import { makeControlGroup, removeControlGroup } from './control-group.ts';
import { forwardConnections, handedPortDescriptor, takeInherited } from './loopback.ts';
import { attachCable, removeLink } from './network.ts';
import { type FromLauncher, type NodeEnd, nodeFiles, type WhichBoot } from './node-spec.ts';
import type { NodeState } from './node-state.ts';
import { identify, type ProcessIdentity } from './process-identity.ts';

/** What `eft up` hands to the machine, beside the node's own specification. */
type MachineSpec = {
  readonly bridge: string;
  readonly node: ClusterNode;
  /** Where the node's API is, if this program was handed a port of the host's loopback for it. */
  readonly forwardTo: string | undefined;
};

const launcher = fileURLToPath(new URL('./launcher.ts', import.meta.url));
/** Milliseconds between two starts of a node that restarts itself. */
const pauseMs = 500;

const [, , folder = ''] = process.argv;
// Written by `eft up`, for this program.
const spec: MachineSpec = JSON.parse(readFileSync(join(folder, nodeFiles.machine), 'utf8'));
const machine: ProcessIdentity = identify(process.pid) ?? { pid: process.pid, startedAt: '' };

// Before any program is started, which would inherit the port.
if (spec.forwardTo !== undefined) {
  forwardConnections(takeInherited(handedPortDescriptor), spec.forwardTo, apiPort);
}

let current: ChildProcess | undefined;
let isAskedToEnd = false;
process.on('SIGTERM', () => {
  isAskedToEnd = true;
  current?.kill('SIGTERM');
});

for (let boots = 1; ; boots += 1) {
  await renewControlGroup();
  const end = await boot(boots);
  if (end.end === 'restart' && !isAskedToEnd) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    continue;
  }
  write(boots, undefined, end);
  break;
}
process.exit();

/** What a boot leaves in the node's group, controllers given to groups below it above all, keeps the next one out of it (EBUSY). */
async function renewControlGroup(): Promise<void> {
  const { controlGroup } = spec.node;
  if (controlGroup === undefined) return;
  await removeControlGroup(controlGroup);
  makeControlGroup(controlGroup);
}

function boot(boots: number): Promise<NodeEnd> {
  write(boots, undefined, undefined);
  return new Promise((resolve) => {
    let how: NodeEnd = { end: 'failed', reason: 'its namespaces could not be made; see the console' };
    const which: WhichBoot = boots === 1 ? 'first' : 'again';
    const child = fork(launcher, [join(folder, nodeFiles.spec), which], { stdio: ['ignore', 1, 2, 'ipc'] });
    current = child;
    child.on('message', (message: FromLauncher) => {
      switch (message.type) {
        case 'entered':
          if (child.pid !== undefined) attachCable(spec.bridge, spec.node, child.pid);
          child.send({ type: 'go' });
          break;
        case 'started':
          write(boots, identify(message.pid), undefined);
          break;
        case 'ended':
          how = message.how;
          break;
      }
    });
    child.on('error', (error) => {
      how = { end: 'failed', reason: error.message };
    });
    child.on('exit', () => {
      current = undefined;
      removeLink(spec.node.link);
      resolve(how);
    });
    if (isAskedToEnd) child.kill('SIGTERM');
  });
}

function write(boots: number, first: ProcessIdentity | undefined, end: NodeEnd | undefined): void {
  const state: NodeState = { machine, first, boots, end };
  writeNodeState(folder, state);
}
