/** StateService: Get, List and ListKinds. */
import { EftError } from '../../errors/eft-error.ts';
import type { Node } from '../../node.ts';
import { describeReference, type RecordValue, type Reference } from '../../store/resource.ts';
import type { Identity } from '../identity.ts';
import type { Method } from '../method.ts';
import { readId, readKind, readNothing } from './request-fields.ts';
import { messageBytes, resourceMessage } from './resource-message.ts';

/** Bytes of a list in one answer. What is larger is watched. */
export const listBytesLimit = 1024 * 1024;

export function getResource(node: Node): Method<Reference> {
  return {
    name: 'eft.v1.StateService/Get',
    verb: 'read',
    changes: false,
    read: (argument) => {
      const field = argument.fields(['kind', 'id']);
      return { kind: readKind(field('kind')), id: readId(field('id')) };
    },
    subject: ({ kind }) => [{ kind }],
    run: async function* ({ kind, id }) {
      const entry = node.store.get(kind, id);
      if (entry === undefined) {
        throw EftError.of('api.no-resource', { reference: describeReference(kind, id), kind });
      }
      yield { resource: resourceMessage(kind, node.store.typeOf(kind), entry) };
    },
  };
}

export function listResources(node: Node): Method<{ readonly kind: string }> {
  return {
    name: 'eft.v1.StateService/List',
    verb: 'read',
    changes: false,
    read: (argument) => ({ kind: readKind(argument.fields(['kind'])('kind')) }),
    subject: ({ kind }) => [{ kind }],
    run: async function* ({ kind }) {
      const type = node.store.typeOf(kind);
      const resources: RecordValue[] = [];
      let bytes = 0;
      for (const entry of node.store.list(kind)) {
        const resource = resourceMessage(kind, type, entry);
        bytes += messageBytes(resource);
        if (bytes > listBytesLimit) {
          throw EftError.of('api.answer-too-large', { kind, limit: listBytesLimit });
        }
        resources.push(resource);
      }
      yield { resources };
    },
  };
}

/** `mayRead`: whether somebody may read resources of a kind; the others are not even named. */
export function listKinds(
  node: Node,
  mayRead: (identity: Identity, kind: string) => boolean,
): Method<Record<string, never>> {
  return {
    name: 'eft.v1.StateService/ListKinds',
    verb: 'read',
    changes: false,
    read: readNothing,
    subject: () => [{}],
    run: async function* (_, { identity }) {
      const kinds = node.store
        .report()
        .kinds.filter(({ name }) => mayRead(identity, name))
        .map(({ name, readers, writers, resources }) => ({
          name,
          writers: writers.map(({ actor }) => actor),
          readers,
          count: resources,
        }));
      yield { kinds };
    },
  };
}
