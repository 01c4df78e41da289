import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { authorityLines, testAuthority } from '../../tests/config/authority.ts';
import { apiSettingsOf, caOf } from './api-settings.ts';
import { readMachineConfig } from './read-config.ts';
import { SecretVault } from './secret-vault.ts';

const head = 'apiVersion: eft/v1alpha1\nkind: MachineConfig\nmachine:\n  type: worker\n';

function read(lines: string) {
  return readMachineConfig(new Uint8Array(Buffer.from(head + lines)), 'machine.yaml');
}

function faultsOf(lines: string): readonly string[] {
  return read(lines).faults.map(({ code, message }) => `${code} ${message}`);
}

/** A private key in PEM. */
function keyOf(type: 'ed25519' | 'rsa' | 'ec', options: object = {}): string {
  const encoding = { format: 'pem', type: 'pkcs8' } as const;
  if (type === 'rsa')
    return String(generateKeyPairSync(type, { modulusLength: 1024 }).privateKey.export(encoding));
  if (type === 'ec') {
    return String(generateKeyPairSync(type, { namedCurve: 'P-384', ...options }).privateKey.export(encoding));
  }
  return String(generateKeyPairSync(type).privateKey.export(encoding));
}

test('the authority is handed out whole, and its key is nowhere in the configuration', () => {
  const { config, secrets } = read(authorityLines());
  if (config === undefined) throw new Error('it is refused');
  const vault = new SecretVault();
  vault.fill(secrets);
  expect(caOf(config, vault)).toEqual({ certificate: testAuthority.crt, key: testAuthority.key });
  expect(JSON.stringify(config)).not.toContain('PRIVATE');
  const plain = read('').config;
  expect(plain === undefined ? 'refused' : caOf(plain, vault)).toBeUndefined();
});

test('a key that cannot be that of the certificate is refused, and no fault shows a letter of it', () => {
  const keys = {
    'does not belong': keyOf('ed25519'),
    'neither of ECDSA with P-256 nor of Ed25519': keyOf('ec'),
    'nor of Ed25519': keyOf('rsa'),
    'no private key in PEM of PKCS #8': testAuthority.crt,
    'no private key in this PEM':
      '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIGku3kpJQPfnNnTS\n-----END PRIVATE KEY-----\n',
  };
  for (const [reason, key] of Object.entries(keys)) {
    const faults = faultsOf(authorityLines({ ...testAuthority, key }));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`config.secret-key machine.yaml:16:10: machine.ca.key: `);
    expect(faults[0]).toContain(reason);
    expect(faults[0]).not.toContain(key.slice(40, 60));
  }
  // The two mixed up: neither fault quotes the key.
  const mixed = faultsOf(authorityLines({ crt: testAuthority.key, key: testAuthority.crt })).join(' ');
  expect(mixed).toContain('config.certificate');
  expect(mixed).not.toContain(testAuthority.key.slice(30, 50));
});

test('roles are told apart from those of Eft, and a rule is about kinds or about methods', () => {
  const role = (name: string, rule: string) =>
    faultsOf(`  api: { roles: [{ name: '${name}', rules: [{ verbs: [read], ${rule} }] }] }\n`);
  expect(role('team:watch', "kinds: ['*']")).toEqual([]);
  expect(role('team:watch', 'methods: [eft.v1.StateService/*]')).toEqual([]);
  expect(role('os:admin', "kinds: ['*']")[0]).toContain('is not the name of a role of your own');
  expect(role('watch', "kinds: ['*'], methods: [eft.v1.StateService/Get]")[0]).toContain('this one has both');
  expect(role('watch', 'methods: [Get]')[0]).toContain('is not a method of the API');
  expect(
    faultsOf('  api: { roles: [{ name: watch, rules: [{ verbs: [reed], kinds: [eft:a/b] }] }] }\n')[0],
  ).toContain('`reed` is not known here');
});

test('a certificate is revoked once, however its number is written', () => {
  const revoked = (list: string) => read(`  api: { revoked: ${list} }\n`);
  const fingerprint = '0A'.repeat(32);
  const { config } = revoked(`['00:5D:2B', '${fingerprint}']`);
  if (config === undefined) throw new Error('it is refused');
  expect([...apiSettingsOf(config).revoked]).toEqual(['5d2b', fingerprint.toLowerCase()]);
  expect(revoked("['5d2b', '5D:2B']").faults.map(({ code }) => code)).toEqual(['document.duplicate-entry']);
  expect(revoked('[5d2]').faults.map(({ code }) => code)).toEqual(['document.name']);
});
