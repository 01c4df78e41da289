/** ModuleService: which modules the node runs, and what each can see and do. */
import { stringify } from 'yaml';
import type { Cell } from '../../cells/cell.ts';
import { cellMessage, cellState } from '../../cells/cell-roster.ts';
import { EftError } from '../../errors/eft-error.ts';
import type { Grant } from '../../manifest/grants.ts';
import type { Node } from '../../node.ts';
import { ACTOR_BYTES } from '../../store/limits.ts';
import type { RecordValue } from '../../store/resource.ts';
import type { Method } from '../method.ts';
import { readNothing, readText } from './request-fields.ts';

const pageSize = 65_536n;

export function listModules(node: Node): Method<Record<string, never>> {
  return {
    name: 'eft.v1.ModuleService/List',
    verb: 'read',
    changes: false,
    read: readNothing,
    subject: () => [{}],
    run: async function* () {
      const cells = [...node.roster.cells.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      yield { modules: cells.map(moduleMessage) };
    },
  };
}

export function inspectModule(node: Node): Method<{ readonly name: string }> {
  return {
    name: 'eft.v1.ModuleService/Inspect',
    verb: 'read',
    changes: false,
    read: (argument) => ({ name: readText(argument.fields(['name'])('name'), ACTOR_BYTES) }),
    subject: () => [{}],
    run: async function* ({ name }) {
      const cell = node.roster.cells.get(name);
      if (cell === undefined) throw EftError.of('api.no-module', { module: name });
      const { manifest, digest, signers = [] } = cell.module;
      const { limits } = manifest;
      yield {
        module: moduleMessage(cell),
        world: manifest.world,
        securityVersion: manifest.securityVersion,
        inputs: manifest.inputs.map(({ kind }) => kind),
        outputs: manifest.outputs.map(({ kind, mode }) => ({ kind, mode })),
        grants: manifest.grants.map(grantMessage),
        isolation: manifest.isolation,
        memoryLimitBytes: BigInt(limits.memoryPages) * pageSize,
        eventLimitMs: limits.eventMilliseconds,
        queueLimit: limits.queuedEvents,
        digest,
        signers,
        denied: Object.fromEntries(
          [...cell.counters.deniedCalls].map(([call, count]) => [call, BigInt(count)]),
        ),
      };
    },
  };
}

function moduleMessage(cell: Cell): RecordValue {
  const { name, module, counters, queued } = cell;
  return {
    name,
    version: module.manifest.version,
    phase: cellState(cell),
    restarts: Math.max(0, counters.starts - 1),
    queue: queued,
    message: cellMessage(cell),
  };
}

/** A grant with its scope as it stands in a manifest; empty, if the interface is the whole authority. */
function grantMessage({ interface: name, reason, ...scope }: Grant): RecordValue {
  return { interface: name, reason, scope: Object.keys(scope).length === 0 ? '' : stringify(scope) };
}
