/** Nodes in namespaces that are told an address in place of a configuration, and real servers of http and https on the host. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { linkName } from '../../cli/provision/cluster.ts';
import { makeCertificates } from '../config/certificates.ts';
import { builtImage, imageBuildLimitMs } from '../image/built-image.ts';
import { LocalCluster } from './local-cluster.ts';
import { rightConfig, wrongConfigs } from './wrong-configs.ts';

const isRoot = process.getuid?.() === 0;
/** Of the range for tests between networks (RFC 2544): nodes reach it by their router, which is this host. */
const address = `198.18.${process.pid & 0xff}.${((process.pid >> 8) & 0x7f) + 1}`;
const name = 'config.example.org';
const program = new URL('./config-server.ts', import.meta.url).pathname;

let cluster: LocalCluster;
let server: ChildProcess | undefined;
let authority = '';

function ip(...parameters: readonly string[]): void {
  spawnSync('ip', parameters, { stdio: 'ignore' });
}

/** Starts a server, whose first answer is that it is not ready, and gives its ports. */
async function serve(): Promise<{ readonly http: string; readonly https: string }> {
  server?.kill();
  server = spawn(
    process.execPath,
    [program, address, join(cluster.home, 'server'), linkName('eftb', cluster.name)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  if (server.stdout === null) throw new Error('there is no output');
  const [line] = await once(createInterface({ input: server.stdout }), 'line');
  const ports: { readonly http: number; readonly https: number } = JSON.parse(String(line));
  return { http: `http://${address}:${ports.http}`, https: `https://${address}:${ports.https}` };
}

describe.skipIf(!isRoot)('a configuration at an address', () => {
  beforeAll(async () => {
    cluster = new LocalCluster(`f${process.pid}`, await builtImage());
    ip('address', 'add', `${address}/32`, 'dev', 'lo');
    const folder = join(cluster.home, 'server');
    mkdirSync(folder);
    authority = makeCertificates(folder, `IP:${address},DNS:${name}`).authority;
    writeFileSync(
      join(folder, 'right.yaml'),
      `${rightConfig('fetched')}  modules: { health: { disabled: true } }\n`,
    );
    for (const [index, { text }] of wrongConfigs.entries())
      writeFileSync(join(folder, `wrong-${index}.yaml`), text);
  }, imageBuildLimitMs);

  afterEach(() => {
    cluster.down();
    server?.kill();
  });

  afterAll(() => {
    cluster.remove();
    ip('address', 'delete', `${address}/32`, 'dev', 'lo');
  });

  it('is fetched by https from a server that a named authority vouches for, by its name, applied, and kept', async () => {
    const url = `${(await serve()).https.replace(address, name)}/right.yaml`;
    const authorities = `eft.config.ca=${Buffer.from(authority).toString('base64')}`;
    const states = join(cluster.home, 'states');
    const parameters = ['--parameter', `eft.config=${url}`, '--parameter', authorities];
    const { status, err } = cluster.up('--state', states, ...parameters);
    expect(status, err.slice(-3_000)).toBe(0);
    const console = cluster.console();
    expect(console).toContain(`to be fetched from ${url}, as the kernel command line says`);
    expect(console).toContain('fetch-config: the server says 503; trying again');
    expect(console).toMatch(/✓ fetch-config .* bytes from https:/);
    expect(console).toMatch(/~ apply-config .*started again: network .*health is disabled/);
    expect(console).toMatch(/node {7}fetched/);
    expect(console).toMatch(/modules {4}network 0\.1\.0 healthy$/m);
    expect(console).not.toContain('maintenance');
    expect(readdirSync(join(states, cluster.node(1)))).toEqual(['config.yaml']);
  });

  it('is not believed when nobody vouches for the server, and the node is in maintenance', async () => {
    const url = `${(await serve()).https}/right.yaml`;
    expect(cluster.up('--parameter', `eft.config=${url}`).status).toBe(0);
    const console = cluster.console();
    expect(console).toMatch(
      /~ fetch-config .*maintenance: there is no configuration from https:.*certificate/,
    );
    expect(console).toMatch(/mode {7}maintenance, with the default network: there is no configuration from/);
    expect(console).not.toMatch(/node {7}fetched/);
  });

  it('is refused with its place when it is wrong, and the node is in maintenance', async () => {
    const { http } = await serve();
    const { place = '', reason = '' } = wrongConfigs[0] ?? {};
    expect(cluster.up('--parameter', `eft.config=${http}/wrong-0.yaml`).status).toBe(0);
    const console = cluster.console();
    expect(console).toMatch(/~ fetch-config .*maintenance: the configuration from http:.* is refused/);
    expect(console).toContain(`${http}/wrong-0.yaml:${place}: `);
    expect(console).toContain(reason);
  });
});
