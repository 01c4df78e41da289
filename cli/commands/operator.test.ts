/** `eft operator` and what `eft config gen` makes for the API, as a person sees them; certificates are checked by OpenSSL. */
import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Caller } from '../../supervisor/api/verify-chain.ts';
import { readContexts } from '../api/contexts.ts';
import { runEft } from '../program.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/eft-operator-`);
  vi.stubEnv('EFT_CONFIG', `${folder}/contexts.yaml`);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

class Kept extends Writable {
  text = '';

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

async function eft(...commandLine: readonly string[]) {
  const terminal = { stdout: new Kept(), stderr: new Kept() };
  const status = await runEft(commandLine, terminal);
  const plain = (text: string) => text.replaceAll(`${folder}/`, '');
  return { status, out: plain(terminal.stdout.text), err: plain(terminal.stderr.text) };
}

const modeOf = (file: string): number => statSync(`${folder}/${file}`).mode & 0o777;

function openssl(...parameters: readonly string[]): string {
  const { stdout, stderr } = spawnSync('openssl', parameters, { cwd: folder, encoding: 'utf8' });
  return stdout + stderr;
}

/** The certificate that stands in a machine configuration. */
function authorityIn(file: string): string {
  const text = readFileSync(`${folder}/${file}`, 'utf8');
  const block = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/.exec(text)?.[0] ?? '';
  return `${block.replaceAll(/^ +/gm, '')}\n`;
}

it('writes a configuration with an authority, for its owner alone, that a node takes', async () => {
  const made = await eft('config', 'gen', '--hostname', 'w1', '-o', `${folder}/w1.yaml`);
  expect(made).toEqual({ status: 0, out: '', err: '' });
  expect(modeOf('w1.yaml')).toBe(0o600);
  expect((await eft('config', 'validate', `${folder}/w1.yaml`)).out).toContain(
    'a sound machine configuration',
  );
  writeFileSync(`${folder}/ca.pem`, authorityIn('w1.yaml'));
  expect(openssl('verify', '-x509_strict', '-check_ss_sig', '-CAfile', 'ca.pem', 'ca.pem')).toContain(
    'ca.pem: OK',
  );
  const { validFromDate, validToDate } = new X509Certificate(authorityIn('w1.yaml'));
  const years = (validToDate.getTime() - validFromDate.getTime()) / (365.25 * 86_400_000);
  expect(years).toBeCloseTo(10, 1);
  // It is a key: it is not written over.
  const again = await eft('config', 'gen', '-o', `${folder}/w1.yaml`);
  expect(again.err).toContain('error[key.exists]: w1.yaml');
  // A second machine of the cluster.
  const second = ['config', 'gen', '--authority', `${folder}/w1.yaml`];
  expect(await eft(...second)).toEqual(await eft(...second));
  await eft(...second, '-o', `${folder}/w2.yaml`);
  expect(authorityIn('w2.yaml')).toBe(authorityIn('w1.yaml'));
});

it('makes a context with an operator that OpenSSL finds to be of the authority, and adds machines to it', async () => {
  const lab = ['--context', 'lab'];
  await eft(
    'config',
    'gen',
    ...lab,
    '--address',
    '10.0.0.5',
    '--hostname',
    'cp-1',
    '-o',
    `${folder}/cp-1.yaml`,
  );
  const more = ['--address', 'fd00::6', '--authority', `${folder}/cp-1.yaml`];
  const added = await eft('config', 'gen', ...lab, ...more, '-o', `${folder}/w.yaml`);
  expect(added.err).toBe('the context lab has fd00--6 at [fd00::6]:50000\n');
  const [context] = readContexts().contexts;
  expect(context?.nodes).toEqual([
    { name: 'cp-1', address: '10.0.0.5:50000' },
    { name: 'fd00--6', address: '[fd00::6]:50000' },
  ]);
  expect(context?.authority).toBe(authorityIn('cp-1.yaml'));
  writeFileSync(`${folder}/ca.pem`, context?.authority ?? '');
  writeFileSync(`${folder}/admin.crt`, context?.certificate ?? '');
  expect(
    openssl('verify', '-x509_strict', '-CAfile', 'ca.pem', '-purpose', 'sslclient', 'admin.crt'),
  ).toContain('OK');
  expect(openssl('x509', '-in', 'admin.crt', '-noout', '-subject')).toContain('O = os:admin, CN = admin');
  expect(modeOf('contexts.yaml')).toBe(0o600);
  // A machine of another authority has no place in it.
  const other = await eft('config', 'gen', ...lab, '--address', '10.0.0.7', '-o', `${folder}/x.yaml`);
  expect(other.err).toContain('error[pki.other-authority]');
  expect((await eft('config', 'gen', ...lab)).status).toBe(2);
});

it('makes operators with roles and days, in files that are not written over', async () => {
  await eft('config', 'gen', '--context', 'lab', '--address', '10.0.0.5', '-o', `${folder}/m.yaml`);
  const authority = ['--authority', `${folder}/m.yaml`];
  const make = ['operator', 'new', 'Ada', '--role', 'os:reader', '--role', 'team:net', ...authority];
  const made = await eft(...make, '--days', '30', '-o', `${folder}/ada`);
  expect(made).toMatchObject({ status: 0, err: '' });
  expect(made.out).not.toContain('PRIVATE');
  expect([modeOf('ada.key'), modeOf('ada.crt')]).toEqual([0o600, 0o644]);
  expect(readFileSync(`${folder}/ada.authority.crt`, 'utf8')).toBe(authorityIn('m.yaml'));
  expect(openssl('verify', '-CAfile', 'ada.authority.crt', '-purpose', 'sslclient', 'ada.crt')).toContain(
    'OK',
  );
  const certificate = new X509Certificate(readFileSync(`${folder}/ada.crt`));
  expect(certificate.subject).toBe('O=os:reader\nO=team:net\nCN=Ada');
  const days = (certificate.validToDate.getTime() - Date.now()) / 86_400_000;
  expect(Math.round(days)).toBe(30);
  const kept = readFileSync(`${folder}/ada.key`, 'utf8');
  for (const file of ['ada.crt', 'ada.authority.crt']) rmSync(`${folder}/${file}`);
  expect((await eft(...make, '-o', `${folder}/ada`)).err).toContain('error[key.exists]: ada.key');
  expect(readFileSync(`${folder}/ada.key`, 'utf8')).toBe(kept);
  expect(existsSync(`${folder}/ada.crt`)).toBe(false);
  // A node knows him by it.
  const rules = { authority: new X509Certificate(authorityIn('m.yaml')), revoked: new Set<string>() };
  const caller = new Caller([certificate.raw], '10.0.0.9');
  expect(caller.identify(rules, Date.now())).toMatchObject({ name: 'Ada', roles: ['os:reader', 'team:net'] });
  // As a context of its own, with the nodes of another.
  expect((await eft(...make, '--context', 'ada', '--nodes-of', 'lab')).status).toBe(0);
  expect(readContexts().contexts.map(({ name, nodes }) => [name, nodes.length])).toEqual([
    ['lab', 1],
    ['ada', 1],
  ]);
  expect((await eft(...make, '--context', 'lab')).err).toContain('error[client.context-exists]');
  expect((await eft('operator', 'new', 'x', '--role', 'os:admn', ...authority)).status).toBe(2);
  expect((await eft('operator', 'new', 'x', '--role', 'Team Net', ...authority)).status).toBe(2);
  expect((await eft('operator', 'new', 'x', '--role', 'os:admin')).err).toContain(
    'error[pki.which-authority]',
  );
});

it('renews the operator of a context with a new key, and the same name and roles', async () => {
  await eft('config', 'gen', '--context', 'lab', '--address', '10.0.0.5', '-o', `${folder}/m.yaml`);
  const [before] = readContexts().contexts;
  const renewed = await eft('operator', 'renew', '--authority', `${folder}/m.yaml`, '--days', '3');
  expect(renewed.out).toMatch(/^✓ admin \(os:admin\) until \d{4}-/);
  const [after] = readContexts().contexts;
  expect(after).toMatchObject({ name: 'lab', nodes: before?.nodes, authority: before?.authority });
  expect(after?.key).not.toBe(before?.key);
  expect(new X509Certificate(after?.certificate ?? '').subject).toBe('O=os:admin\nCN=admin');
  await eft('config', 'gen', '-o', `${folder}/other.yaml`);
  const other = await eft('operator', 'renew', '--authority', `${folder}/other.yaml`);
  expect(other.err).toContain('error[pki.other-authority]: the nodes of the context lab');
});
