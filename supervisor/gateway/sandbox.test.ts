import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { getPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeSupervisor, startGateway } from '../../tests/gateway/fake-supervisor.ts';
import { gatewayUser } from './sandbox.ts';

const probe = fileURLToPath(new URL('../../tests/gateway/sandbox-probe.ts', import.meta.url));
const EPERM = 1;

async function* noAnswers() {
  yield {};
}

function runProbe(mode: 'free' | 'sandboxed' | 'x32') {
  return spawnSync(process.execPath, [probe, mode], { encoding: 'utf8', env: {}, timeout: 20_000 });
}

function outcomesOf(mode: 'free' | 'sandboxed'): Readonly<Record<string, unknown>> {
  const { stdout, stderr } = runProbe(mode);
  const outcomes: unknown = JSON.parse(stdout === '' ? JSON.stringify({ [stderr]: 0 }) : stdout);
  return { ...Object(outcomes) };
}

describe('the sandbox of the gateway', () => {
  const inside = outcomesOf('sandboxed');
  const outside = outcomesOf('free');

  it.each(Object.keys(inside))('refuses: %s', (name) => {
    expect(inside[name]).toBe(EPERM);
  });

  it('is what refuses: outside of it, root is refused next to nothing', () => {
    const refused = Object.keys(outside).filter((name) => outside[name] === EPERM);
    // What machines that run tests do not let their own root do is refused before a filter has anything to say.
    expect(Object.keys(outside)).toEqual(Object.keys(inside));
    expect(refused.length).toBeLessThan(12);
  });

  it('ends a process that makes a call of another interface', () => {
    expect(runProbe('x32').signal).toBe('SIGSYS');
  });
});

describe('the process of the gateway', () => {
  let gateway: FakeSupervisor;
  beforeAll(async () => {
    gateway = await startGateway({ answer: noAnswers });
  });
  afterAll(() => gateway.stop());

  /** A field of the status of each of its threads. */
  function statuses(field: string): readonly string[] {
    const tasks = `/proc/${gateway.child.pid}/task`;
    return readdirSync(tasks).map((task) => {
      const status = readFileSync(`${tasks}/${task}/status`, 'latin1');
      return new RegExp(`^${field}:[ \\t]*(.*)$`, 'm').exec(status)?.[1] ?? 'missing';
    });
  }

  it('is nobody else, in every thread', () => {
    const four = Array(4).fill(gatewayUser).join('\t');
    expect(statuses('Uid').length).toBeGreaterThan(4);
    expect(new Set(statuses('Uid'))).toEqual(new Set([four]));
    expect(new Set(statuses('Gid'))).toEqual(new Set([four]));
    expect(new Set(statuses('Groups').map((groups) => groups.trim()))).toEqual(new Set(['']));
  });

  it.each(['CapInh', 'CapPrm', 'CapEff', 'CapAmb'])('has no capability in any thread: %s', (set) => {
    expect(new Set(statuses(set))).toEqual(new Set(['0000000000000000']));
  });

  it('can hand none on to a program: the thread that runs scripts has an empty bounding set', () => {
    const status = readFileSync(`/proc/${gateway.child.pid}/status`, 'latin1');
    expect(status).toMatch(/^CapBnd:\t0{16}$/m);
  });

  it('gains no privileges, and has a filter of system calls, in every thread', () => {
    expect(new Set(statuses('NoNewPrivs'))).toEqual(new Set(['1']));
    expect(new Set(statuses('Seccomp'))).toEqual(new Set(['2']));
  });

  it('has a root in which nothing is, nor can be', () => {
    expect(readlinkSync(`/proc/${gateway.child.pid}/root`)).toMatch(/ \(deleted\)$/);
    expect(readdirSync(`/proc/${gateway.child.pid}/root/`)).toEqual([]);
  });

  it('stands back behind PID 1 and the modules', () => {
    expect(getPriority(gateway.child.pid ?? 0)).toBe(10);
  });

  it('has sockets, pipes and what Node waits with open, and no file or ring', () => {
    const folder = `/proc/${gateway.child.pid}/fd`;
    const kinds = readdirSync(folder).map((name) =>
      readlinkSync(`${folder}/${name}`).replace(/:\[\d+\]$/, ''),
    );
    const known = ['/dev/null', 'pipe', 'socket', 'anon_inode:[eventfd]', 'anon_inode:[eventpoll]'];
    expect([...new Set(kinds)].filter((kind) => !known.includes(kind))).toEqual([]);
  });

  it('leaves no core, in which its key would be, and can be looked into by nobody', () => {
    expect(readFileSync(`/proc/${gateway.child.pid}/limits`, 'latin1')).toMatch(
      /^Max core file size +0 +0 /m,
    );
    // Files of a process that is not dumpable belong to root (proc(5)).
    const { stdout } = spawnSync('stat', ['-c', '%u', `/proc/${gateway.child.pid}/mem`], {
      encoding: 'utf8',
    });
    expect(stdout.trim()).toBe('0');
  });
});
