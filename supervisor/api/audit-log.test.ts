import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { auditFile, auditFileBytes, openAuditFolder } from './audit-folder.ts';
import { AuditLog, callerRefusalRate, refusalRate } from './audit-log.ts';
import { verifyAudit } from './audit-verify.ts';
import type { Identity } from './identity.ts';

const client = (name: string): Identity => ({
  type: 'client',
  name,
  roles: ['os:reader'],
  fingerprint: name,
  peer: '10.0.0.9',
});
const call = (name: string, told: Record<string, string> = {}) => ({
  identity: client(name),
  method: 'eft.v1.MachineService/Reboot',
  subjects: [{ told }],
});
const denied = { status: 'permission_denied', code: 'api.denied', message: 'no' } as const;

async function linesOf(log: AuditLog, tail = 0): Promise<string[]> {
  const signal = new AbortController().signal;
  const lines: string[] = [];
  for await (const some of log.lines({ tail, follow: false, signal })) lines.push(...some);
  return lines;
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'eft-audit-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function filesOf(folder: string, log: 'calls' | 'refusals'): string[] {
  return [auditFile(folder, log, 'older'), auditFile(folder, log, 'current')].flatMap((path) => {
    try {
      return readFileSync(path, 'utf8').split('\n').slice(0, -1);
    } catch {
      return [];
    }
  });
}

it('tells who did what with what result, before it begins and when it is over', async () => {
  const log = new AuditLog(() => 0);
  log.begin('boot-1', 'node-1', []);
  const number = await log.began(call('ada', { mode: 'auto' }));
  log.ended(number, call('ada'), undefined);
  log.refused({ ...call('eve'), identity: { type: 'nobody', reason: 'why', peer: '::1' } }, denied);
  const lines = await linesOf(log);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { log: 'calls', seq: 1, event: 'boot', boot: 'boot-1', node: 'node-1' },
    { log: 'refusals', seq: 1, event: 'boot' },
    {
      log: 'calls',
      seq: 2,
      event: 'call',
      call: 1,
      name: 'ada',
      roles: ['os:reader'],
      told: { mode: 'auto' },
    },
    { log: 'calls', seq: 3, event: 'result', call: 1, result: 'ok' },
    {
      log: 'refusals',
      seq: 2,
      event: 'refused',
      nobody: 'why',
      peer: '::1',
      result: 'permission_denied',
      code: 'api.denied',
    },
  ]);
  expect(verifyAudit(lines).type).toBe('whole');
  expect(await linesOf(log, 2)).toEqual(lines.slice(-2));
});

it('gives those who follow what comes, and lets go when they do', async () => {
  const log = new AuditLog(() => 0);
  const stop = new AbortController();
  const lines = log.lines({ tail: 0, follow: true, signal: stop.signal });
  const first = lines.next();
  log.begin('boot-1', 'node-1', []);
  expect((await first).value).toHaveLength(2);
  const next = lines.next();
  log.refused(call('eve'), denied);
  expect((await next).value).toHaveLength(1);
  const last = lines.next();
  stop.abort();
  expect((await last).done).toBe(true);
});

it('writes of a flood of refusals only so many, says how many there were, and never loses a call by it', async () => {
  let now = 0;
  const log = new AuditLog(() => now);
  await log.began(call('ada'));
  for (let index = 0; index < 10_000; index += 1) log.refused(call('eve'), denied);
  log.refused(call('bob'), denied);
  const lines = (await linesOf(log)).map((line) => JSON.parse(line));
  expect(lines.filter(({ name }) => name === 'eve')).toHaveLength(callerRefusalRate.burst);
  expect(lines.at(-1)).toMatchObject({ name: 'bob', unwritten: 10_000 - callerRefusalRate.burst });
  // Of many, each of whom is refused once.
  for (let index = 0; index < 10_000; index += 1) log.refused(call(`eve ${index}`), denied);
  const all = (await linesOf(log)).map((line) => JSON.parse(line));
  expect(all.filter(({ event }) => event === 'refused').length).toBeLessThanOrEqual(refusalRate.burst);
  for (let index = 0; index < 40_000; index += 1) {
    now += 1_000;
    log.refused({ ...call(`eve ${index}`), method: 'x'.repeat(1_000) }, denied);
  }
  const kept = (await linesOf(log)).map((line) => JSON.parse(line));
  expect(kept[0]).toMatchObject({ event: 'call', name: 'ada' });
  expect(kept.length).toBeLessThan(40_000);
});

it('cuts what a caller can make long', async () => {
  const log = new AuditLog(() => 0);
  const subjects = Array.from({ length: 200 }, (_, index) => ({
    kind: `eft:a/k${index}`,
    told: { [`key${index}`]: 'x'.repeat(100_000) },
  }));
  await log.began({ ...call('ada'), subjects });
  expect((await linesOf(log))[0]?.length).toBeLessThan(16_000);
});

it('goes on in a folder where it was, and the first line of a boot says which', async () => {
  const folder = newFolder();
  for (const boot of ['one', 'two', 'three']) {
    const { store, kept, notes } = openAuditFolder(folder, (reason) => expect.fail(reason));
    const log = new AuditLog(() => 0, store, kept);
    log.begin(boot, 'node-1', notes);
    log.ended(await log.began(call('ada')), call('ada'), undefined);
    await log.flush();
  }
  const lines = filesOf(folder, 'calls');
  expect(verifyAudit(lines)).toMatchObject({ type: 'whole', logs: [{ lines: 9, first: 1, last: 9 }] });
  expect(lines.map((line) => JSON.parse(line)).flatMap(({ boot }) => boot ?? [])).toEqual([
    'one',
    'two',
    'three',
  ]);
  expect(openAuditFolder(folder, () => undefined).notes).toEqual([]);
});

it('takes away a line that was not whole when the power went, and tells what was changed since', async () => {
  const folder = newFolder();
  const first = openAuditFolder(folder, () => undefined);
  const log = new AuditLog(() => 0, first.store, first.kept);
  log.begin('one', 'node-1', []);
  await log.began(call('ada'));
  await log.flush();
  const path = auditFile(folder, 'calls', 'current');
  appendFileSync(path, '{"log":"calls","seq":3,"ti');
  const second = openAuditFolder(folder, () => undefined);
  expect(second.notes).toEqual(['a line of calls that was not whole is taken away']);
  expect(second.kept.calls.end.seq).toBe(3);
  writeFileSync(path, readFileSync(path, 'utf8').replace('ada', 'eve'));
  expect(openAuditFolder(folder, () => undefined).notes).toEqual([
    'line 2 of calls: it was changed: its hash is not that of what it says',
  ]);
});

it('keeps two files of each log, which are one chain', async () => {
  const folder = newFolder();
  const { store, kept } = openAuditFolder(folder, () => undefined);
  const log = new AuditLog(() => 0, store, kept);
  const long = call(
    'ada',
    Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`k${index}`, 'x'.repeat(256)])),
  );
  for (let index = 0; index < 500; index += 1) await log.began(long);
  await log.flush();
  const lines = filesOf(folder, 'calls');
  const finding = verifyAudit(lines);
  expect(finding).toMatchObject({ type: 'whole', logs: [{ last: 500 }] });
  expect(finding.type === 'whole' && finding.logs[0]?.first).toBeGreaterThan(1);
  for (const age of ['older', 'current'] as const) {
    expect(readFileSync(auditFile(folder, 'calls', age)).length).toBeLessThanOrEqual(auditFileBytes);
  }
  expect(store.lost).toBe(0);
});

it('tells once that a folder takes nothing any more, and calls go on', async () => {
  const folder = newFolder();
  const troubles: string[] = [];
  const { store, kept } = openAuditFolder(folder, (reason) => troubles.push(reason));
  const log = new AuditLog(() => 0, store, kept);
  rmSync(join(folder, 'audit'), { recursive: true });
  expect(await log.began(call('ada'))).toBe(1);
  expect(await log.began(call('ada'))).toBe(2);
  expect(troubles).toHaveLength(1);
  expect(store.lost).toBe(2);
});
