/** Every way in which a running instance is ended. */
import {
  callingHost,
  callText,
  instantiateText,
  oneFunction,
  throughMemory,
} from '../component-host/wat-guest.ts';
import type { Fixture } from './fixture.ts';

const replay = 'this is a bug of the module; its flight record replays it with `eft replay`';

/** A function whose result is the two words `first` and `second`, as a string or list is. */
const returning = (type: string, first: number, second: number) =>
  oneFunction(
    `(result ${type})`,
    `(func (export "call") (result i32)
      (i32.store (i32.const 16) (i32.const ${first})) (i32.store (i32.const 20) (i32.const ${second})) (i32.const 16))`,
  );

const returningNumber = (type: string, value: number) =>
  oneFunction(`(result ${type})`, `(func (export "call") (result i32) (i32.const ${value}))`);

const callHost = async (text: string, host: () => unknown): Promise<unknown> => {
  const instance = await instantiateText(text, { host });
  return instance.functions['call']?.();
};

const borrowing = `(component
  (import "things" (instance $things (export "thing" (type $thing (sub resource)))))
  (alias export $things "thing" (type $t))
  (core func $drop (canon resource.drop $t))
  (core module $m (import "" "drop" (func $drop (param i32)))
    (func (export "keep") (param i32))
    (func (export "drop-twice") (param i32) (call $drop (local.get 0)) (call $drop (local.get 0))))
  (core instance $b (export "drop" (func $drop)))
  (core instance $i (instantiate $m (with "" (instance $b))))
  (func (export "keep") (param "t" (borrow $t)) (canon lift (core func $i "keep")))
  (func (export "drop-twice") (param "t" (own $t)) (canon lift (core func $i "drop-twice"))))`;

class Thing {
  readonly #isThing = true;
  get isThing(): boolean {
    return this.#isThing;
  }
}

export const fixtures: readonly Fixture[] = [
  {
    code: 'trap.pointer',
    title: 'a string that reaches beyond the memory',
    provoke: () => callText(returning('string', 65_530, 4)),
    text: `error[trap.pointer]: the module gave a pointer to a string that lies outside its memory: 8 bytes at 65530 of 65536\n  ${replay}`,
  },
  {
    code: 'trap.pointer',
    title: 'a list at the end of the address space',
    provoke: () => callText(returning('(list u8)', 0xffff_ffff, 2)),
    text: `error[trap.pointer]: the module gave a pointer to a list that lies outside its memory: 2 bytes at 4294967295 of 65536\n  ${replay}`,
  },
  {
    code: 'trap.alignment',
    title: 'a list of 32-bit numbers at an odd address',
    provoke: () => callText(returning('(list u32)', 1025, 1)),
    text: `error[trap.alignment]: the module gave a pointer to a list that is not aligned to 4 bytes: 1025\n  ${replay}`,
  },
  {
    code: 'trap.alignment',
    title: 'a realloc that gives a misaligned block',
    provoke: () =>
      callText(
        `(component (core module $m (memory (export "memory") 1)
          (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1025))
          (func (export "call") (param i32 i32)))
        (core instance $i (instantiate $m))
        (func (export "call") (param "text" string) (canon lift (core func $i "call") ${throughMemory})))`,
        'hello',
      ),
    text: `error[trap.alignment]: the module gave a pointer to a string that is not aligned to 2 bytes: 1025\n  ${replay}`,
  },
  {
    code: 'trap.length',
    title: 'a list of 2^31 numbers',
    provoke: () => callText(returning('(list u32)', 0, 0x8000_0000)),
    text: `error[trap.length]: the module gave a list of 8589934592 bytes; the canonical ABI allows 268435455\n  ${replay}`,
  },
  {
    code: 'trap.lifted',
    title: 'a list of 8,000 lists that are all the same 32 KiB',
    provoke: () =>
      callText(
        oneFunction(
          '(result (list (list u8)))',
          `(func (export "call") (result i32) (local $at i32)
            (loop $more
              (i32.store (i32.add (local.get $at) (i32.const 4)) (i32.const 32768))
              (local.set $at (i32.add (local.get $at) (i32.const 8)))
              (br_if $more (i32.lt_u (local.get $at) (i32.const 64000))))
            (i32.store (i32.const 64004) (i32.const 8000))
            (i32.const 64000))`,
        ),
      ),
    text: `error[trap.lifted]: the module gave values that take more than 67108864 bytes of the host in one call\n  ${replay}`,
  },
  {
    code: 'trap.discriminant',
    title: 'case 7 of an option',
    provoke: () => callText(returning('(option u32)', 7, 0)),
    text: `error[trap.discriminant]: the module gave case 7 of a option, which has 2 cases\n  ${replay}`.replace(
      'of a o',
      'of an o',
    ),
  },
  {
    code: 'trap.char',
    title: 'half of a surrogate pair as a char',
    provoke: () => callText(returningNumber('char', 0xd800)),
    text: `error[trap.char]: the module gave 0xd800 as a char, which is no Unicode scalar value\n  ${replay}`,
  },
  {
    code: 'trap.string',
    title: 'half of a surrogate pair in a string',
    provoke: () =>
      callText(
        oneFunction(
          '(result string)',
          `(func (export "call") (result i32)
            (i32.store16 (i32.const 32) (i32.const 0xdc00))
            (i32.store (i32.const 16) (i32.const 32)) (i32.store (i32.const 20) (i32.const 1)) (i32.const 16))`,
        ),
      ),
    text: `error[trap.string]: the module gave a string that is not valid UTF-16\n  ${replay}`,
  },
  {
    code: 'trap.handle',
    title: 'a handle dropped twice',
    provoke: async () => {
      const instance = await instantiateText(borrowing, { things: { Thing } });
      instance.functions['dropTwice']?.(new Thing());
    },
    text: `error[trap.handle]: the module used handle 1 that does not exist\n  ${replay}`,
  },
  {
    code: 'trap.borrow-kept',
    title: 'a borrowed handle that is not dropped before the call returns',
    provoke: async () => {
      const instance = await instantiateText(borrowing, { things: { Thing } });
      instance.functions['keep']?.(new Thing());
    },
    text: `error[trap.borrow-kept]: the module returned from \`keep\` and still holds 1 borrowed handles\n  ${replay}`,
  },
  {
    code: 'trap.handles-full',
    title: 'a module that keeps every handle it is given',
    provoke: async () => {
      const instance = await instantiateText(borrowing.replaceAll('(borrow $t)', '(own $t)'), {
        things: { Thing },
      });
      for (let count = 0; count <= 65_536; count += 1) instance.functions['keep']?.(new Thing());
    },
    text:
      'error[trap.handles-full]: the module holds 65536 handles, which is all it may hold\n' +
      '  look for a leak: each `own` handle must be dropped or given away',
  },
  {
    code: 'trap.leave',
    title: 'a call of the host from post-return',
    provoke: () =>
      callHost(
        callingHost('', '', '(func (export "call")) (func (export "after") (call $host))').replace(
          '(core func $i "call")',
          '(core func $i "call") (post-return (core func $i "after"))',
        ),
        () => undefined,
      ),
    text: `error[trap.leave]: the module called the host from its \`realloc\` or \`post-return\`\n  ${replay}`,
  },
  {
    code: 'trap.enter',
    title: 'the host calls back into an instance that is calling it',
    provoke: async () => {
      const text = callingHost('', '', '(func (export "call") (call $host))');
      const calls: { again?: () => unknown } = {};
      const instance = await instantiateText(text, { host: () => calls.again?.() });
      calls.again = () => instance.functions['call']?.();
      calls.again();
    },
    text:
      'error[trap.enter]: `call` was called while a call into the same instance was under way\n' +
      '  this is a bug of the host code that made the call: make it after the call under way has returned',
  },
  {
    code: 'trap.core',
    title: 'an `unreachable` instruction',
    provoke: () => callText(oneFunction('', '(func (export "call") unreachable)', '')),
    text: `error[trap.core]: the module trapped in \`call\`: unreachable\n  ${replay}`,
  },
  {
    code: 'trap.stack',
    title: 'endless recursion',
    provoke: () => callText(oneFunction('', '(func $call (export "call") (call $call))', '')),
    text: `error[trap.stack]: the module used up the stack in \`call\`\n  ${replay}`,
  },
  {
    code: 'trap.host',
    title: 'a function of the host that throws',
    provoke: () =>
      callHost(callingHost('', '', '(func (export "call") (call $host))'), () => {
        throw new Error('the disk is gone');
      }),
    text:
      'error[trap.host]: the host failed while the module called it in `host`: the disk is gone\n' +
      '  this is a bug of the host: the cause has its stack',
  },
  {
    code: 'trap.ended',
    title: 'a call of an instance that has trapped',
    provoke: async () => {
      const instance = await instantiateText(oneFunction('', '(func (export "call") unreachable)', ''));
      try {
        instance.functions['call']?.();
      } catch {
        instance.functions['call']?.();
      }
    },
    text:
      'error[trap.ended]: `call` was called on an instance that has ended: the module trapped in `call`: unreachable\n' +
      '  start a new instance; one that trapped is never entered again',
  },
];
