/** The table of docs/reference/store.md, row by row: what comes of a change that cannot be, and whose fault it is. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FINALIZERS, STORE_LIMITS, type StoreLimits } from './limits.ts';
import { OPERATION_KIND, operationKind } from './operation-rule.ts';
import type { CommitResult, Effect } from './resource.ts';
import {
  LINK,
  link,
  linkerDeclaration,
  linkType,
  operationType,
  option,
  ROUTE,
  record,
  route,
  routerDeclaration,
  routeType,
  text,
} from './sample-kinds.ts';
import { Store } from './store.ts';

/** One module that is looked at, `mine`, among others. */
function store(limits: Partial<StoreLimits> = {}): Store {
  const result = new Store({ nowMs: () => 0, limits: { ...STORE_LIMITS, ...limits } });
  for (const actor of ['mine', 'other', 'third']) {
    result.join(actor, {
      inputs: [{ kind: LINK, type: linkType }],
      outputs: [...linkerDeclaration.outputs],
    });
  }
  return result;
}

const put = (id: string, value: unknown = link, kind = LINK): Effect => ({ effect: 'put', kind, id, value });
const on = (effect: 'remove' | 'hold' | 'release', id: string, kind = LINK): Effect => ({ effect, kind, id });

function commit(to: Store, actor: string, ...effects: Effect[]): CommitResult {
  return to.commit(actor, to.revision, effects);
}

function mustCommit(to: Store, actor: string, ...effects: Effect[]): void {
  expect(commit(to, actor, ...effects).outcome).toBe('committed');
}

/** `actor` puts `a`, `other` holds it, and `actor` removes it. */
function heldIn(to: Store, actor: string): Store {
  mustCommit(to, actor, put('a'));
  mustCommit(to, 'other', on('hold', 'a'));
  mustCommit(to, actor, on('remove', 'a'));
  return to;
}

type Case = readonly [code: string, what: string, provoke: () => CommitResult];

const others: readonly Case[] = [
  [
    'tearing-down',
    'a put of its own that somebody holds',
    () => commit(heldIn(store(), 'mine'), 'mine', put('a')),
  ],
  [
    'tearing-down',
    'a hold of what is being torn down',
    () => commit(heldIn(store(), 'third'), 'mine', on('hold', 'a')),
  ],
  [
    'not-owner',
    'a put under an id that somebody else has taken',
    () => {
      const to = store();
      mustCommit(to, 'other', put('a'));
      return commit(to, 'mine', put('a'));
    },
  ],
  [
    'not-owner',
    'a removal of what belongs to somebody else',
    () => {
      const to = store();
      mustCommit(to, 'other', put('a'));
      return commit(to, 'mine', on('remove', 'a'));
    },
  ],
  [
    'finalizers',
    'a hold of what as many as may hold already',
    () => {
      const to = store();
      mustCommit(to, 'other', put('a'));
      for (let count = 0; count < FINALIZERS; count++) {
        to.join(`reader-${count}`, { inputs: [{ kind: LINK, type: linkType }], outputs: [] });
        mustCommit(to, `reader-${count}`, on('hold', 'a'));
      }
      return commit(to, 'mine', on('hold', 'a'));
    },
  ],
  [
    'kind-full',
    'a put into a kind that others have filled',
    () => {
      const to = store({ resourcesPerKind: 1 });
      mustCommit(to, 'other', put('a'));
      return commit(to, 'mine', put('b'));
    },
  ],
  [
    'full',
    'a put beyond its assured share when others have taken what is shared: resources',
    () => {
      const to = store({ assuredResources: 1, sharedResources: 1 });
      mustCommit(to, 'other', put('a'), put('b'));
      mustCommit(to, 'mine', put('c'));
      return commit(to, 'mine', put('d'));
    },
  ],
  [
    'full',
    'a put beyond its assured share when others have taken what is shared: bytes',
    () => {
      const to = store({ assuredBytes: 600, sharedBytes: 600 });
      mustCommit(to, 'other', put('a'), put('b'));
      mustCommit(to, 'mine', put('c'));
      return commit(to, 'mine', put('d'));
    },
  ],
  [
    'value-too-large',
    'a put into what a newer writer has made large',
    () => {
      const to = store({ resourceBytes: 3_000 });
      const newerType = record({ via: text, note: option(text) });
      to.defineKind({ name: ROUTE, type: newerType, rule: () => undefined });
      for (const [actor, type] of [
        ['newer', newerType],
        ['mine', routeType],
      ] as const) {
        to.join(actor, { inputs: [], outputs: [{ kind: ROUTE, type, mode: 'shared' }] });
      }
      mustCommit(to, 'newer', put('a', { via: '', note: 'n'.repeat(1_000) }, ROUTE));
      return commit(to, 'mine', put('a', { via: 'v'.repeat(1_000) }, ROUTE));
    },
  ],
  [
    'too-many-bytes',
    'a put that makes what somebody else owns larger than that owner may have',
    () => {
      const to = store({ bytesPerOwner: 2_500 });
      to.defineKind(operationKind(operationType));
      const operations = [{ kind: OPERATION_KIND, type: operationType, mode: 'shared' as const }];
      for (const actor of ['api', 'mine']) to.join(actor, { inputs: [], outputs: operations });
      const pending = {
        target: 'mine',
        verb: 'grow',
        arguments: [],
        state: 'pending',
        claimedBy: undefined,
        progress: undefined,
        message: '',
      };
      mustCommit(to, 'api', put('op', pending, OPERATION_KIND));
      const running = { ...pending, state: 'running', claimedBy: 'mine', message: 'm'.repeat(2_000) };
      return commit(to, 'mine', put('op', running, OPERATION_KIND));
    },
  ],
];

const its: readonly Case[] = [
  ['basis', 'a basis that is still to come', () => store().commit('mine', 7, [put('a')])],
  [
    'too-many-effects',
    'more effects than one event may have',
    () => commit(store({ effectsPerCommit: 1 }), 'mine', put('a'), put('b')),
  ],
  [
    'not-output',
    'a put of a kind that it has not declared',
    () => commit(store(), 'mine', put('a', route, ROUTE)),
  ],
  [
    'not-declared',
    'a hold of a kind that it has not declared',
    () => commit(store(), 'mine', on('hold', 'a', ROUTE)),
  ],
  [
    'not-held',
    'a hold of a kind that is not made to be held',
    () => {
      const to = new Store({ nowMs: () => 0 });
      to.defineKind({ name: LINK, type: linkType, canBeHeld: false });
      to.join('mine', routerDeclaration);
      return commit(to, 'mine', on('hold', 'a'));
    },
  ],
  ['id', 'a put without an id', () => commit(store(), 'mine', put(''))],
  ['value', 'a value of another type', () => commit(store(), 'mine', put('a', { ...link, mtu: -1 }))],
  [
    'value-field',
    'a field that the type has not',
    () => commit(store(), 'mine', put('a', { ...link, colour: 1 })),
  ],
  [
    'value-too-large',
    'a value that is too large',
    () => commit(store({ resourceBytes: 8 }), 'mine', put('a')),
  ],
  [
    'commit-too-large',
    'values that are too large together',
    () => commit(store({ bytesPerCommit: 100 }), 'mine', put('a'), put('b'), put('c')),
  ],
  ['absent', 'a hold of what it can see is not there', () => commit(store(), 'mine', on('hold', 'a'))],
  [
    'too-many-resources',
    'more resources than one owner may have',
    () => commit(store({ resourcesPerOwner: 1 }), 'mine', put('a'), put('b')),
  ],
  [
    'too-many-bytes',
    'more bytes than one owner may have',
    () => commit(store({ bytesPerOwner: 600 }), 'mine', put('a'), put('b')),
  ],
  [
    'operation-creator',
    "what the kind's rule does not let it do",
    () => {
      const to = new Store({ nowMs: () => 0 });
      to.defineKind(operationKind(operationType));
      to.join('mine', {
        inputs: [],
        outputs: [{ kind: OPERATION_KIND, type: operationType, mode: 'shared' }],
      });
      const value = { target: 'other', verb: 'wipe', arguments: [], state: 'pending', message: '' };
      return commit(
        to,
        'mine',
        put('op', { ...value, claimedBy: undefined, progress: undefined }, OPERATION_KIND),
      );
    },
  ],
];

const page = readFileSync(new URL('../../docs/reference/store.md', import.meta.url), 'utf8');

/** The rows of the page's table: what they are about, and whose fault it is. */
const rows = [...page.matchAll(/^\| `store\.([a-z-]+)` \|[^|]*\| ([^|]+?) \|/gm)].map(
  ([, code, fault]) => `${code} ${fault}`,
);

describe('what others have or hold conflicts, and is told:', () => {
  it.each(others)('store.%s, %s', (code, _, provoke) => {
    const result = provoke();
    expect(result.outcome).toBe('conflicted');
    if (result.outcome !== 'conflicted') return;
    expect(result.because?.code).toBe(`store.${code}`);
    expect(result.references.length).toBeGreaterThan(0);
    expect(rows).toContain(`${code} others`);
  });
});

describe('what the module itself does wrong is refused:', () => {
  it.each(its)('store.%s, %s', (code, _, provoke) => {
    const result = provoke();
    expect(result.outcome).toBe('refused');
    expect(result.outcome === 'refused' && result.error.code).toBe(`store.${code}`);
    expect(rows).toContain(`${code.replace(/^operation-.*/, 'operation-')} its own`);
  });
});

it('a change since the mirror was taken conflicts, and there is nothing to tell', () => {
  const to = store();
  mustCommit(to, 'mine', put('a'));
  const basis = to.revision;
  to.tearDown([{ kind: LINK, id: 'a' }]);
  const result = to.commit('mine', basis, [put('a')]);
  expect(result).toEqual({ outcome: 'conflicted', references: [{ kind: LINK, id: 'a' }] });
});

it('the table has no row that is not tested', () => {
  const tested = [
    ...others.map(([code]) => `${code} others`),
    ...its.map(([code]) => `${code.replace(/^operation-.*/, 'operation-')} its own`),
  ];
  for (const row of rows) expect(tested).toContain(row);
});
