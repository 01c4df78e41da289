import { create } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ChangeSchema, ResourceSchema } from '../../supervisor/api/generated/eft/v1/state_pb.js';
import { type Key, press } from './keys.ts';
import type { Line } from './lines.ts';
import { logLimit, NodeView } from './node-view.ts';
import { sampleNode } from './sample-node.ts';
import { type Choice, drawScreen, firstChoice, scrollLimit, sparkline } from './screen.ts';
import { tabs } from './views.ts';

const usual = { columns: 80, rows: 24 };
const textOf = (line: Line): string =>
  line
    .map(({ text }) => text)
    .join('')
    .trimEnd();
const drawn = (nodes: readonly NodeView[], choice: Partial<Choice> = {}, size = usual): readonly string[] =>
  drawScreen(nodes, { ...firstChoice, ...choice }, size, 0).map(textOf);

const noKey: Key = {
  leftArrow: false,
  rightArrow: false,
  upArrow: false,
  downArrow: false,
  pageUp: false,
  pageDown: false,
  tab: false,
  shift: false,
  escape: false,
  ctrl: false,
};

it('shows in 80 columns and 24 rows how a node is', () => {
  expect(drawn([sampleNode()])).toEqual([
    'lab-1  Eft 0.1.0 · namespace · up 3 h 20 min  READY',
    'processors ▁▁▂▃▅▄▂▁▁▁ 12.0 % of 2   memory 0.7 of 4.0 GiB   PID 1 3.0 %, 118 MiB',
    '[1 overview]  2 modules   3 network   4 resources   5 boot   6 logs',
    '─'.repeat(80),
    'MODULE   VERSION  STATE      CPU   MEMORY  EVENTS/S       P99  QUEUE  RESTARTS',
    'health   0.1.0    healthy  0.6 %  128 KiB       2.0  ≤ 250 µs      0         0',
    'network  0.1.0    healthy  1.8 %  384 KiB        31  ≤ 1.0 ms      2         1',
    '',
    'LINK  KIND      STATE      MTU  DHCP   ADDRESSES',
    'eth0  ethernet  up        1500  bound  10.57.0.2/24 fe80::a8:b5ff:feb2:13cc/64',
    'eth1  ethernet  down      1500',
    'lo    loopback  unknown  65536         127.0.0.1/8',
    '',
    'BOOT  668.2 ms in 10 phases; most of it: ready 208.9 ms, api-answers 191.2 ms, …',
    '',
    'LOG',
    '09:00:00.335 network    eth0: SELECTING → REQUESTING',
    '09:00:00.336 network    eth0: 10.57.0.1 offers 10.57.0.2',
    '09:00:00.353 network    eth0: 10.57.0.2/24 leased from 10.57.0.1',
    '09:00:00.404 network    eth1: nobody answers; asking again in 4 s',
    '09:00:00.472 network    the network is as declared: 2 links, 1 addresses, 1 rou…',
    '09:00:00.473 health     the node is ready',
    '09:00:00.666 supervisor READY after 0.666 s',
    '1–6 view · ↑↓ scroll · l level · ? help · q quit',
  ]);
});

/**
 * The least columns that a text can take, by another account than the drawing's: one for what is in ASCII, two for an ideograph, and none for all of which it
 * depends on what stands beside it.
 */
const leastWidth = (line: string): number =>
  [...line].reduce(
    (sum, character) => sum + (/\p{Script=Han}/u.test(character) ? 2 : Number(character < '\u{7f}')),
    0,
  );

it('cuts wide characters by the columns that they take', () => {
  for (const size of [usual, { columns: 60, rows: 15 }, { columns: 200, rows: 50 }]) {
    const view = sampleNode('界'.repeat(30));
    view.takeLogs([{ timeNs: 0n, source: 'network', level: 'info', message: '界'.repeat(200) }]);
    const lines = drawn([view], {}, size);
    expect(lines).toHaveLength(size.rows);
    expect(Math.max(...lines.map(leastWidth))).toBeLessThanOrEqual(size.columns);
    expect(lines.some((line) => leastWidth(line) >= size.columns - 3)).toBe(true);
  }
});

it('draws the boot as a waterfall, in order', () => {
  const lines = drawn([sampleNode()], { tab: 'boot' }).slice(4, 14);
  expect(lines.map((line) => line.split(' ')[0])).toEqual([
    'file-systems',
    'configuration',
    'sysctls',
    'control-groups',
    'trust',
    'network',
    'modules',
    'api',
    'ready',
    'api-answers',
  ]);
  const starts = lines.map((line) => line.indexOf('█'));
  expect(starts).toEqual([...starts].sort((left, right) => left - right));
  expect(lines[8]).toMatch(/^ready {10,}█+ +208\.9 ms$/);
});

it('fits any terminal, in every view, whatever the node says', () => {
  const text = fc.string({ unit: 'binary', maxLength: 200 });
  const size = fc.record({
    columns: fc.integer({ min: 20, max: 200 }),
    rows: fc.integer({ min: 6, max: 60 }),
  });
  fc.assert(
    fc.property(
      size,
      fc.constantFrom(...tabs),
      text,
      text,
      fc.nat(100),
      (terminal, tab, id, word, scroll) => {
        const view = sampleNode();
        view.takeLogs([{ timeNs: 0n, source: word, level: id, message: word }]);
        for (const kind of ['module-status', 'link-status', 'boot-phase', 'node-status', 'address-status']) {
          const value = {
            state: word,
            version: word,
            message: word,
            kind: word,
            link: id,
            took: word,
            unmet: [word],
          };
          const resource = create(ResourceSchema, { kind: `eft:resources/${kind}`, id, value });
          view.takeChanges({ changes: [create(ChangeSchema, { change: { case: 'put', value: resource } })] });
        }
        view.lost(word);
        const lines = drawScreen([view], { ...firstChoice, tab, scroll }, terminal, 0).map(textOf);
        expect(lines).toHaveLength(terminal.rows);
        expect(Math.max(...lines.map(leastWidth))).toBeLessThanOrEqual(terminal.columns);
        expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      },
    ),
  );
});

it('says when there is no contact yet, when it was lost, and why a node is not ready', () => {
  const view = new NodeView('lab-1');
  expect(drawn([view])[0]).toBe('lab-1  connecting …');
  view.lost('nothing listens there');
  expect(drawn([view])[0]).toBe('lab-1  no answer: nothing listens there');
  const known = sampleNode();
  known.lost('the node has ended it');
  expect(drawn([known])[0]).toContain('lost: the node has ended it');
  expect(drawn([known])[5]).toContain('healthy');
  const value = { ready: false, unmet: ['network: the network is not as declared'] };
  const resource = create(ResourceSchema, { kind: 'eft:resources/node-status', id: 'node', value });
  const unready = sampleNode();
  unready.takeChanges({ changes: [create(ChangeSchema, { change: { case: 'put', value: resource } })] });
  expect(drawn([unready], {}, { columns: 120, rows: 24 })[0]).toContain(
    'not ready: network: the network is not',
  );
});

it('forgets what an earlier contact has said, and keeps no more of a log than its limit', () => {
  const view = sampleNode();
  const line = { timeNs: 0n, source: 'network', level: 'info', message: 'again' };
  view.takeLogs(Array.from({ length: 3 * logLimit }, () => line));
  expect(view.logs).toHaveLength(logLimit);
  view.connected(
    { version: '0.1.0', node: '', environment: '', kernel: '', image: '', maintenance: '', uptimeMs: 0n },
    0,
  );
  expect([view.logs.length, view.resources('link-status').length]).toEqual([0, 0]);
});

it('goes where keys lead, and no further than there are lines', () => {
  const nodes = [sampleNode('lab-1'), sampleNode('lab-2')];
  const after = (choice: Choice, input: string, key: Partial<Key> = {}): Choice => {
    const next = press(choice, input, { ...noKey, ...key }, nodes, usual);
    if (next === 'end') throw new Error('it has ended');
    return next;
  };
  expect(after(firstChoice, '3').tab).toBe('network');
  expect(after(firstChoice, '9')).toEqual(firstChoice);
  expect(after(firstChoice, '', { leftArrow: true }).tab).toBe('logs');
  expect(after(firstChoice, '', { tab: true }).node).toBe(1);
  expect(after(firstChoice, '', { tab: true, shift: true }).node).toBe(1);
  expect(after(after(firstChoice, '?'), 'x')).toEqual(firstChoice);
  expect(after(firstChoice, 'l').level).toBe('info');
  const boot: Choice = { ...firstChoice, tab: 'boot' };
  const low = { columns: 80, rows: 10 };
  expect(scrollLimit(sampleNode(), boot, low)).toBe(5);
  const bottom = press(boot, 'G', noKey, nodes, low);
  expect(bottom).toMatchObject({ scroll: 5 });
  expect(after(boot, '', { upArrow: true }).scroll).toBe(0);
  for (const end of ['q', 'c'])
    expect(press(firstChoice, end, { ...noKey, ctrl: end === 'c' }, nodes, usual)).toBe('end');
});

it('shows what a module says is wrong, in a line of its own', () => {
  const view = sampleNode();
  const value = {
    state: 'quarantined',
    version: '0.1.0',
    restarts: 5,
    message: 'the module trapped: unreachable',
  };
  const resource = create(ResourceSchema, { kind: 'eft:resources/module-status', id: 'network', value });
  view.takeChanges({ changes: [create(ChangeSchema, { change: { case: 'put', value: resource } })] });
  const lines = drawn([view], { tab: 'modules' });
  expect(lines[6]).toMatch(/^network +0\.1\.0 +quarantined/);
  expect(lines[7]).toBe('  the module trapped: unreachable');
});

it('leaves out log lines below the level, and shows the end of a log first', () => {
  const view = sampleNode();
  const quiet = drawn([view], { tab: 'logs', level: 'warn' });
  expect(quiet.slice(4, 6)).toEqual([
    '09:00:00.404 network    eth1: nobody answers; asking again in 4 s',
    '',
  ]);
  const low = drawn([view], { tab: 'logs' }, { columns: 80, rows: 8 });
  expect(low.slice(4, 7).at(-1)).toContain('READY after');
  const above = drawn([view], { tab: 'logs', scroll: 2 }, { columns: 80, rows: 8 });
  expect(above.slice(4, 7).at(-1)).toContain('the network is as declared');
});

it('draws a share as one of eight bars', () => {
  expect(sparkline([0, 0.5, 0.99, 1, 2])).toBe('▁▅███');
});
