/** What a guest can make the host hold is bounded by what the host takes, not by the guest's memory. */
import { expect, it } from 'vitest';
import {
  compileText,
  coreModule,
  instantiateText,
  oneFunction,
} from '../../tests/component-host/wat-guest.ts';

/** Fills 8,000 pairs from address 0 on with pointer 0 and length `length`. */
const fill = (length: string) => `(local $at i32)
  (loop $more
    (i32.store (i32.add (local.get $at) (i32.const 4)) ${length})
    (local.set $at (i32.add (local.get $at) (i32.const 8)))
    (br_if $more (i32.lt_u (local.get $at) (i32.const 64000))))`;

it('a list of strings that are all the same bytes counts each of them', async () => {
  const instance = await instantiateText(
    oneFunction(
      '(param "length" u32) (result (list string))',
      `(func (export "call") (param i32) (result i32) ${fill('(local.get 0)')}
        (i32.store (i32.const 64004) (i32.const 8000)) (i32.const 64000))`,
    ),
  );
  const call = (length: number) => instance.functions['call']?.(length);
  // What one call takes does not count against the next.
  for (let round = 0; round < 5; round += 1) expect(call(1_000)).toHaveLength(8_000);
  expect(() => call(10_000)).toThrow('more than 67108864 bytes of the host');
});

it('what a guest gives to the host counts as what it returns does', async () => {
  const text = `(component
    (import "host" (func $host (param "lists" (list (list u8)))))
    ${coreModule('').replace('$m', '$mem')} (core instance $mem (instantiate $mem))
    (core func $lowered (canon lower (func $host) (memory (core memory $mem "memory"))))
    (core module $m (import "" "host" (func $host (param i32 i32))) (import "m" "memory" (memory 1 1))
      (func (export "call") ${fill('(i32.const 32768)')} (call $host (i32.const 0) (i32.const 8000))))
    (core instance $b (export "host" (func $lowered)))
    (core instance $i (instantiate $m (with "" (instance $b)) (with "m" (instance $mem))))
    (func (export "call") (canon lift (core func $i "call"))))`;
  let isCalled = false;
  const host = () => {
    isCalled = true;
  };
  const instance = await instantiateText(text, { host });
  expect(() => instance.functions['call']?.()).toThrow('more than 67108864 bytes of the host');
  expect(isCalled).toBe(false);
});

it('a type of which one value would fill the host is refused', async () => {
  const doubling = Array.from(
    { length: 20 },
    (_, index) => `(type $t${index + 1} (tuple ${`${index === 0 ? 'u8' : `$t${index}`} `.repeat(2)}))`,
  );
  await expect(compileText(`(component ${doubling.join(' ')})`)).rejects.toThrow(
    'bytes of the host; 1048576 may be',
  );
});
