import { copyFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeRecord } from '../../supervisor/cells/record-file.ts';
import { isShownOutput, readGuide } from '../../tests/e2e/guide.ts';
import { testModuleFile } from '../../tests/fuzz/test-modules.ts';
import { runEft } from '../program.ts';

const folder = mkdtempSync(join(tmpdir(), 'eft-fuzz-'));
const file = join(folder, 'canary.wasm');
const corpus = join(folder, 'corpus');
const found = 'tests/fuzz/found/network';

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
  return { status, out: terminal.stdout.text.replaceAll(folder, ''), err: terminal.stderr.text };
}

beforeAll(async () => {
  writeFileSync(file, await testModuleFile('canary'));
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true }));

it('says what it found, and writes each finding to a file that `eft replay` and `--repro` run again', async () => {
  const { status, out, err } = await eft('fuzz', file, '--runs', '80000', '--jobs', '2', '--corpus', corpus);
  expect(err).toBe('');
  expect(status).toBe(1);
  expect(out).toMatch(/^canary 0\.1\.0 sha256 [0-9a-f]{64}\n80000 runs, \d+ events, /);
  expect(out.match(/^✗ \w+/gm)?.toSorted()).toEqual(['✗ grant', '✗ time', '✗ trap']);
  const records = readdirSync(join(corpus, 'findings'));
  expect(records).toHaveLength(3);
  for (const record of records) {
    const repro = await eft('fuzz', '--repro', join(corpus, 'findings', record));
    expect(repro.status).toBe(0);
    expect(repro.out).toContain('✓ as recorded');
  }
}, 60_000);

it('shows the lines of the sources that a finding lies in, if it has built the module from them', async () => {
  const sources = join(import.meta.dirname, '../../tests/components/canary');
  const built = join(folder, 'built');
  const { out } = await eft('fuzz', sources, '--runs', '80000', '--jobs', '2', '--corpus', built);
  const lines = readFileSync(join(sources, 'assembly/lifecycle.ts'), 'utf8').split('\n');
  const lineOf = (text: string) => lines.findIndex((line) => line.includes(text)) + 1;
  const trapped = lineOf('pairs[pair & 7] = song[5 + pair]');
  expect(out).toMatch(new RegExp(`✗ trap (?:.*\n)+?    at .*\\(assembly/lifecycle\\.ts:${trapped}\\)\n`));
  expect(out).toMatch(/✗ time .*\n {4}at function \d+ \(assembly\/lifecycle\.ts:\d+\)\n/);
}, 60_000);

it('goes on from its corpus, and from what a flight record tells', async () => {
  const [record = ''] = readdirSync(join(corpus, 'findings'));
  const seed = ['--seed-record', join(corpus, 'findings', record)];
  const other = join(folder, 'other');
  const fromRecord = await eft(
    'fuzz',
    file,
    '--runs',
    '0',
    '--jobs',
    '1',
    '--corpus',
    other,
    ...seed,
    '--json',
  );
  expect(JSON.parse(fromRecord.out).findings).toHaveLength(1);
  const resumed = JSON.parse((await eft('fuzz', file, '--runs', '0', '--corpus', corpus, '--json')).out);
  const afresh = JSON.parse((await eft('fuzz', file, '--runs', '0', '--corpus', other, '--json')).out);
  expect(resumed.coverage.reached).toBeGreaterThan(afresh.coverage.reached);
  expect(resumed.findings).toEqual([]);
}, 60_000);

it('is told a module or a finding', async () => {
  const { status, err } = await eft('fuzz');
  expect(status).toBe(2);
  expect(err).toContain('name a module, or give --repro');
});

it('does what guide/fuzz.md shows', async () => {
  const guide = readGuide(readFileSync(new URL('../../docs/guide/fuzz.md', import.meta.url), 'utf8'));
  const commands = guide.flatMap((step) => (step.kind === 'command' ? [step] : []));
  expect(commands.length).toBeGreaterThan(5);
  const before = process.cwd();
  process.chdir(folder);
  copyFileSync(join(before, found, 'route-of-old-news.eftscenario'), 'route-of-old-news.eftscenario');
  rmSync('corpus', { recursive: true, force: true });
  rmSync('other', { recursive: true, force: true });
  process.env['EFT_HOME'] = folder;
  try {
    for (const { command, output } of commands) {
      const words = command.split(' ').slice(1).map(trapRecord);
      const { out, err } = await eft(...words);
      expect(isShownOutput(output, out + err), `${command}\n${out}${err}`).toBe(true);
    }
    expect(readFileSync('health.html', 'utf8')).toContain('assembly/assessment.ts');
  } finally {
    process.chdir(before);
    delete process.env['EFT_HOME'];
  }
}, 180_000);

it('runs a module on its simulated host too, and says how many scenarios', async () => {
  const place = join(folder, 'network');
  const ran = await eft('fuzz', 'network', '--runs', '1000', '--jobs', '2', '--corpus', place, '--json');
  const { agreement, findings } = JSON.parse(ran.out);
  expect([ran.status, findings, agreement.scenarios, agreement.findings]).toEqual([0, [], 5, []]);
  expect(agreement.events).toBeGreaterThan(100);
}, 120_000);

/** The guide cannot know the name of the record of the trap. */
function trapRecord(word: string): string {
  if (!word.endsWith('-TRAP.eftrecord')) return word;
  const findings = 'corpus/findings';
  const found = readdirSync(findings).find((name) => {
    const { flight } = decodeRecord(readFileSync(join(findings, name)), name);
    return flight.end.end === 'failed';
  });
  return join(findings, found ?? 'none');
}

it('fuzzes the readers of the host, and the canary among them always fails', async () => {
  const well = await eft('fuzz', '--host', 'frames', '--runs', '300', '--corpus', join(folder, 'host'));
  expect([well.status, well.err]).toEqual([0, 'readers: frames\n']);
  expect(well.out).toMatch(/^READER .*\nframes +300 .* nothing\n$/);
  const ill = await eft(
    'fuzz',
    '--host',
    'canary',
    '--runs',
    '20000',
    '--corpus',
    join(folder, 'host'),
    '--json',
  );
  expect(ill.status).toBe(1);
  const { findings } = JSON.parse(ill.out);
  expect(findings.length).toBeGreaterThan(0);
  const [file = ''] = readdirSync(join(folder, 'host'));
  const again = await eft('fuzz', '--host', 'canary', '--repro', join(folder, 'host', file));
  expect([again.status, again.out]).toEqual([1, expect.stringMatching(/^✗ canary: /)]);
  const told = await eft('fuzz', '--host', 'canary', '--repro', join(folder, 'host', file), '--json');
  expect([told.status, JSON.parse(told.out).finding.oracle]).toEqual([1, 'promise']);
  const whose = await eft('fuzz', '--host', '--repro', join(folder, 'host', file));
  expect([whose.status, whose.err]).toEqual([2, expect.stringContaining('say which reader it is for')]);
  const unknown = await eft('fuzz', '--host', 'frame');
  expect([unknown.status, unknown.err]).toEqual([2, expect.stringContaining('did you mean frames?')]);
}, 60_000);

it('tells two versions of a module apart, and one from itself not', async () => {
  const place = join(folder, 'against');
  const same = await eft('fuzz', file, '--against', file, '--runs', '400', '--corpus', place);
  expect([same.status, same.out]).toEqual([0, '✓ canary 0.1.0 does what canary 0.1.0 does, in 400 runs\n']);
  const other = join(folder, 'other-canary');
  cpSync(join(import.meta.dirname, '../../tests/components/canary'), other, { recursive: true });
  const sources = join(other, 'assembly/lifecycle.ts');
  writeFileSync(
    sources,
    readFileSync(sources, 'utf8').replace('new SavedState(1, pairs)', 'new SavedState(2, pairs)'),
  );
  const apart = await eft('fuzz', other, '--against', file, '--runs', '400', '--corpus', place, '--json');
  expect(apart.status).toBe(1);
  expect(JSON.parse(apart.out)).toMatchObject({
    after: 'canary 0.1.0',
    difference: { runs: expect.any(Number), steps: 0 },
  });
  expect(readdirSync(place)).toEqual(['difference.eftinput']);
  const input = join(place, 'difference.eftinput');
  const shown = await eft('fuzz', other, '--against', file, '--repro', input);
  expect([shown.status, shown.err]).toEqual([1, '']);
  const shownOut = shown.out.replaceAll(/[0-9a-f]{64}|(?<=cell.saved-state: ).*/g, '…');
  expect(shownOut).toBe(`- canary 0.1.0 sha256 …
+ canary 0.1.0 sha256 …
     0       0.000 s  start (cold)  2 effects, the same
     1                save, in the end  differs
                      - save format 1, 8 bytes: hex 0000000000000000
                      + breaks the rule \`trap\`: cell.saved-state: …
✗ they part in call 1
`);
  const told = JSON.parse((await eft('fuzz', other, '--against', file, '--repro', input, '--json')).out);
  expect(told).toMatchObject({ isSame: false, parting: { index: 1, lines: expect.any(Array) } });
  expect(told.calls.map(({ isSame }: { readonly isSame: boolean }) => isSame)).toEqual([true, false]);
  const alike = await eft('fuzz', file, '--against', file, '--repro', input);
  expect([alike.status, alike.out]).toEqual([0, expect.stringMatching(/\n✓ both do the same: 2 calls\n$/)]);
}, 60_000);

it('shows what came with the event in which two versions part, and what each of them put', async () => {
  const other = join(folder, 'deaf-canary');
  cpSync(join(import.meta.dirname, '../../tests/components/canary'), other, { recursive: true });
  const sources = join(other, 'assembly/lifecycle.ts');
  const text = readFileSync(sources, 'utf8');
  const put = "put('canary', new NodeStatus(Stage.Running, ";
  expect(text).toContain(`${put}true`);
  writeFileSync(sources, text.replace(`${put}true`, `${put}event.kind != EventKind.Arrived`));
  const place = join(folder, 'deaf');
  const found = await eft('fuzz', other, '--against', file, '--runs', '4000', '--corpus', place);
  expect(found.status).toBe(1);
  expect(found.out).toMatch(/^✗ canary 0\.1\.0 does something else, after \d+ runs\n/);
  expect(found.out).toMatch(/\n {5}1 +\d+\.\d{3} s {2}arrived "[^"\n]*" {2}differs\n/);
  expect(found.out).toContain(`
                      - put eft:resources/node-status "canary" {"ready":true,"stage":"running","unmet":[]}
                      + put eft:resources/node-status "canary" {"ready":false,"stage":"running","unmet":[]}
✗ they part in call 1; 1 call after that is not shown
`);
  expect(found.out).toContain(' --against /canary.wasm --repro /deaf/difference.eftinput\n');
}, 60_000);
