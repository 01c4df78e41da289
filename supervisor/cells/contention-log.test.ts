import { expect, it } from 'vitest';
import { EftError } from '../errors/eft-error.ts';
import { STORE_LIMITS } from '../store/limits.ts';
import { ContentionLog } from './contention-log.ts';

const because = EftError.of('store.not-owner', { actor: 'wired', reference: 'a link', owner: 'wireless' });
const second = 1_000_000_000n;

it('a module has one line in a while, with what is in the way, what to do, and how many were left out', () => {
  const lines: string[] = [];
  let now = 0n;
  const log = new ContentionLog(
    () => now,
    (module, { fields }) => lines.push(`${module} ${fields.map(({ name, value }) => `${name}=${value}`)}`),
  );
  for (let round = 0; round < 5; round += 1) log.note('wired', because);
  log.note('other', because);
  now = 10n * second;
  log.note('wired', because);
  const text = `reason=${because.message},do=${because.act}`;
  expect(lines).toEqual([`wired ${text}`, `other ${text}`, `wired ${text},left-out=4`]);
});

it('remembers as many modules as there may be', () => {
  let lines = 0;
  const log = new ContentionLog(
    () => 0n,
    () => lines++,
  );
  for (let module = 0; module <= STORE_LIMITS.modules; module += 1) log.note(`module-${module}`, because);
  log.note(`module-${STORE_LIMITS.modules}`, because);
  expect(lines).toBe(STORE_LIMITS.modules + 1);
  log.note('module-0', because);
  expect(lines).toBe(STORE_LIMITS.modules + 2);
});
