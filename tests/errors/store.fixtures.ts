/** Every way to be refused by the resource store. */
import { kindFromInterface } from '../../supervisor/store/kind.ts';
import { FINALIZERS, STORE_LIMITS, type StoreLimits } from '../../supervisor/store/limits.ts';
import { OPERATION_KIND, operationKind } from '../../supervisor/store/operation-rule.ts';
import type { CommitResult, Effect } from '../../supervisor/store/resource.ts';
import {
  LINK,
  link,
  linkerDeclaration,
  linkType,
  operationType,
  ROUTE,
  record,
  route,
  routerDeclaration,
  sampleStore,
  text,
} from '../../supervisor/store/sample-kinds.ts';
import { Store } from '../../supervisor/store/store.ts';
import type { Fixture } from './fixture.ts';

/** Throws why a transaction came to nothing. */
function refusal(result: CommitResult): void {
  if (result.outcome === 'refused') throw result.error;
  if (result.outcome === 'conflicted' && result.because !== undefined) throw result.because;
}

function commit(store: Store, actor: string, ...effects: Effect[]): void {
  refusal(store.commit(actor, store.revision, effects));
}

const put = (kind: string, id: string, value: unknown): Effect => ({ effect: 'put', kind, id, value });
const hold = (kind: string, id: string): Effect => ({ effect: 'hold', kind, id });

/** A store with these limits and one writer of links. */
function limited(limits: Partial<StoreLimits>): Store {
  const store = new Store({ nowMs: () => 0, limits: { ...STORE_LIMITS, ...limits } });
  store.join('wired', linkerDeclaration);
  return store;
}

const pending = {
  target: 'etcd',
  verb: 'snapshot',
  arguments: [],
  state: 'pending',
  claimedBy: undefined,
  progress: undefined,
  message: '',
};
const running = { ...pending, state: 'running', claimedBy: 'etcd', progress: 500 };

/** Puts the values one after the other as the operation `backup`, by the actors and, when there are no more, by `etcd`. */
function operate(actors: readonly string[], values: readonly unknown[]): void {
  const store = new Store({ nowMs: () => 0 });
  store.defineKind(operationKind(operationType));
  for (const actor of ['api', 'etcd', 'disk']) {
    const output = { kind: OPERATION_KIND, type: operationType, mode: 'shared' as const };
    store.join(actor, { inputs: [], outputs: [output] });
  }
  for (const [at, value] of values.entries()) {
    commit(store, actors[at] ?? 'etcd', put(OPERATION_KIND, 'backup', value));
  }
}

const handle = { kind: 'own', resource: { kind: 'resource', name: undefined }, name: undefined } as const;

export const fixtures: readonly Fixture[] = [
  {
    code: 'store.kind-name',
    title: 'a kind is defined under a name that is no interface',
    provoke: () => limited({}).defineKind({ name: 'link', type: linkType }),
    text: 'error[store.kind-name]: the kind "link" is not named as an interface is, or its name has more than 253 bytes\n  name it after its interface, without the version: `eft:resources/node-status`',
  },
  {
    code: 'store.kind-record',
    title: 'an interface is taken for a kind and has no record of its name',
    provoke: () => kindFromInterface('eft:host/log@0.1.0', { kind: 'instance', items: new Map() }),
    text: 'error[store.kind-record]: the interface eft:host/log@0.1.0 defines no kind: it has no record `log`\n  give the interface a record of its own name, as wit/resources/resource.wit says',
  },
  {
    code: 'store.kind-handle',
    title: 'a kind has a resource handle in its value',
    provoke: () => limited({}).defineKind({ name: ROUTE, type: record({ socket: handle }) }),
    text: 'error[store.kind-handle]: the kind test:kinds/route has a resource handle in its value, at value.socket; a handle means nothing outside its component\n  put the name of the thing into the value instead',
  },
  {
    code: 'store.kind-defined',
    title: 'a kind is defined twice',
    provoke: () => limited({}).defineKind({ name: LINK, type: linkType }),
    text: 'error[store.kind-defined]: the kind test:kinds/link is defined already\n  define each kind once, before anyone joins with it',
  },
  {
    code: 'store.kind-type',
    title: 'a module was built with a version of a kind that is on no line with the known one',
    provoke: () =>
      sampleStore().join('fork', { inputs: [{ kind: LINK, type: record({ mtu: text }) }], outputs: [] }),
    text: 'error[store.kind-type]: the version of test:kinds/link that fork was built with is neither older nor newer than the one known here: they part at value.mtu\n  build fork with a published version of the kind; later versions may only add fields, as options',
  },
  {
    code: 'store.unknown-kind',
    title: 'a kind is read that nobody has defined',
    provoke: () => sampleStore().list('test:kinds/lnik'),
    text: 'error[store.unknown-kind]: there is no kind "test:kinds/lnik"\n  see `eft graph` for the kinds there are',
  },
  {
    code: 'store.too-many-kinds',
    title: 'more kinds are defined than there may be',
    provoke: () => limited({ kinds: 1 }).defineKind({ name: ROUTE, type: linkType }),
    text: 'error[store.too-many-kinds]: there would be more than 1 kinds (limit `kinds`)\n  remove modules that bring kinds of their own',
  },
  {
    code: 'store.actor-name',
    title: 'a module joins with a name that is too long',
    provoke: () => limited({}).join('x'.repeat(129), linkerDeclaration),
    text: 'error[store.actor-name]: the name "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" is empty, not Unicode text, or has more than 128 bytes\n  give the module a shorter name of plain letters',
  },
  {
    code: 'store.output-taken',
    title: 'two modules have the same exclusive output',
    provoke: () => sampleStore().join('balancer', routerDeclaration),
    text: 'error[store.output-taken]: balancer wants to write test:kinds/route (exclusive), but router writes it already (exclusive)\n  remove one of the two modules, or make the output shared in the manifests of both',
  },
  {
    code: 'store.basis',
    title: 'a transaction was decided on a revision that is still to come',
    provoke: () => refusal(sampleStore().commit('wired', 7, [put(LINK, 'eth0', link)])),
    text: 'error[store.basis]: wired decided on revision 7 of the store, but it can only have seen those from 0 to 0\n  commit with the revision of the mirror that was decided on',
  },
  {
    code: 'store.not-output',
    title: 'a module writes a kind that is not among its outputs',
    provoke: () => commit(sampleStore(), 'wired', put(ROUTE, 'default', route)),
    text: 'error[store.not-output]: wired may not write test:kinds/route: its manifest does not list it as an output\n  list test:kinds/route under `outputs` in the manifest of wired, if it is meant to write it',
  },
  {
    code: 'store.not-declared',
    title: 'a module holds a resource of a kind that it may not see',
    provoke: () => commit(sampleStore(), 'wired', hold(ROUTE, 'default')),
    text: 'error[store.not-declared]: wired may neither hold nor release resources of test:kinds/route: its manifest does not list it as an input or output\n  list test:kinds/route under `inputs` in the manifest of wired, if it is meant to read it',
  },
  {
    code: 'store.not-owner',
    title: 'a module puts a resource that belongs to another',
    provoke: () => {
      const store = sampleStore();
      commit(store, 'wired', put(LINK, 'eth0', link));
      commit(store, 'wireless', put(LINK, 'eth0', { ...link, mtu: 9000 }));
    },
    text: 'error[store.not-owner]: wireless may not change test:kinds/link "eth0": it belongs to wired\n  use an id of its own in wireless, or a kind of its own',
  },
  {
    code: 'store.tearing-down',
    title: 'a module puts a resource that it sees being torn down',
    provoke: () => {
      const store = sampleStore();
      commit(store, 'wired', put(LINK, 'eth0', link));
      commit(store, 'router', hold(LINK, 'eth0'));
      commit(store, 'wired', { effect: 'remove', kind: LINK, id: 'eth0' });
      commit(store, 'wired', put(LINK, 'eth0', link));
    },
    text: 'error[store.tearing-down]: wired cannot put or hold test:kinds/link "eth0": it is being torn down, and held by router\n  look at the phase first, and wait until it is gone; if it stays, replace or remove whoever holds it',
  },
  {
    code: 'store.absent',
    title: 'a module holds a resource that does not exist',
    provoke: () => commit(sampleStore(), 'router', hold(LINK, 'eth7')),
    text: 'error[store.absent]: router cannot hold test:kinds/link "eth7": there is none\n  hold only what the mirror shows',
  },
  {
    code: 'store.finalizers',
    title: 'more modules hold one resource than may',
    provoke: () => {
      const store = sampleStore();
      commit(store, 'wired', put(LINK, 'eth0', link));
      for (let count = 0; count <= FINALIZERS; count++) {
        store.join(`reader-${count}`, { inputs: [{ kind: LINK, type: linkType }], outputs: [] });
        commit(store, `reader-${count}`, hold(LINK, 'eth0'));
      }
    },
    text: 'error[store.finalizers]: reader-16 cannot hold test:kinds/link "eth0": 16 others hold it already (reader-0, reader-1, reader-10, reader-11, reader-12, reader-13, reader-14, reader-15, reader-2, reader-3, reader-4, reader-5, reader-6, reader-7, reader-8, reader-9)\n  let one module read the kind and publish what the others need in a kind of its own',
  },
  {
    code: 'store.id',
    title: 'a resource is put without an id',
    provoke: () => commit(sampleStore(), 'wired', put(LINK, '', link)),
    text: 'error[store.id]: wired wants to use the id "" in test:kinds/link, which is empty, not Unicode text, or has more than 253 bytes\n  use a shorter name, such as a hash of the long one',
  },
  {
    code: 'store.value',
    title: 'a field of a value is not of its type',
    provoke: () => commit(sampleStore(), 'wired', put(LINK, 'eth0', { ...link, mtu: -1 })),
    text: 'error[store.value]: wired put test:kinds/link "eth0", but value.mtu is the number -1, not an integer from 0 to 4294967295\n  give a value of the type that the WIT of the kind defines',
  },
  {
    code: 'store.value-field',
    title: 'a value has a field that its type has not',
    provoke: () => commit(sampleStore(), 'wired', put(LINK, 'eth0', { ...link, colour: 'red' })),
    text: 'error[store.value-field]: wired put test:kinds/link "eth0", but value has no field colour in its type\n  leave the field out, or add it to the WIT of the kind as an option',
  },
  {
    code: 'store.value-too-large',
    title: 'a resource is larger than one may be',
    provoke: () => {
      const store = limited({ resourceBytes: 4096 });
      store.join('router', routerDeclaration);
      commit(store, 'router', put(ROUTE, 'default', { via: 'x'.repeat(5000) }));
    },
    text: 'error[store.value-too-large]: router put test:kinds/route "default", which is charged more than 4096 bytes (limit `resourceBytes`)\n  divide it among several resources, or keep the bulk in a file and its name in the resource',
  },
  {
    code: 'store.commit-too-large',
    title: 'one event puts more than one transaction may hold',
    provoke: () =>
      commit(limited({ bytesPerCommit: 100 }), 'wired', put(LINK, 'a', link), put(LINK, 'b', link)),
    text: 'error[store.commit-too-large]: wired puts values of more than 100 bytes in one event (limit `bytesPerCommit`)\n  divide the work among several events, with a timer',
  },
  {
    code: 'store.too-many-effects',
    title: 'one event has more effects than one transaction may have',
    provoke: () =>
      commit(limited({ effectsPerCommit: 1 }), 'wired', put(LINK, 'a', link), put(LINK, 'b', link)),
    text: 'error[store.too-many-effects]: wired wants 2 effects on the store in one event, which may have 1 (limit `effectsPerCommit`)\n  divide the work among several events, with a timer',
  },
  {
    code: 'store.too-many-resources',
    title: 'a module puts more resources than one owner may have',
    provoke: () =>
      commit(limited({ resourcesPerOwner: 1 }), 'wired', put(LINK, 'a', link), put(LINK, 'b', link)),
    text: 'error[store.too-many-resources]: wired would bring the resources of wired to 2, which may have 1 (limit `resourcesPerOwner`)\n  remove resources that are no longer needed; `eft graph` shows whose they are',
  },
  {
    code: 'store.too-many-bytes',
    title: 'a module puts more than one owner may have',
    provoke: () => {
      const store = limited({ bytesPerOwner: 2048 });
      for (const id of ['a', 'b', 'c', 'd']) commit(store, 'wired', put(LINK, id, link));
    },
    text: 'error[store.too-many-bytes]: wired would bring the charged bytes of wired to 2376, which may have 2048 (limit `bytesPerOwner`)\n  remove resources that are no longer needed; `eft graph` shows whose they are',
  },
  {
    code: 'store.kind-full',
    title: 'others have filled a kind',
    provoke: () => {
      const store = limited({ resourcesPerKind: 2 });
      store.join('wireless', linkerDeclaration);
      commit(store, 'wireless', put(LINK, 'a', link), put(LINK, 'b', link));
      commit(store, 'wired', put(LINK, 'c', link));
    },
    text: 'error[store.kind-full]: wired would bring test:kinds/link to 3 resources, which may have 2 (limit `resourcesPerKind`); most of them belong to wireless\n  replace or remove wireless if it should not have so many; wired tries again by itself',
  },
  {
    code: 'store.full',
    title: 'others have filled what modules share',
    provoke: () => {
      const store = limited({ assuredResources: 1, sharedResources: 2 });
      store.join('wireless', linkerDeclaration);
      commit(store, 'wireless', put(LINK, 'a', link), put(LINK, 'b', link), put(LINK, 'c', link));
      commit(store, 'wired', put(LINK, 'd', link), put(LINK, 'e', link));
    },
    text: 'error[store.full]: wired finds no room in the store: all modules together would have 3 resources beyond what each is assured of, and may have 2 (limit `sharedResources`); wireless has the most\n  replace or remove wireless if it should not have so much; wired tries again by itself',
  },
  {
    code: 'store.too-many-modules',
    title: 'more modules join than there may be',
    provoke: () => limited({ modules: 1 }).join('wireless', linkerDeclaration),
    text: 'error[store.too-many-modules]: wireless is one module too many for the store, which has room for 1 (limit `modules`), those that are still being torn down included\n  remove a module that is no longer needed; `eft graph` shows which wait for others to let go',
  },
  {
    code: 'store.not-held',
    title: 'a module holds what is not made to be held',
    provoke: () => {
      const store = new Store({ nowMs: () => 0 });
      store.defineKind({ name: LINK, type: linkType, canBeHeld: false });
      store.join('router', routerDeclaration);
      commit(store, 'router', hold(LINK, 'eth0'));
    },
    text: 'error[store.not-held]: router may not hold or release resources of test:kinds/link: its interface has no function `hold`\n  make up for a resource of test:kinds/link that goes when it is gone; only kinds that are made to be held can be kept from going',
  },
  {
    code: 'store.too-many-watches',
    title: 'more watches are opened than there may be',
    provoke: () => limited({ watches: 0 }).watch([{ kind: LINK }], () => undefined),
    text: 'error[store.too-many-watches]: there would be more than 0 watches (limit `watches`)\n  end a watch that is no longer needed, such as an `eft get -w`',
  },
  {
    code: 'store.operation-creator',
    title: 'a module gives another an order',
    provoke: () => operate(['disk'], [pending]),
    text: 'error[store.operation-creator]: disk may not make eft:resources/operation "backup": only the API and the supervisor make operations\n  ask for the operation with the `eft` command; a module publishes a kind of its own instead',
  },
  {
    code: 'store.operation-begin',
    title: 'an operation is put as running from the start',
    provoke: () => operate(['api'], [running]),
    text: 'error[store.operation-begin]: api put the new eft:resources/operation "backup" in another state than pending, or with a claim or progress\n  put it as pending, with neither claim nor progress; its module does the rest',
  },
  {
    code: 'store.operation-target',
    title: 'a module takes up an operation that is for another',
    provoke: () => operate(['api', 'disk'], [pending, { ...running, claimedBy: 'disk' }]),
    text: 'error[store.operation-target]: disk may not change eft:resources/operation "backup": it is for etcd\n  leave operations for other modules alone; to cancel one, remove it as the one who put it',
  },
  {
    code: 'store.operation-request',
    title: 'a module changes what it was asked to do',
    provoke: () => operate(['api'], [pending, { ...running, verb: 'wipe' }]),
    text: 'error[store.operation-request]: etcd changed verb of eft:resources/operation "backup", which is what was asked for\n  change only state, claim, progress and message',
  },
  {
    code: 'store.operation-ended',
    title: 'a module changes an operation after its end',
    provoke: () => operate(['api'], [pending, { ...running, state: 'failed' }, running]),
    text: 'error[store.operation-ended]: etcd put eft:resources/operation "backup", which has ended: it is failed\n  put an operation for the last time when it ends; a new try is a new operation',
  },
  {
    code: 'store.operation-state',
    title: 'a module gives an operation back that it had claimed',
    provoke: () => operate(['api'], [pending, running, pending]),
    text: 'error[store.operation-state]: etcd put eft:resources/operation "backup" as pending, and it is running\n  take an operation up by putting it as running, claimed; it does not go back to pending',
  },
  {
    code: 'store.operation-claim',
    title: 'a module claims an operation in the name of another',
    provoke: () => operate(['api'], [pending, { ...running, claimedBy: 'disk' }]),
    text: 'error[store.operation-claim]: etcd put eft:resources/operation "backup" with the claim of disk; only its target can claim it, once\n  put `claimed-by` as etcd with every state after pending',
  },
  {
    code: 'store.operation-progress',
    title: 'an operation goes back in its progress',
    provoke: () => operate(['api'], [pending, running, { ...running, progress: 400 }]),
    text: 'error[store.operation-progress]: etcd put the progress of eft:resources/operation "backup" from 500 to 400; it goes up, to at most 1000\n  report thousandths done, and never less than before',
  },
];
