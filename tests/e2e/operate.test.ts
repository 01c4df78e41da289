/** Two real nodes, operated by the `eft` command alone: read, changed, tried, started again, reset, and taken in again. Root only. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { builtImage, imageBuildLimitMs } from '../image/built-image.ts';
import { LocalCluster } from './local-cluster.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.log('operating nodes is not tested: only root can make namespaces and links');

describe.skipIf(!isRoot)('two nodes', () => {
  let cluster: LocalCluster;
  let first = '';
  let second = '';
  const eft = (line: string) => cluster.eft(...line.split(' '));
  const at = (name: string): string => join(cluster.home, name);
  const json = (line: string) => JSON.parse(eft(`${line} --json`).out).nodes;

  beforeAll(async () => {
    cluster = new LocalCluster(`o${process.pid}`, await builtImage());
    const { status, err } = cluster.up('-n', '2');
    expect([status, err]).toEqual([0, expect.anything()]);
    [first, second] = [cluster.node(1), cluster.node(2)];
  }, imageBuildLimitMs);
  afterAll(() => cluster?.remove());

  it('are read together, each under its name', () => {
    expect(json('version')).toMatchObject([
      { node: first, hostName: first, maintenance: '', environment: 'namespace' },
      { node: second, hostName: second },
    ]);
    const phases = json('get bootphases')[1].resources;
    expect(phases.map(({ id }: { readonly id: string }) => id)).toContain('modules');
    expect(eft('get links').out).toMatch(new RegExp(`^${second} +eth0 +veth +up `, 'm'));
    expect(eft('module list').out).toMatch(new RegExp(`^${first} +network +\\S+ +healthy`, 'm'));
    expect(eft(`logs supervisor -n ${first}`).out).toContain('READY');
    expect(eft(`events -n ${first}`).out).toContain('phase ready: done');
    expect(eft('metrics').out).toContain(`# node ${second}\n`);
    expect(eft('top --once --interval 0.5').out).toMatch(new RegExp(`^${second} +network +[\\d.]+ % `, 'm'));
  });

  it('say what is not there, and in which way', () => {
    expect(eft('get link eth9')).toMatchObject({
      status: 1,
      err: expect.stringContaining('error[api.no-resource]'),
    });
    expect(eft('module show disk')).toMatchObject({
      status: 1,
      err: expect.stringContaining('error[api.no-module]'),
    });
    expect(eft('get lnk-status').err).toContain('did you mean `link-status`');
    expect(eft('reboot')).toMatchObject({
      status: 1,
      err: expect.stringContaining('error[client.which-node]'),
    });
  });

  it('take a patch, after they have said what it changes', () => {
    writeFileSync(at('patch.yaml'), 'machine: { sysctls: { net.core.somaxconn: "5120" } }\n');
    const plan = eft(`config patch ${at('patch.yaml')} -n ${first} --dry-run`);
    expect(plan).toMatchObject({
      status: 0,
      out: expect.stringContaining('+ machine.sysctls.net.core.somaxconn: "5120"'),
    });
    expect(eft(`config get -n ${first}`).out).not.toContain('5120');
    expect(eft(`config patch ${at('patch.yaml')} -n ${first}`).status).toBe(0);
    const { out } = eft(`config get -n ${first}`);
    expect(parse(out).machine.sysctls).toEqual({ 'net.core.somaxconn': '5120' });
    // Comments have stayed, and no secret is in it.
    expect(out).toContain('# One entry a link.');
    expect(out).not.toContain('PRIVATE KEY');
    expect(eft(`config get -n ${second}`).out).not.toContain('5120');
  });

  it('try a configuration, and go back to the one before unless somebody confirms it', async () => {
    writeFileSync(at('name.yaml'), 'machine: { network: { hostname: other } }\n');
    const nameOf = () => json(`get hostname -n ${first}`)[0].resources[0].value.hostName;
    const tried = eft(`config patch ${at('name.yaml')} -n ${first} --mode try --timeout 5`);
    expect([tried.status, tried.out]).toEqual([
      0,
      expect.stringContaining('keep it with: eft config confirm '),
    ]);
    await expect.poll(nameOf, { timeout: 20_000 }).toBe('other');
    await expect.poll(nameOf, { timeout: 40_000 }).toBe(first);
    const again = eft(`config patch ${at('name.yaml')} -n ${first} --mode try --timeout 60`);
    const [, confirmation = ''] = /eft config confirm (\S+)/.exec(again.out) ?? [];
    expect(cluster.eft('config', 'confirm', confirmation, '-n', first).status).toBe(0);
    expect(parse(eft(`config get -n ${first}`).out).machine.network.hostname).toBe('other');
  }, 120_000);

  it('carry files there and back', () => {
    const bytes = Buffer.from(Array.from({ length: 700_000 }, (_, index) => (index * index) & 255));
    writeFileSync(at('file'), bytes);
    const digest = createHash('sha256').update(bytes).digest('hex');
    expect(eft(`blob put ${at('file')} -n ${first}`)).toMatchObject({ status: 0, out: `${digest}\n` });
    expect(eft(`blob get ${digest} -n ${first} -o ${at('back')}`).status).toBe(0);
    expect(readFileSync(at('back')).equals(bytes)).toBe(true);
  });

  it('are packed for support, without a secret', () => {
    expect(eft(`support ${at('all.tar.gz')}`)).toMatchObject({ status: 0 });
    const content = execFileSync('tar', ['-xzOf', at('all.tar.gz')], { encoding: 'utf8' });
    expect(content).toContain(`## ${second}\n`);
    expect(content).toContain('eft:resources/module-status');
    expect(content).not.toContain('PRIVATE KEY');
  });

  it('keep lines of what was changed, which can be checked', () => {
    const { out } = eft(`audit -n ${first}`);
    expect(out).toContain('MachineService/ApplyConfig');
    writeFileSync(at('audit'), out);
    expect(eft(`audit verify ${at('audit')}`)).toMatchObject({ status: 0 });
    writeFileSync(at('audit'), out.replace('ApplyConfig', 'ApplyCoffee'));
    expect(eft(`audit verify ${at('audit')}`).status).toBe(1);
  });

  it('start again, and are waited for', () => {
    expect(eft(`reboot -n ${first}`)).toMatchObject({ status: 0, out: `✓ ${first} is back\n` });
    expect(Number(json(`version -n ${first}`)[0].uptimeMs)).toBeLessThan(60_000);
  }, 120_000);

  it('forget everything when they are told to, and are taken in by the fingerprint of their console', () => {
    expect(eft(`reset -n ${second}`)).toMatchObject({
      status: 1,
      err: expect.stringContaining('client.not-confirmed'),
    });
    expect(eft(`reset -n ${second} --yes`)).toMatchObject({
      status: 0,
      out: expect.stringContaining('is in maintenance'),
    });
    const [, fingerprint = ''] = /SHA-256 +(\S+)\n(?![\s\S]*SHA-256)/.exec(cluster.console(2)) ?? [];
    const refused = eft(`version -n ${second}`);
    expect(refused).toMatchObject({ status: 5, err: expect.stringContaining('error[client.maintenance]') });
    expect(eft(`version -n ${second} --fingerprint ${'00'.repeat(32)}`)).toMatchObject({ status: 5 });
    expect(eft(`version -n ${second} --fingerprint ${fingerprint}`).out).toContain(
      'there is no configuration',
    );
    // One of another authority, under which the context is of no use any more: that is how it is seen to hold.
    expect(eft(`config gen --hostname ${second} -o ${at('new.yaml')}`).status).toBe(0);
    const applied = eft(`config apply ${at('new.yaml')} -n ${second} --fingerprint ${fingerprint}`);
    expect(applied).toMatchObject({ status: 0, out: expect.stringContaining('machine.ca.key: (secret)') });
    expect(eft(`version -n ${second}`)).toMatchObject({
      status: 5,
      err: expect.stringContaining('client.unknown-authority'),
    });
    expect(eft('version')).toMatchObject({ status: 4, out: expect.stringContaining(first) });
  }, 180_000);
});
