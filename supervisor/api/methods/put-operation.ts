/** StateService.PutOperation: asks a module of the node to do something. */
import { EftError } from '../../errors/eft-error.ts';
import type { Node } from '../../node.ts';
import { ACTOR_BYTES } from '../../store/limits.ts';
import { OPERATION_KIND } from '../../store/operation-rule.ts';
import type { Method } from '../method.ts';
import { operationKind } from '../roles.ts';
import { readText } from './request-fields.ts';
import { resourceMessage } from './resource-message.ts';

/** Operations of one module that have not ended. */
export const openOperationsLimit = 64;
export const argumentsLimit = 32;
/** Bytes of the name and of the value of an argument, and of a verb. */
const nameBytes = 128;
const valueBytes = 16 * 1024;

type OperationRequest = {
  readonly target: string;
  readonly verb: string;
  readonly arguments: readonly { readonly name: string; readonly value: string }[];
};

/** `newId` gives an id that no operation has had. */
export function putOperation(node: Node, newId: () => string): Method<OperationRequest> {
  return {
    name: 'eft.v1.StateService/PutOperation',
    verb: 'operate',
    changes: true,
    read: (argument) => {
      const field = argument.fields(['target', 'verb', 'arguments']);
      const item = field('arguments');
      const names = Object.keys(item.optional((map) => map.record()) ?? {});
      if (names.length > argumentsLimit) item.refuse(`up to ${argumentsLimit} arguments`);
      if (names.some((name) => !name.isWellFormed() || Buffer.byteLength(name) > nameBytes))
        item.refuse(`arguments whose names have up to ${nameBytes} bytes`);
      return {
        target: readText(field('target'), ACTOR_BYTES),
        verb: readText(field('verb'), nameBytes),
        arguments: names.sort().map((name) => {
          const value = item.field(name);
          const text = value.text();
          if (!text.isWellFormed() || Buffer.byteLength(text) > valueBytes)
            value.refuse(`text of up to ${valueBytes} bytes`);
          return { name, value: text };
        }),
      };
    },
    // Secrets have no place in operations, which everyone sees who may read resources.
    subject: ({ target, verb, arguments: given }) => [
      {
        kind: operationKind(target, verb),
        told: {
          target,
          verb,
          ...Object.fromEntries(given.map(({ name, value }) => [`arguments.${name}`, value])),
        },
      },
    ],
    run: async function* ({ target, verb, arguments: given }) {
      const { store, roster } = node;
      if (!roster.cells.has(target)) throw EftError.of('api.no-module', { module: target });
      const open = store
        .list(OPERATION_KIND)
        .filter(({ value }) => value['target'] === target && isOpen(value['state']));
      if (open.length >= openOperationsLimit) {
        throw EftError.of('api.too-many-operations', { module: target, limit: openOperationsLimit });
      }
      const id = newId();
      const value = { target, verb, arguments: given, state: 'pending', message: '' };
      const result = store.commit('api', store.revision, [
        { effect: 'put', kind: OPERATION_KIND, id, value, version: 0n },
      ]);
      if (result.outcome === 'refused') throw result.error;
      if (result.outcome === 'conflicted') throw result.because ?? new TypeError(`the id ${id} is taken`);
      const entry = store.get(OPERATION_KIND, id);
      if (entry === undefined) throw new TypeError(`${id} was put, and is gone`);
      yield { operation: resourceMessage(OPERATION_KIND, store.typeOf(OPERATION_KIND), entry) };
    },
  };
}

function isOpen(state: unknown): boolean {
  return state === 'pending' || state === 'running';
}
