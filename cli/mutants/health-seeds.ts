/** Ways into the health module: modules that come up, fail, are told of, and go. */
import type { FuzzInput, ResourceChange } from '../fuzz/fuzz-input.ts';
import type { Target } from '../fuzz/target.ts';
import { PlayedHost } from './played-host.ts';

const statusKind = 'eft:resources/module-status';
const nodeKind = 'eft:resources/node-status';

function status(id: string, state: string, message = ''): ResourceChange {
  const value = { state, version: '0.1.0', restarts: 0, message };
  return { kind: statusKind, id, value, isTearingDown: false };
}

const gone = (id: string): ResourceChange => ({
  kind: statusKind,
  id,
  value: undefined,
  isTearingDown: false,
});

function booted(target: Target): FuzzInput {
  const boot = { reason: 'cold', saved: undefined, handles: [] } as const;
  const host = new PlayedHost(target, { boot, present: [] });
  host.change(status('network', 'starting'), status('disk', 'starting'), status('time', 'backing-off'));
  host.change(status('disk', 'healthy')).change(status('network', 'degraded', 'no route'));
  host.change(status('network', 'healthy'), status('time', 'healthy'));
  host.change().change(status('disk', 'quarantined')).change(status('time', 'stopped'));
  return host.change(status('disk', 'healthy'), gone('time')).change(gone('disk'), gone('network')).input;
}

function restarted(target: Target): FuzzInput {
  const value = { stage: 'running', ready: true, unmet: [] };
  const present = [{ kind: nodeKind, id: 'node', value, isTearingDown: false }, status('disk', 'starting')];
  const boot = { reason: 'restart', saved: undefined, handles: [] } as const;
  const host = new PlayedHost(target, { boot, present });
  return host.change().change(status('disk', 'healthy')).input;
}

/** All of them. */
export function healthSeeds(target: Target): readonly FuzzInput[] {
  return [booted(target), restarted(target)];
}
