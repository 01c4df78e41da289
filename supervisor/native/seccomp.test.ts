import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amd64 } from './arch/amd64.ts';
import { arm64 } from './arch/arm64.ts';
import { type RuntimeCall, runtimeCallNumber, runtimeCalls } from './arch/runtime-calls.ts';
import {
  auditArchitectures,
  type CallRule,
  filterCodes,
  filterProgram,
  seccompNumbers,
  X32_SYSCALL_BIT,
} from './seccomp.ts';
import type { FilterInstruction } from './socket-option.ts';

const { SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO, SECCOMP_RET_KILL_PROCESS } = seccompNumbers;
const refused = SECCOMP_RET_ERRNO | 1;

type Made = { readonly number: number; readonly architecture: number; readonly words: readonly bigint[] };

/** What the kernel makes of a call (net/core/filter.c): struct seccomp_data, and the few instructions that there are. */
function outcomeOf(program: readonly FilterInstruction[], { number, architecture, words }: Made): number {
  const data = new DataView(new ArrayBuffer(64));
  data.setInt32(0, number, true);
  data.setUint32(4, architecture, true);
  for (const [index, word] of words.entries())
    data.setBigUint64(16 + index * 8, BigInt.asUintN(64, word), true);
  let accumulator = 0;
  for (let at = 0; ; at += 1) {
    const { code, jt, jf, k } = program[at] ?? { code: -1, jt: 0, jf: 0, k: 0 };
    if (code === filterCodes.load) accumulator = data.getUint32(k, true);
    else if (code === filterCodes.and) accumulator = (accumulator & k) >>> 0;
    else if (code === filterCodes.jumpIfEqual) at += accumulator === k ? jt : jf;
    else if (code === filterCodes.jumpIfAtLeast) at += accumulator >= k ? jt : jf;
    else if (code === filterCodes.give) return k;
    else throw new Error(`no instruction ${code} at ${at}`);
  }
}

const names = Object.keys(runtimeCalls).filter((name): name is RuntimeCall => name in runtimeCalls);
const small = fc.integer({ min: 0, max: 3 });
const test = fc.record(
  {
    argument: fc.constantFrom(0, 1, 2, 3, 4, 5),
    mask: fc.constantFrom(1, 2, 3, 0xffff_ffff),
    values: fc.array(small, { minLength: 1, maxLength: 4 }),
  },
  { requiredKeys: ['argument', 'values'] },
);
const rule: fc.Arbitrary<CallRule> = fc.record(
  { call: fc.constantFrom(...names), when: fc.array(fc.array(test, { maxLength: 3 }), { maxLength: 3 }) },
  { requiredKeys: ['call'] },
);

describe.each([
  [amd64, auditArchitectures.AUDIT_ARCH_X86_64],
  [arm64, auditArchitectures.AUDIT_ARCH_AARCH64],
])('a filter of system calls, on %s', (table, architecture) => {
  it('gives each call what the rules say, whatever its arguments', () => {
    const rules = fc.uniqueArray(rule, { selector: ({ call }) => call, maxLength: 12 });
    const words = fc.array(fc.oneof(small.map(BigInt), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })), {
      minLength: 6,
      maxLength: 6,
    });
    fc.assert(
      fc.property(rules, fc.constantFrom(...names), words, (given, call, made) => {
        const number = runtimeCallNumber(call, table);
        if (number === undefined) return;
        const program = filterProgram({ others: 'refused', rules: given, error: 'EPERM' }, table);
        const found = given.find((each) => each.call === call);
        const holds = ({
          argument,
          mask = 0xffff_ffff,
          values,
        }: {
          argument: number;
          mask?: number;
          values: readonly number[];
        }) => values.includes(Number(BigInt.asUintN(32, made[argument] ?? 0n) & BigInt(mask)));
        const isAllowed =
          found !== undefined && (found.when === undefined || found.when.some((tests) => tests.every(holds)));
        expect(outcomeOf(program, { number, architecture, words: made })).toBe(
          isAllowed ? SECCOMP_RET_ALLOW : refused,
        );
      }),
    );
  });

  it('ends a process that makes a call for another architecture', () => {
    const program = filterProgram({ others: 'allowed', rules: [], error: 'EPERM' }, table);
    const i386 = 0x4000_0003;
    expect(outcomeOf(program, { number: 0, architecture: i386, words: [] })).toBe(SECCOMP_RET_KILL_PROCESS);
    expect(outcomeOf(program, { number: 0, architecture, words: [] })).toBe(SECCOMP_RET_ALLOW);
  });

  it('refuses what the rules are about if the others are allowed', () => {
    const program = filterProgram(
      { others: 'allowed', rules: [{ call: 'io_uring_setup' }], error: 'ENOSYS' },
      table,
    );
    const outcome = (number: number) => outcomeOf(program, { number, architecture, words: [] });
    expect(outcome(425)).toBe(SECCOMP_RET_ERRNO | 38);
    expect(outcome(424)).toBe(SECCOMP_RET_ALLOW);
  });
});

it('ends a process that makes a call of the x32 interface, or with a number below 0', () => {
  const program = filterProgram({ others: 'allowed', rules: [], error: 'EPERM' }, amd64);
  const architecture = auditArchitectures.AUDIT_ARCH_X86_64;
  for (const number of [X32_SYSCALL_BIT, X32_SYSCALL_BIT | 39, -1])
    expect(outcomeOf(program, { number, architecture, words: [] })).toBe(SECCOMP_RET_KILL_PROCESS);
});
