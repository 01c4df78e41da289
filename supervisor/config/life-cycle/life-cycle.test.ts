/** The life cycle on a played node: timers that the test fires, a STATE in memory, and a kernel that may refuse. The thread that reads configurations is real. */
import { createHash } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { authorityPair, newClusterAuthority } from '../../../cli/pki/authority-file.ts';
import { authorityLines, testAuthority } from '../../../tests/config/authority.ts';
import { configHead as head, namedConfig as named, PlayedNode } from '../../../tests/config/played-node.ts';
import { EftError } from '../../errors/eft-error.ts';
import { caOf } from '../api-settings.ts';

let node: PlayedNode;
beforeEach(() => {
  node = new PlayedNode(named('old'));
});

test('a configuration is followed, kept, answered, and only then on the network', async () => {
  const { message, changes, restarted } = await node.apply(named('new'));
  expect([message, restarted, changes.map(({ path }) => path)]).toEqual([
    'applied',
    ['network'],
    ['machine.network.hostname'],
  ]);
  expect(node.deeds).toEqual(['follow new']);
  expect(node.kept).toBe(named('new'));
  await node.pass(1_000);
  expect(node.deeds).toEqual(['follow new', 'settle new']);
  expect((await node.lifeCycle.get()).text).toBe(named('new'));
});

test('one that cannot be followed is undone as a whole, with its reason, and is never kept', async () => {
  node.unfit.add('new');
  await expect(node.apply(named('new'))).rejects.toThrow('has gone back to the one before: new is refused');
  expect(node.deeds).toEqual(['follow new', 'follow old', 'settle old']);
  expect(node.state).toEqual([]);
  // If even that does not go, the node starts again with what it keeps.
  node.unfit.add('old');
  expect(await node.refusal(node.apply(named('new')))).toBe('config.not-applied');
  await node.pass(1_000);
  expect(node.deeds.at(-1)).toBe('restart');
  expect(await node.refusal(node.apply(named('newer')))).toBe('config.busy');
});

test('one that STATE cannot keep is undone too', async () => {
  node.stateFault = 'no room';
  await expect(node.apply(named('new'))).rejects.toThrow(
    'the STATE of the node cannot be changed, and it is as it was: no room',
  );
  expect(node.deeds).toEqual(['follow new', 'follow old', 'settle old']);
  expect((await node.lifeCycle.get()).text).toBe(named('old'));
});

test('a dry run changes nothing, and is refused for whatever a real one would be refused for', async () => {
  const { message, changes } = await node.apply(head, 'auto', { isDryRun: true });
  expect(message).toBe('nothing was changed; it would be kept, and the node would start again');
  expect((await node.apply(named('new'), 'auto', { isDryRun: true })).restarted).toEqual(['network']);
  expect(changes).toMatchObject([
    { path: 'machine.network.hostname', before: 'old', after: '', needsReboot: true },
  ]);
  expect(await node.refusal(node.apply('kind: Pod\n', 'auto', { isDryRun: true }))).toBe(
    'config.several-faults',
  );
  node.imageFault = EftError.of('config.trust-key', { kid: 'k' });
  expect(await node.refusal(node.apply(named('new'), 'staged', { isDryRun: true }))).toBe('config.trust-key');
  await node.pass(1_000);
  expect([node.deeds, node.state]).toEqual([[], []]);
});

test('what takes a reboot is kept and the node starts again in mode auto, and is refused in the others that act at once', async () => {
  expect(await node.refusal(node.apply(head, 'no-reboot'))).toBe('config.needs-reboot');
  expect(await node.refusal(node.apply(head, 'try'))).toBe('config.needs-reboot');
  expect(node.state).toEqual([]);
  const { message, needsReboot } = await node.apply(head);
  expect([message, needsReboot, node.kept]).toEqual(['kept; the node starts again with it', true, head]);
  expect(node.deeds).toEqual([]);
  await node.pass(1_000);
  expect(node.deeds).toEqual(['restart']);
});

test('a staged one waits for the next boot, and one that is applied later takes its place', async () => {
  expect((await node.apply(head, 'staged')).message).toBe('staged for the next boot');
  expect(node.state.map(({ type }) => type)).toEqual(['stage']);
  expect([node.deeds, (await node.lifeCycle.get()).isStaged]).toEqual([[], true]);
  await node.apply(named('new'));
  expect((await node.lifeCycle.get()).isStaged).toBe(false);
});

test('one on trial is never written, and goes back by itself when nobody confirms it', async () => {
  const { confirmation, message } = await node.apply(
    named('new', '  sysctls: { vm.swappiness: 1 }\n'),
    'try',
  );
  expect(message).toBe('applied on trial: it goes back in 60 s unless it is confirmed');
  expect(confirmation).toMatch(/^[\w-]{22}$/);
  await node.pass(20_000);
  expect(node.deeds).toEqual(['follow new', 'settle new']);
  expect(node.lifeCycle.running?.machine.network?.hostname).toBe('new');
  const { text, tryLeftMs } = await node.lifeCycle.get();
  expect([text, tryLeftMs]).toEqual([named('old'), 40_000]);
  await node.pass(40_000);
  expect(node.deeds).toEqual(['follow new', 'settle new', 'follow old', 'settle old']);
  expect(node.state).toEqual([]);
  expect(await node.refusal(node.lifeCycle.confirm(confirmation ?? ''))).toBe('config.no-trial');
  expect(node.told.at(-1)).toContain('nobody has confirmed it in time');
});

test('one on trial is kept when it is confirmed with its own word', async () => {
  const { confirmation = '' } = await node.apply(named('new'), 'try');
  await node.pass(1_000);
  for (const word of ['', 'x', `${confirmation}x`]) {
    expect(await node.refusal(node.lifeCycle.confirm(word))).toBe('config.wrong-token');
  }
  expect(await node.lifeCycle.confirm(confirmation)).toBe('the configuration is kept');
  expect(node.kept).toBe(named('new'));
  await node.pass(100_000);
  expect(node.deeds).toEqual(['follow new', 'settle new']);
});

test('one that cannot be kept when it is confirmed stays on trial', async () => {
  const { confirmation = '' } = await node.apply(named('new'), 'try');
  await node.pass(1_000);
  node.stateFault = 'no room';
  expect(await node.refusal(node.lifeCycle.confirm(confirmation))).toBe('config.not-kept');
  await node.pass(60_000);
  expect(node.deeds.at(-1)).toBe('settle old');
});

test('whoever applies another one gives up what is on trial, and it is compared with what is kept', async () => {
  const first = await node.apply(named('new'), 'try');
  await node.pass(1_000);
  const { changes, message } = await node.apply(named('newer'));
  expect(changes).toMatchObject([{ before: 'old', after: 'newer' }]);
  expect(message).toBe('applied; the one that was on trial before is given up');
  await node.pass(100_000);
  expect(node.deeds.at(-1)).toBe('settle newer');
  expect(await node.refusal(node.lifeCycle.confirm(first.confirmation ?? ''))).toBe('config.no-trial');
});

test('a second one that fails during a trial takes the node back to what is kept', async () => {
  await node.apply(named('new'), 'try');
  await node.pass(1_000);
  node.unfit.add('newer');
  expect(await node.refusal(node.apply(named('newer'), 'try'))).toBe('config.not-applied');
  expect(node.deeds.slice(2)).toEqual(['follow newer', 'follow old', 'settle old']);
  await node.pass(100_000);
  expect(node.deeds).toHaveLength(5);
});

test('a trial that a running node cannot go back from ends with a reboot, and so takes a STATE', async () => {
  const plain = new PlayedNode(head);
  await plain.apply(named('new'), 'try', { tryMs: 5_000 });
  await plain.pass(10_000);
  expect(plain.deeds).toEqual(['follow new', 'settle new', 'restart']);
  expect(plain.state).toEqual([]);
  // Nor can it get from there to another one.
  const other = new PlayedNode(head);
  await other.apply(named('new'), 'try');
  await other.pass(1_000);
  expect(await other.refusal(other.apply(`${head}  sysctls: { vm.swappiness: 1 }\n`, 'no-reboot'))).toBe(
    'config.needs-reboot',
  );
  expect((await other.apply(`${head}  sysctls: { vm.swappiness: 1 }\n`)).needsReboot).toBe(true);
  await other.pass(1_000);
  expect(other.deeds.at(-1)).toBe('restart');
  const stateless = new PlayedNode(head, false);
  expect(await stateless.refusal(stateless.apply(named('new'), 'try'))).toBe('config.no-state');
});

test('a node without STATE takes what it can apply at once, and says that it will forget it', async () => {
  const stateless = new PlayedNode(named('old'), false);
  expect((await stateless.apply(named('new'))).message).toBe(
    'applied, until the node starts again: it has no STATE',
  );
  await stateless.pass(1_000);
  for (const mode of ['auto', 'staged'] as const) {
    expect(await stateless.refusal(stateless.apply(head, mode))).toBe('config.no-state');
  }
});

test('a node in maintenance takes one configuration, in mode auto', async () => {
  const bare = new PlayedNode(undefined);
  expect(await bare.refusal(bare.lifeCycle.get())).toBe('config.none');
  for (const mode of ['try', 'staged', 'no-reboot'] as const) {
    expect(await bare.refusal(bare.apply(named('new'), mode))).toBe('config.maintenance-mode');
  }
  expect((await bare.apply(named('new', authorityLines()))).message).toBe('applied');
  await bare.pass(1_000);
  expect(bare.deeds).toEqual(['follow new', 'settle new']);
  const { running } = bare.lifeCycle;
  expect(running === undefined ? undefined : caOf(running, bare.vault)?.key).toBe(testAuthority.key);
});

test('secrets stay when the placeholder is sent back, and a trial that goes back has its own again', async () => {
  const full = named('old', authorityLines());
  const keeper = new PlayedNode(full);
  const { text, digest } = await keeper.lifeCycle.get();
  expect(text).not.toContain('PRIVATE');
  expect(digest).toBe(createHash('sha256').update(full).digest('hex'));
  const { changes } = await keeper.apply(text.replace('old', 'new'));
  expect(changes.map(({ path }) => path)).toEqual(['machine.network.hostname']);
  expect(keeper.kept).toBe(full.replace('old', 'new'));
  expect(await node.refusal(node.apply(text))).toBe('config.secret-kept');
  await keeper.pass(1_000);
  const { certificate, key } = authorityPair(await newClusterAuthority('next'));
  const next = { crt: certificate, key };
  await keeper.apply(named('new', authorityLines(next)), 'try');
  const keyNow = (): string | undefined => {
    const { running } = keeper.lifeCycle;
    return running === undefined ? undefined : caOf(running, keeper.vault)?.key;
  };
  expect(keyNow()).toBe(next.key);
  await keeper.pass(100_000);
  expect(keyNow()).toBe(testAuthority.key);
});

test('a reset leaves nothing on STATE, and the node starts again', async () => {
  await node.lifeCycle.reset();
  expect(node.state).toEqual([{ type: 'wipe' }]);
  await node.pass(1_000);
  expect(node.deeds).toEqual(['restart']);
});

test('those who come while one is applied wait their turn, and too many are sent away', async () => {
  const all = Array.from({ length: 8 }, (_, index) => node.apply(named(`n${index}`)));
  const codes = all.map((outcome) => node.refusal(outcome));
  const wait = setInterval(() => void node.pass(1_000), 5);
  const outcomes = await Promise.all(codes);
  clearInterval(wait);
  expect(outcomes.filter((code) => code === 'accepted').length).toBeGreaterThanOrEqual(4);
  expect(outcomes.filter((code) => code === 'config.busy').length).toBeGreaterThanOrEqual(3);
  await node.pass(1_000);
  const names = node.deeds.map((deed) => deed.split(' ')[1]);
  // Nobody's network comes between another's steps.
  expect(names.filter((_, index) => index % 2 === 0)).toEqual(names.filter((_, index) => index % 2 === 1));
});
