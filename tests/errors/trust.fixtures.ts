import { buildProgram } from '../../cli/program.ts';
import { openModule } from '../../supervisor/trust/module-file.ts';
import { readTrustPolicy } from '../../supervisor/trust/trust-policy.ts';
import { removeKey, setScope } from '../../supervisor/trust/trust-policy-edit.ts';
import type { Fixture } from './fixture.ts';
import { firstKey, type PolicyKey, policyYaml, secondKey, signedModule, thirdKey } from './small-module.ts';

/** Opens the small module, signed by the first two keys, under a policy. */
function openUnder(
  keys: readonly PolicyKey[],
  thresholds: Readonly<Record<string, number>> = {},
): () => unknown {
  return () => {
    const policy = readTrustPolicy(policyYaml(keys, thresholds), 'trust.yaml');
    const module = signedModule(firstKey, secondKey);
    return openModule(module, policy, { file: 'lamp.wasm', minimumSecurityVersion: () => 0 });
  };
}

function policyOf(text: string): () => unknown {
  return () => readTrustPolicy(text, 'trust.yaml');
}

export const fixtures: readonly Fixture[] = [
  {
    code: 'trust.unknown-key',
    title: 'the wrong key: a signature by one that the policy does not list',
    provoke: openUnder([{ key: firstKey }]),
    text: 'error[trust.unknown-key]: lamp.wasm, byte 755: the file is signed by the key 72d16fafc7e5497618246178631d650fef01a4aca770c965dd8b551760bad6dc, which the trust policy does not know\n  if you trust this key, add it with `eft key scope KEY.pub --trust POLICY --modules NAME --capabilities …`',
  },
  {
    code: 'trust.revoked-key',
    title: 'a module signed with a key that leaked, and was revoked',
    provoke: () => {
      const policy = {
        ...readTrustPolicy(policyYaml([{ key: firstKey }]), 'trust.yaml'),
        revoked: new Set([firstKey.public.kid]),
      };
      return openModule(signedModule(firstKey), policy, {
        file: 'lamp.wasm',
        minimumSecurityVersion: () => 0,
      });
    },
    text: `error[trust.revoked-key]: lamp.wasm, byte 755: the file is signed by the key ${firstKey.public.kid}, which the machine configuration has revoked
  have it built and signed again with keys that count; \`machine.trust.revoked\` says which do not`,
  },
  {
    code: 'trust.module-scope',
    title: 'keys that may sign other modules',
    provoke: openUnder([
      { key: firstKey, comment: 'network team', modules: ['network'] },
      { key: secondKey, modules: [] },
    ]),
    text: 'error[trust.module-scope]: lamp.wasm: no key that signed lamp may sign modules of this name: 01565176601c895c (network team) may sign `network`; 72d16fafc7e54976 may sign nothing\n  have it signed by a key with `lamp` in its scope, or widen the scope with `eft key scope --modules`',
  },
  {
    code: 'trust.capability-scope',
    title: 'a key that may not sign for what the module writes',
    provoke: openUnder([
      { key: firstKey, comment: 'operators', capabilities: ['eft:host/log'] },
      { key: secondKey, modules: ['network'] },
    ]),
    text: 'error[trust.capability-scope]: lamp.wasm: no key that signed lamp may sign for all it is able to do: 01565176601c895c (operators) may not sign for `acme:lamp/light`\n  have it signed by a key with these capabilities in its scope, or widen one with `eft key scope --capabilities`',
  },
  {
    code: 'trust.threshold',
    title: 'two signatures of which one is out of scope, where two are needed',
    provoke: openUnder(
      [
        { key: firstKey, comment: 'release' },
        { key: secondKey, modules: ['network'] },
        { key: thirdKey, modules: ['lamp'] },
      ],
      { lamp: 2 },
    ),
    text: 'error[trust.threshold]: lamp.wasm: lamp needs signatures of 2 keys with the right scope, and has 1 of them: 01565176601c895c (release) counts; 72d16fafc7e54976 may sign `network`\n  have it signed by more keys with `eft module sign`, each with the module and its capabilities in scope',
  },
  {
    code: 'trust.threshold',
    title: 'a threshold for all modules',
    provoke: openUnder([{ key: firstKey }, { key: secondKey }], { '*': 3 }),
    text: 'error[trust.threshold]: lamp.wasm: lamp needs signatures of 3 keys with the right scope, and has 2 of them: 01565176601c895c counts; 72d16fafc7e54976 counts\n  have it signed by more keys with `eft module sign`, each with the module and its capabilities in scope',
  },
  {
    code: 'trust.threshold-unreachable',
    title: 'more signatures than there are keys',
    provoke: policyOf(policyYaml([{ key: firstKey }], { lamp: 2 })),
    text: 'error[trust.threshold-unreachable]: trust.yaml:6:5: thresholds[0]: `lamp` needs 2 signatures, and the number of keys that may sign it is 1\n  add keys with `lamp` in their scope, or lower the threshold',
  },
  {
    code: 'trust.public-key',
    title: 'a public key that is cut off',
    provoke: policyOf('keys:\n  - publicKey: MCowBQYDK2VwAyEA\n    modules: []\n    capabilities: []\n'),
    text: 'error[trust.public-key]: trust.yaml:2:16: keys[0].publicKey: this is not an Ed25519 public key: it is not the SubjectPublicKeyInfo of an Ed25519 key\n  write the line between BEGIN and END of the `.pub` file here, or let `eft key scope` write it',
  },
  {
    code: 'trust.public-key',
    title: 'a public key that makes every message valid',
    provoke: policyOf(
      `keys:\n  - publicKey: MCowBQYDK2VwAyEA${'A'.repeat(43)}=\n    modules: []\n    capabilities: []\n`,
    ),
    text: 'error[trust.public-key]: trust.yaml:2:16: keys[0].publicKey: this is not an Ed25519 public key: it has small order, so that many messages verify under one signature\n  write the line between BEGIN and END of the `.pub` file here, or let `eft key scope` write it',
  },
  {
    code: 'trust.key-not-listed',
    title: 'taking out a key that is not in',
    provoke: () => removeKey(policyYaml([{ key: firstKey }]), 'trust.yaml', secondKey.public),
    text: 'error[trust.key-not-listed]: trust.yaml: the trust policy does not list the key 72d16fafc7e5497618246178631d650fef01a4aca770c965dd8b551760bad6dc\n  nothing is to be removed; `eft key show` tells the id of a key file',
  },
  {
    code: 'trust.threshold-argument',
    title: 'a threshold without a number',
    provoke: () =>
      buildProgram(process).parse(
        ['key', 'scope', 'x.pub', '--trust', 'trust.yaml', '--threshold', 'network'],
        {
          from: 'user',
        },
      ),
    text: 'error[trust.threshold-argument]: `network` is no threshold\n  write NAME=NUMBER, such as `--threshold network=2`, with a number from 1 to 16',
  },
  {
    code: 'document.duplicate-entry',
    title: 'the same key twice in a policy',
    provoke: policyOf(policyYaml([{ key: firstKey }, { key: firstKey }])),
    text: 'error[document.duplicate-entry]: trust.yaml:5:5: keys[1]: `01565176601c895cad856c02c18a1c14eb9f49b26e2fdcae7040c2530350982b` is listed twice\n  keep one of the two',
  },
  {
    code: 'document.name',
    title: 'a pattern that is neither a name nor `*`',
    provoke: () =>
      setScope(policyYaml([{ key: firstKey }]), 'trust.yaml', {
        key: firstKey.public,
        modules: ['net*'],
        thresholds: [],
      }),
    text: 'error[document.name]: trust.yaml:3:15: keys[0].modules[0]: `net*` is not a module name or `*`\n  write the exact name of a module, such as `network`, or `*` for all',
  },
];
