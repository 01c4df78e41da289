/** The API of a real node in namespaces: who gets in, who does not and how that is told, and that a gateway that is killed costs nobody a connection. */
import { spawn, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditFile } from '../../supervisor/api/audit-folder.ts';
import { verifyAudit } from '../../supervisor/api/audit-verify.ts';
import { type Authority, certificatePem, keyPem } from '../../supervisor/pki/authority.ts';
import {
  derOf,
  issueClientCertificate,
  newAuthority,
  newAuthorityFor,
  newKeyPair,
} from '../../supervisor/pki/issue.ts';
import { readExposition } from '../api/read-exposition.ts';
import { builtImage, imageBuildLimitMs } from '../image/built-image.ts';
import { LocalCluster } from './local-cluster.ts';
import { rightConfig } from './wrong-configs.ts';

const isRoot = process.getuid?.() === 0;
const dayMs = 86_400_000;
const linkRequest = JSON.stringify({ kind: 'eft:resources/link-status', id: 'eth0' });
const get = 'eft.v1.StateService/Get';

let cluster: LocalCluster;
let states: string;
let address: string;
let authority: Authority;

/** Files of a certificate and its key, for curl. */
type Files = { readonly certificate: string; readonly key: string; readonly serial: string };

async function issue(
  name: string,
  roles: readonly string[],
  { by = authority, nowMs = Date.now() } = {},
): Promise<Files> {
  const { publicKey, privateKey } = newKeyPair();
  const request = { authority: by, publicKey: derOf(publicKey), name, roles, nowMs, lifetimeMs: dayMs };
  const [leaf] = (await issueClientCertificate(request)).chain;
  const certificate = join(cluster.home, `${name}.crt`);
  const key = join(cluster.home, `${name}.key`);
  writeFileSync(certificate, certificatePem(leaf));
  writeFileSync(key, keyPem(privateKey));
  return { certificate, key, serial: new X509Certificate(leaf).serialNumber };
}

/** A call as a person makes it with curl: its HTTP status, and what came. */
function curl(
  method: string,
  body: string,
  files?: Files,
): { readonly status: number; readonly text: string } {
  const own = files === undefined ? [] : ['--cert', files.certificate, '--key', files.key];
  const ca = join(cluster.home, 'ca.crt');
  const head = [
    '-sS',
    '--max-time',
    '20',
    '--cacert',
    ca,
    '-H',
    'content-type: application/json',
    '-w',
    '\n%{http_code}',
  ];
  const { stdout, stderr } = spawnSync(
    'curl',
    [...head, ...own, '-d', body, `https://${address}/${method}`],
    {
      encoding: 'utf8',
    },
  );
  const lines = stdout.split('\n');
  return { status: Number(lines.at(-1)), text: `${lines.slice(0, -1).join('\n')}${stderr}` };
}

function refusals(): readonly Record<string, unknown>[] {
  const text = readFileSync(auditFile(join(states, cluster.node(1)), 'refusals', 'current'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line));
}

/** The gateway of the node, as the host sees it: a process below the node's PID 1. */
function gatewayPid(): number {
  const nodes: unknown = cluster.status();
  const text = JSON.stringify(nodes);
  const pid = Number(/"pid":(\d+)/.exec(text)?.[1]);
  const namespace = readlinkSync(`/proc/${pid}/ns/pid_for_children`);
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const isOfNode = readlinkSync(`/proc/${name}/ns/pid`) === namespace;
      if (isOfNode && readFileSync(`/proc/${name}/cmdline`, 'latin1').includes('gateway'))
        return Number(name);
    } catch {
      // It has ended.
    }
  }
  throw new Error(`no gateway of the node whose PID 1 is ${pid}`);
}

describe.skipIf(!isRoot)('the API of a node', () => {
  let revoked: Files;

  beforeAll(async () => {
    cluster = new LocalCluster(`a${process.pid}`, await builtImage());
    states = join(cluster.home, 'states');
    mkdirSync(states);
    const dates = { notBeforeMs: Date.now() - 30 * dayMs, notAfterMs: Date.now() + 30 * dayMs };
    authority = await newAuthority('test', dates);
    revoked = await issue('rex', ['os:admin']);
    writeFileSync(join(cluster.home, 'ca.crt'), certificatePem(authority.certificate));
    const pem = (text: string): string =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => `        ${line}\n`)
        .join('');
    const config = join(cluster.home, 'node.yaml');
    const ca = `  ca:\n    crt: |\n${pem(certificatePem(authority.certificate))}    key: |\n${pem(keyPem(authority.key))}`;
    writeFileSync(config, `${rightConfig('api-node')}${ca}  api: { revoked: ['${revoked.serial}'] }\n`);
    const up = cluster.up('--state', states, '--config', config);
    if (up.status !== 0) throw new Error(`${up.err}\n${cluster.console()}`);
    address = `${/"address":"([0-9.]+)/.exec(JSON.stringify(cluster.status()))?.[1]}:50000`;
  }, imageBuildLimitMs);

  afterAll(() => cluster.remove());

  it('has answered before the node said that it is ready', () => {
    expect(cluster.console()).toMatch(/✓ api-answers[\s\S]*READY/);
  });

  it('is read with curl by who has a certificate', async () => {
    const { status, text } = curl(get, linkRequest, await issue('rob', ['os:reader']));
    expect(status, text).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ resource: { kind: 'eft:resources/link-status', id: 'eth0' } });
  });

  it('is read with `eft`, by the context that `eft up` has made of the authority in the configuration', () => {
    const { status, out, err } = cluster.eft('get', 'link-status', '--context', cluster.name);
    expect(status, err).toBe(0);
    expect(out).toContain('eth0');
  });

  it('refuses everyone else, with the status that says why, and each stands in the audit log', async () => {
    const other = await newAuthorityFor('test', Date.now(), 30 * dayMs);
    const callers = [
      ['nobody', undefined, 401],
      ['old', await issue('old', ['os:admin'], { nowMs: Date.now() - 2 * dayMs }), 401],
      ['mallory', await issue('mallory', ['os:admin'], { by: other }), 401],
      ['rex', revoked, 401],
      ['rob', await issue('rob', ['os:reader']), 403],
    ] as const;
    const before = refusals().length;
    for (const [name, files, status] of callers) {
      expect([name, curl('eft.v1.MachineService/Reboot', '{}', files).status]).toEqual([name, status]);
    }
    expect(refusals().slice(before)).toMatchObject([
      { nobody: 'it has shown no certificate', result: 'unauthenticated' },
      { nobody: 'its certificate has expired' },
      { nobody: 'its certificate is of another authority than that of this node' },
      { nobody: 'its certificate is revoked' },
      {
        name: 'rob',
        roles: ['os:reader'],
        method: 'eft.v1.MachineService/Reboot',
        result: 'permission_denied',
      },
    ]);
    expect(cluster.console()).not.toContain('going down');
    const file = auditFile(join(states, cluster.node(1)), 'refusals', 'current');
    expect(cluster.eft('audit', 'verify', file).out).toContain('are whole');
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(verifyAudit(lines.map((line) => line.replace('mallory', 'ada'))).type).toBe('whole');
    expect(verifyAudit(lines.with(2, (lines[2] ?? '').replace('expired', 'become good'))).type).toBe(
      'broken',
    );
  });

  it('loses no connection while its gateway is killed again and again', async () => {
    const rob = await issue('rob', ['os:reader']);
    for (let round = 0; round < 3; round += 1) {
      const killed = gatewayPid();
      process.kill(killed, 'SIGKILL');
      // At once: nobody listens now but the kernel, for PID 1.
      const calls = Array.from({ length: 4 }, () => {
        const args = [
          '-sS',
          '--max-time',
          '30',
          '--cacert',
          join(cluster.home, 'ca.crt'),
          '--cert',
          rob.certificate,
        ];
        const child = spawn('curl', [
          ...[...args, '--key', rob.key, '-H', 'content-type: application/json', '-o', '/dev/null'],
          ...['-w', '%{http_code}', '-d', linkRequest, `https://${address}/${get}`],
        ]);
        let text = '';
        child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
        child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
        return new Promise<string>((resolve) => child.on('close', () => resolve(text)));
      });
      expect(await Promise.all(calls)).toEqual(['200', '200', '200', '200']);
      expect(gatewayPid()).not.toBe(killed);
    }
    expect(cluster.console()).toContain('the gateway has ended, and is started again');
  });

  it('shows its figures to Prometheus, which asks by GET, and to nobody without a certificate', async () => {
    const { certificate, key } = await issue('prometheus', ['os:reader']);
    const ask = (...own: readonly string[]) =>
      spawnSync('curl', ['-sS', '-i', '--max-time', '20', '--cacert', join(cluster.home, 'ca.crt'), ...own], {
        encoding: 'utf8',
      }).stdout.replaceAll('\r', '');
    const url = `https://${address}/metrics`;
    const [head = '', ...text] = ask('--cert', certificate, '--key', key, url).split('\n\n');
    expect(head).toMatch(/^HTTP\/[\d.]+ 200/);
    expect(head).toMatch(/^content-type: text\/plain; version=0\.0\.4/m);
    const families = readExposition(text.join('\n\n'));
    expect(families.get('eft_node_ready')?.samples[0]?.value).toBe(1);
    expect(families.get('eft_module_events_total')?.samples.length).toBe(2);
    expect(ask(url)).toMatch(/^HTTP\/[\d.]+ 401/);
    expect(ask('-X', 'DELETE', '--cert', certificate, '--key', key, url)).toMatch(/^HTTP\/[\d.]+ 405/);
  });
});
