import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  firstKey,
  type PolicyKey,
  policyYaml,
  secondKey,
  thirdKey,
} from '../../tests/errors/small-module.ts';
import { EftError } from '../errors/eft-error.ts';
import { judge, readTrustPolicy, thresholdOf } from './trust-policy.ts';
import { emptyPolicyText, removeKey, setScope } from './trust-policy-edit.ts';

const keys = [firstKey, secondKey, thirdKey];

function policyOf(listed: readonly PolicyKey[], thresholds: Readonly<Record<string, number>> = {}) {
  return readTrustPolicy(policyYaml(listed, thresholds), 'trust.yaml');
}

test('a policy that trusts nobody is a policy', () => {
  expect(readTrustPolicy(emptyPolicyText, 'trust.yaml')).toEqual({ keys: new Map(), thresholds: [] });
});

test('the threshold of the exact name goes before that of all names', () => {
  const policy = policyOf([{ key: firstKey }, { key: secondKey }], { '*': 3, lamp: 2 });
  expect(thresholdOf(policy, 'lamp')).toBe(2);
  expect(thresholdOf(policy, 'fan')).toBe(3);
  expect(thresholdOf(policyOf([{ key: firstKey }]), 'fan')).toBe(1);
});

test('one key that is listed twice among the signers counts once', () => {
  const policy = policyOf([{ key: firstKey }, { key: secondKey }], { lamp: 2 });
  const signers = [firstKey.public.kid, firstKey.public.kid];
  expect(() => judge(policy, { name: 'lamp', capabilities: [], signers })).toThrow(EftError);
});

test('nobody signs: a module needs at least one signature', () => {
  const policy = policyOf([{ key: firstKey }]);
  expect(() => judge(policy, { name: 'lamp', capabilities: [], signers: [] })).toThrow(
    'nobody has signed it',
  );
});

describe('the judgement', () => {
  const names = ['lamp', 'fan', 'heater'];
  const interfaces = ['eft:host/log', 'eft:host/files', 'acme:lamp/light'];
  const scope = fc.record({
    modules: fc.subarray([...names, '*']),
    capabilities: fc.subarray([...interfaces, '*']),
  });

  test('counts exactly the signers whose scope covers the name and every capability', () => {
    fc.assert(
      fc.property(
        fc.tuple(scope, scope, scope),
        fc.subarray([0, 1, 2]),
        fc.constantFrom(...names),
        fc.subarray(interfaces),
        fc.constantFrom(1, 2, 3),
        (scopes, signing, name, capabilities, needed) => {
          const listed = keys.map((key, index) => ({ key, ...scopes[index] }));
          const policy = policyOf(listed, { '*': needed });
          const signers = signing.flatMap((index) => keys[index]?.public.kid ?? []);
          const expected = signing.filter((index) => {
            const { modules = [], capabilities: allowed = [] } = scopes[index] ?? {};
            const nameIsCovered = modules.some((pattern) => pattern === '*' || pattern === name);
            return (
              nameIsCovered && capabilities.every((item) => allowed.includes('*') || allowed.includes(item))
            );
          });
          const run = () => judge(policy, { name, capabilities, signers });
          if (expected.length < needed) expect(run).toThrow(EftError);
          else expect(run().counted).toEqual(expected.map((index) => keys[index]?.public.kid));
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('editing a policy', () => {
  const text = `# who may sign what on our nodes
keys:
  # kept in the safe
${policyYaml([{ key: firstKey, comment: 'release' }])
  .split('\n')
  .slice(1)
  .join('\n')}`;

  test('keeps comments and what is not changed', () => {
    const edited = setScope(text, 'trust.yaml', {
      key: secondKey.public,
      modules: ['lamp', 'fan'],
      capabilities: ['*'],
      thresholds: [{ module: 'lamp', signatures: 2 }],
    });
    expect(edited.text).toContain('# who may sign what on our nodes\n');
    expect(edited.text).toContain('  # kept in the safe\n');
    expect([...edited.policy.keys.keys()]).toEqual([firstKey.public.kid, secondKey.public.kid]);
    expect(edited.policy.keys.get(secondKey.public.kid)?.scope.modules).toEqual(['lamp', 'fan']);
    expect(edited.policy.thresholds).toEqual([{ module: 'lamp', signatures: 2 }]);
  });

  test('changes one part of a scope and leaves the other', () => {
    const edited = setScope(text, 'trust.yaml', { key: firstKey.public, modules: ['fan'], thresholds: [] });
    const entry = edited.policy.keys.get(firstKey.public.kid);
    expect(entry?.scope).toEqual({ modules: ['fan'], capabilities: ['*'] });
    expect(entry?.comment).toBe('release');
  });

  test('sets a threshold that is there to another number', () => {
    const once = setScope(text, 'trust.yaml', {
      key: secondKey.public,
      modules: ['*'],
      capabilities: ['*'],
      thresholds: [{ module: 'fan', signatures: 2 }],
    });
    const twice = setScope(once.text, 'trust.yaml', {
      key: secondKey.public,
      thresholds: [{ module: 'fan', signatures: 1 }],
    });
    expect(twice.policy.thresholds).toEqual([{ module: 'fan', signatures: 1 }]);
  });

  test('takes a key out, and the last one too', () => {
    const { text: emptied, policy } = removeKey(text, 'trust.yaml', firstKey.public);
    expect(policy.keys.size).toBe(0);
    const refilled = setScope(emptied, 'trust.yaml', {
      key: thirdKey.public,
      modules: ['*'],
      capabilities: ['*'],
      thresholds: [],
    });
    expect([...refilled.policy.keys.keys()]).toEqual([thirdKey.public.kid]);
  });

  test('refuses an edit that leaves a threshold out of reach', () => {
    const two = setScope(text, 'trust.yaml', {
      key: secondKey.public,
      modules: ['*'],
      capabilities: ['*'],
      thresholds: [{ module: 'fan', signatures: 2 }],
    });
    expect(() => removeKey(two.text, 'trust.yaml', secondKey.public)).toThrow(EftError);
  });
});
