import { expect, test } from 'vitest';
import { authorityLines, testAuthority } from '../../../tests/config/authority.ts';
import { readYaml } from '../../document/yaml-document.ts';
import { hideSecrets, restoreSecrets } from './kept-secrets.ts';
import { secretPlaces } from './secret-places.ts';

const head = '# w1\napiVersion: eft/v1alpha1\nkind: MachineConfig\nmachine:\n  type: worker # or not\n';
const full = `${head}${authorityLines()}`;
const read = (text: string) => readYaml(text, 'machine configuration', 'w1.yaml');

test('what is shown has every comment and no secret, and sent back it is the file as it was', () => {
  const shown = hideSecrets(full, read(full));
  expect(shown).not.toContain('PRIVATE');
  expect(shown).toContain('    key: (secret kept)\n');
  expect(shown).toContain(testAuthority.crt.split('\n')[3]);
  expect(shown.startsWith(head)).toBe(true);
  const restored = restoreSecrets(shown, read(shown), read(full));
  expect(restored).toMatchObject({ text: full, faults: [] });
  // What is wrong with it is told where it stands in what was sent.
  const [place] = secretPlaces(restored.document);
  expect(place?.node).toMatchObject({ value: testAuthority.key, where: { place: { line: 17, column: 10 } } });
});

test('a secret of another form stays hidden too: it is found by its field', () => {
  for (const value of [
    "'a: b'",
    '"a\\nb"',
    '>-\n      PRIVATE\n      text',
    '12345678901234567890',
    'true',
    'null',
    '',
  ]) {
    const text = `${head}  ca:\n    key: ${value}\n    crt: x\n`;
    expect(hideSecrets(text, read(text))).toBe(`${head}  ca:\n    key: (secret kept)\n    crt: x\n`);
  }
});

test('a placeholder where the node has no secret is refused with its place', () => {
  const shown = hideSecrets(full, read(full));
  for (const current of [undefined, read(head)]) {
    const { faults } = restoreSecrets(shown, read(shown), current);
    expect(faults.map((fault) => fault.message)).toEqual([
      'w1.yaml:17:10: machine.ca.key: the secret is to stay as the node has it, and the node has none there',
    ]);
  }
  // Anywhere else the words are words.
  const elsewhere = `${head}  network: { hostname: (secret kept) }\n`;
  expect(restoreSecrets(elsewhere, read(elsewhere), undefined)).toMatchObject({
    text: elsewhere,
    faults: [],
  });
});
