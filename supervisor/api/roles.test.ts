/** Every method and every kind, with every role: what is allowed is written down here a second time, in another way. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inertMethods } from '../../tests/api/inert-methods.ts';
import { eftKinds } from '../store/eft-kinds.ts';
import { BlobService } from './generated/eft/v1/blob_pb.js';
import { MachineService } from './generated/eft/v1/machine_pb.js';
import { ModuleService } from './generated/eft/v1/module_pb.js';
import { StateService } from './generated/eft/v1/state_pb.js';
import { builtInRoles, type Identity } from './identity.ts';
import { type Subject, verbs } from './method.ts';
import { Access, maintenanceMethods, operationKind } from './roles.ts';

const client = (...roles: string[]): Identity & { readonly type: 'client' } => ({
  type: 'client',
  name: 'ada',
  roles,
  fingerprint: '00',
  peer: '10.0.0.9',
});
const nobody: Identity = { type: 'nobody', reason: 'it has shown no certificate', peer: '10.0.0.9' };
const configured = new Access({ type: 'configured', roles: [] });
const methods = inertMethods();
const kinds = eftKinds().map(({ name }) => name);

function may(
  access: Access,
  identity: Identity,
  method: { readonly name: string; readonly verb: (typeof verbs)[number] },
  subjects: readonly Subject[] = [],
): boolean {
  try {
    access.check(identity, method, subjects);
    return true;
  } catch {
    return false;
  }
}

const operator = 'read operate power download';
const allowedVerbs: Readonly<Record<string, string>> = {
  'os:admin': verbs.join(' '),
  'os:operator': operator,
  'os:reader': 'read',
};

it('has a method for every call that the services have, and none besides', () => {
  const services = [StateService, MachineService, ModuleService, BlobService];
  const called = services.flatMap(({ typeName, methods: own }) =>
    own.map(({ name }) => `${typeName}/${name}`),
  );
  expect(methods.map(({ name }) => name).sort()).toEqual(called.sort());
});

describe.each(methods)('$name', (method) => {
  it.each(Object.entries(allowedVerbs))('is for %s if its verb is', (role, allowed) => {
    const isAllowed = allowed.split(' ').includes(method.verb) || method.name.endsWith('/ListKinds');
    for (const subjects of [[], [{}], ...kinds.map((kind) => [{ kind }])])
      expect(may(configured, client(role), method, subjects)).toBe(isAllowed);
  });

  it('is for os:etcd:backup only if it is about snapshots', () => {
    const always = [
      'MachineService/Version',
      'StateService/ListKinds',
      'BlobService/Stat',
      'BlobService/Download',
    ];
    const isAlways = always.some((name) => method.name === `eft.v1.${name}`);
    const backup = client('os:etcd:backup');
    expect(may(configured, backup, method)).toBe(isAlways);
    for (const kind of [...kinds, operationKind('etcd', 'snapshot'), operationKind('etcd', 'leave')]) {
      const isReadable = method.verb === 'read' && kind === 'eft:resources/operation';
      const isSnapshot = method.verb === 'operate' && kind === 'operation:etcd/snapshot';
      expect(may(configured, backup, method, [{ kind }])).toBe(isAlways || isReadable || isSnapshot);
    }
  });

  it('is for nobody who is not known, or has no role that the node knows', () => {
    for (const identity of [nobody, client(), client('os:root'), client('admin'), client('constructor')])
      for (const subjects of [[], ...kinds.map((kind) => [{ kind }])])
        expect(may(configured, identity, method, subjects)).toBe(false);
  });

  it('is for anyone in maintenance if it is meant for that', () => {
    const access = new Access({ type: 'maintenance' });
    for (const identity of [nobody, client('os:admin')])
      expect(may(access, identity, method)).toBe(maintenanceMethods.includes(method.name));
  });
});

it('does with a role of the configuration what its rules say, by verb, method and kind', () => {
  const access = new Access({
    type: 'configured',
    roles: [
      {
        name: 'team:watch',
        rules: [
          { verbs: ['read'], kinds: ['eft:resources/link-status'], methods: [] },
          { verbs: ['read', 'power'], kinds: [], methods: ['eft.v1.ModuleService/*'] },
        ],
      },
      { name: 'team:kinds', rules: [{ verbs: ['read'], kinds: ['*'], methods: [] }] },
      { name: 'os:reader', rules: [{ verbs, kinds: [], methods: ['*'] }] },
    ],
  });
  const get = { name: 'eft.v1.StateService/Watch', verb: 'read' } as const;
  const link = { kind: 'eft:resources/link-status' };
  const route = { kind: 'eft:resources/route-status' };
  const watch = client('team:watch');
  expect(may(access, watch, get, [link])).toBe(true);
  expect(may(access, watch, get, [link, route])).toBe(false);
  expect(may(access, watch, get, [])).toBe(false);
  expect(may(access, watch, { ...get, verb: 'operate' }, [link])).toBe(false);
  expect(may(access, watch, { name: 'eft.v1.ModuleService/List', verb: 'read' })).toBe(true);
  expect(may(access, watch, { name: 'eft.v1.ModuleServiceX/List', verb: 'read' })).toBe(false);
  expect(may(access, watch, { name: 'eft.v1.MachineService/Reboot', verb: 'power' })).toBe(false);
  expect(access.mayRead(watch, 'eft:resources/link-status')).toBe(true);
  expect(access.mayRead(watch, 'eft:resources/route-status')).toBe(false);
  // A rule about all kinds is none about what is about no kind.
  expect(may(access, client('team:kinds'), get, [link, route])).toBe(true);
  expect(may(access, client('team:kinds'), { name: 'eft.v1.MachineService/Logs', verb: 'read' }, [{}])).toBe(
    false,
  );
  // Two roles add up, kind by kind.
  expect(may(access, client('team:watch', 'team:kinds'), get, [link, route])).toBe(true);
  // What Eft's own roles may is not the configuration's to say.
  expect(may(access, client('os:reader'), { name: 'eft.v1.MachineService/Reboot', verb: 'power' })).toBe(
    false,
  );
});

it('never allows more when a call is about more', () => {
  const anyKind = fc.constantFrom(...kinds, 'operation:etcd/snapshot');
  const subjects = fc.array(fc.record({ kind: anyKind }), { minLength: 1, maxLength: 4 });
  const role = fc.constantFrom(...builtInRoles, 'unknown');
  fc.assert(
    fc.property(fc.constantFrom(...methods), role, subjects, anyKind, (method, one, about, kind) => {
      const before = may(configured, client(one), method, about);
      if (may(configured, client(one), method, [...about, { kind }])) expect(before).toBe(true);
    }),
  );
});
