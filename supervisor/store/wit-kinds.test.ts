/** The kinds that the WIT files define: what the store takes for a kind, and that the operation's rule knows its type. */
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type InterfaceSet, readInterfaceSet } from '../../wit/compatibility/interface-set.ts';
import type { InstanceType } from '../component/types.ts';
import { kindFromInterface } from './kind.ts';
import { OPERATION_KIND, operationKind } from './operation-rule.ts';
import { operationType } from './sample-kinds.ts';
import { Store } from './store.ts';
import { findBreak } from './type-evolution.ts';

let interfaces: InterfaceSet['interfaces'];

beforeAll(async () => {
  const folder = new URL('../../wit/resources/', import.meta.url);
  const files = readdirSync(folder).map((name) => ({
    path: `wit/resources/${name}`,
    text: readFileSync(new URL(name, folder), 'utf8'),
  }));
  ({ interfaces } = await readInterfaceSet(files));
});

function interfaceOf(kind: string): readonly [string, InstanceType] {
  for (const entry of interfaces) if (entry[0].startsWith(`${kind}@`)) return entry;
  throw new Error(`no interface ${kind}`);
}

describe('the kinds of the WIT files', () => {
  it('can all be defined', () => {
    const store = new Store({ nowMs: () => 0 });
    for (const [name, instance] of interfaces) {
      if (!name.startsWith('eft:resources/resource@')) store.defineKind(kindFromInterface(name, instance));
    }
    const names = store.report().kinds.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['eft:resources/node-status', OPERATION_KIND]));
  });

  it('have an operation that the rule and its tests know', () => {
    const { name, type } = kindFromInterface(...interfaceOf(OPERATION_KIND));
    expect(name).toBe(OPERATION_KIND);
    expect(findBreak(type, operationType)).toBeUndefined();
    const store = new Store({ nowMs: () => 0 });
    store.defineKind(operationKind(type));
    store.join('api', { inputs: [], outputs: [{ kind: name, type, mode: 'shared' }] });
    const value = { target: 'etcd', verb: 'leave', arguments: [], state: 'pending', message: '' };
    expect(store.commit('api', 0, [{ effect: 'put', kind: name, id: 'x', value }])).toMatchObject({
      outcome: 'committed',
    });
  });
});
