import { describe, expect, it } from 'vitest';
import { OPERATION_KIND, OPERATION_TIME_TO_LIVE_MS, operationKind } from './operation-rule.ts';
import type { Effect } from './resource.ts';
import type { OutputMode } from './roster.ts';
import { operationType } from './sample-kinds.ts';
import { Store } from './store.ts';

const pending = {
  target: 'etcd',
  verb: 'snapshot',
  arguments: [{ name: 'to', value: 'disk' }],
  state: 'pending',
  claimedBy: undefined,
  progress: undefined,
  message: '',
};
const running = { ...pending, state: 'running', claimedBy: 'etcd' };
const succeeded = { ...running, state: 'succeeded', message: 'took 3 MB' };

class Node {
  nowMs = 1000;
  readonly store = new Store({ nowMs: () => this.nowMs });

  constructor() {
    this.store.defineKind(operationKind(operationType));
    for (const actor of ['api', 'supervisor', 'etcd', 'disk']) {
      const operation = { kind: OPERATION_KIND, type: operationType };
      const mode: OutputMode = 'shared';
      this.store.join(actor, { inputs: [operation], outputs: [{ ...operation, mode }] });
    }
  }

  put(actor: string, value: unknown): string {
    return this.do(actor, { effect: 'put', kind: OPERATION_KIND, id: 'op', value });
  }

  do(actor: string, ...effects: Effect[]): string {
    const result = this.store.commit(actor, this.store.revision, effects);
    if (result.outcome === 'refused') return result.error.code;
    return result.outcome === 'conflicted' ? (result.because?.code ?? 'conflicted') : 'committed';
  }

  get value() {
    return this.store.get(OPERATION_KIND, 'op')?.value;
  }
}

describe('an operation', () => {
  it('is put by the API, claimed, worked off and finished by its module', () => {
    const node = new Node();
    for (const [actor, value] of [
      ['api', pending],
      ['etcd', running],
      ['etcd', { ...running, progress: 0 }],
      ['etcd', { ...running, progress: 400, message: 'copying' }],
      ['etcd', { ...succeeded, progress: 1000 }],
    ] as const) {
      expect(node.put(actor, value)).toBe('committed');
    }
    expect(node.store.get(OPERATION_KIND, 'op')?.metadata).toMatchObject({ owner: 'api', version: 5n });
  });

  it('may be claimed and finished in one', () => {
    const node = new Node();
    node.put('api', pending);
    expect(node.put('etcd', { ...succeeded, state: 'failed' })).toBe('committed');
  });

  it('is made by the API and the supervisor only', () => {
    expect(new Node().put('etcd', pending)).toBe('store.operation-creator');
    expect(new Node().put('supervisor', pending)).toBe('committed');
  });

  it.each([
    ['running', running],
    ['claimed', { ...pending, claimedBy: 'etcd' }],
    ['with progress', { ...pending, progress: 0 }],
  ])('does not begin %s', (_, value) => {
    expect(new Node().put('api', value)).toBe('store.operation-begin');
  });

  it.each<[string, string, unknown, string]>([
    ['claimed by another module', 'disk', { ...running, claimedBy: 'disk' }, 'store.operation-target'],
    ['changed by the API', 'api', { ...pending, message: 'x' }, 'store.operation-target'],
    ['claimed for another', 'etcd', { ...running, claimedBy: 'disk' }, 'store.operation-claim'],
    ['run without a claim', 'etcd', { ...running, claimedBy: undefined }, 'store.operation-claim'],
    ['changed while it stays pending', 'etcd', { ...pending, message: 'x' }, 'store.operation-state'],
    ['turned to another target', 'etcd', { ...running, target: 'disk' }, 'store.operation-request'],
    ['given another verb', 'etcd', { ...running, verb: 'wipe' }, 'store.operation-request'],
    ['given other arguments', 'etcd', { ...running, arguments: [] }, 'store.operation-request'],
    ['done more than all of', 'etcd', { ...running, progress: 1001 }, 'store.operation-progress'],
  ])('that is pending cannot be %s', (_, actor, value, code) => {
    const node = new Node();
    node.put('api', pending);
    expect(node.put(actor, value)).toBe(code);
    expect(node.value).toEqual(pending);
  });

  it.each<[string, unknown, string]>([
    ['go back to pending', pending, 'store.operation-state'],
    ['go back in progress', { ...running, progress: 499 }, 'store.operation-progress'],
    ['lose its progress', running, 'store.operation-progress'],
    ['lose its claim', { ...running, progress: 500, claimedBy: undefined }, 'store.operation-claim'],
  ])('that runs cannot %s', (_, value, code) => {
    const node = new Node();
    node.put('api', pending);
    node.put('etcd', { ...running, progress: 500 });
    expect(node.put('etcd', value)).toBe(code);
  });

  it.each(['succeeded', 'failed'])('that has %s does not change any more', (state) => {
    const node = new Node();
    node.put('api', pending);
    node.put('etcd', { ...succeeded, state });
    expect(node.put('etcd', { ...succeeded, state, message: 'x' })).toBe('store.operation-ended');
    expect(node.put('etcd', running)).toBe('store.operation-ended');
    expect(node.put('etcd', { ...succeeded, state })).toBe('committed');
    expect(node.store.revision).toBe(2);
  });

  it('is cancelled by removing it, and goes when its module lets go', () => {
    const node = new Node();
    const reference = { kind: OPERATION_KIND, id: 'op' };
    node.put('api', pending);
    node.do('etcd', { effect: 'put', ...reference, value: running }, { effect: 'hold', ...reference });
    expect(node.do('etcd', { effect: 'remove', ...reference })).toBe('store.not-owner');
    node.do('api', { effect: 'remove', ...reference });
    expect(node.store.get(OPERATION_KIND, 'op')?.metadata.phase).toBe('tearing-down');
    expect(node.put('etcd', succeeded)).toBe('store.tearing-down');
    node.do('etcd', { effect: 'release', ...reference });
    expect(node.value).toBeUndefined();
  });

  it('goes when its time to live is over, counted from its end', () => {
    const node = new Node();
    node.put('api', pending);
    node.nowMs = 10_000_000;
    expect(node.store.nextExpiryMs).toBeUndefined();
    node.put('etcd', succeeded);
    const dueMs = 10_000_000 + OPERATION_TIME_TO_LIVE_MS;
    expect(node.store.nextExpiryMs).toBe(dueMs);
    node.nowMs = dueMs - 1;
    expect(node.store.expire().changes).toEqual([]);
    expect(node.value).toBeDefined();
    node.nowMs = dueMs;
    expect(node.store.expire().changes).toEqual([{ kind: OPERATION_KIND, id: 'op', entry: undefined }]);
    expect(node.store.nextExpiryMs).toBeUndefined();
  });

  it('that has ended and is being torn down already is not waited for', () => {
    const node = new Node();
    const reference = { kind: OPERATION_KIND, id: 'op' };
    node.put('api', pending);
    node.do('etcd', { effect: 'put', ...reference, value: succeeded }, { effect: 'hold', ...reference });
    expect(node.store.nextExpiryMs).toBeDefined();
    node.do('api', { effect: 'remove', ...reference });
    expect(node.value).toBeDefined();
    expect(node.store.nextExpiryMs).toBeUndefined();
  });

  it('that is made again after its end lives its own time', () => {
    const node = new Node();
    const reference = { kind: OPERATION_KIND, id: 'op' };
    node.put('api', pending);
    node.put('etcd', succeeded);
    node.do('api', { effect: 'remove', ...reference }, { effect: 'put', ...reference, value: pending });
    expect(node.value).toEqual(pending);
    expect(node.store.nextExpiryMs).toBeUndefined();
  });
});
