/**
 * Filters of system calls (seccomp(2), Documentation/userspace-api/seccomp_filter.rst): a program of classic BPF that the kernel runs at the beginning of every call, on its
 * number and arguments. What has been given up by one never comes back, neither here nor in any program executed later.
 *
 * The danger: a filter looks at numbers, and numbers mean something only together with the architecture that the call was made for; so that is compared first, and calls of
 * another end the process. What an argument points to cannot be looked at: only integers are compared.
 */
import type { Architecture } from './arch/architecture.ts';
import { architecture } from './arch/architecture.ts';
import { type RuntimeCall, runtimeCallNumber } from './arch/runtime-calls.ts';
import { native } from './binding.ts';
import { errnoOf } from './errno.ts';
import { FILTER_INSTRUCTIONS_MAX, type FilterInstruction } from './socket-option.ts';
import { writeStruct } from './struct.ts';
import { systemCall } from './system-call.ts';

/** `linux/seccomp.h` */
export const seccompNumbers = {
  SECCOMP_SET_MODE_FILTER: 1,
  SECCOMP_FILTER_FLAG_TSYNC: 1,
  SECCOMP_RET_KILL_PROCESS: 0x8000_0000,
  SECCOMP_RET_ERRNO: 0x5_0000,
  SECCOMP_RET_ALLOW: 0x7fff_0000,
} as const;

/** `linux/audit.h` */
export const auditArchitectures = {
  AUDIT_ARCH_X86_64: 0xc000_003e,
  AUDIT_ARCH_AARCH64: 0xc000_00b7,
} as const;

/** A call of the x32 interface is one of amd64 with this bit in its number. `asm/unistd.h`, __X32_SYSCALL_BIT */
export const X32_SYSCALL_BIT = 0x4000_0000;

/** `linux/bpf_common.h`: the instructions that are used here. */
export const filterCodes = {
  /** BPF_LD | BPF_W | BPF_ABS: a word of what the filter is given */
  load: 0x20,
  /** BPF_ALU | BPF_AND | BPF_K */
  and: 0x54,
  /** BPF_JMP | BPF_JEQ | BPF_K */
  jumpIfEqual: 0x15,
  /** BPF_JMP | BPF_JGE | BPF_K */
  jumpIfAtLeast: 0x35,
  /** BPF_RET | BPF_K */
  give: 0x06,
} as const;

/** An argument, counted from 0: its lower 32 bits, of those only the bits of `mask`, must be one of `values`. */
export type ArgumentTest = {
  readonly argument: 0 | 1 | 2 | 3 | 4 | 5;
  readonly mask?: number;
  readonly values: readonly number[];
};

/** A call, and what its arguments must be: all of the tests of one of `when`. Without it they may be anything. */
export type CallRule = { readonly call: RuntimeCall; readonly when?: readonly (readonly ArgumentTest[])[] };

export type FilterRules = {
  /** What becomes of calls that no rule is about. */
  readonly others: 'allowed' | 'refused';
  /** What becomes of calls that the rules are about: the opposite. */
  readonly rules: readonly CallRule[];
  /** Of calls that are refused. */
  readonly error: 'EPERM' | 'ENOSYS';
};

/* Where things are in struct seccomp_data (linux/seccomp.h); both architectures are little-endian. */
const numberAt = 0;
const architectureAt = 4;
const argumentsAt = 16;
const argumentBytes = 8;

/** The program for a filter of these rules. Errors: RangeError, if it would be too long. */
export function filterProgram(
  { others, rules, error }: FilterRules,
  of: Pick<Architecture, 'name'> = architecture,
): readonly FilterInstruction[] {
  const { SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO, SECCOMP_RET_KILL_PROCESS } = seccompNumbers;
  const allow = give(SECCOMP_RET_ALLOW);
  const refuse = give(SECCOMP_RET_ERRNO | errnoOf(error));
  const [ruled, other] = others === 'refused' ? [allow, refuse] : [refuse, allow];
  const isAmd64 = of.name === 'amd64';
  const own = isAmd64 ? auditArchitectures.AUDIT_ARCH_X86_64 : auditArchitectures.AUDIT_ARCH_AARCH64;
  const program = [
    load(architectureAt),
    jumpIfEqual(own, 1, 0),
    give(SECCOMP_RET_KILL_PROCESS),
    load(numberAt),
    ...(isAmd64 ? [jumpIfAtLeast(X32_SYSCALL_BIT, 0, 1), give(SECCOMP_RET_KILL_PROCESS)] : []),
  ];
  for (const { call, when } of rules) {
    const number = runtimeCallNumber(call, of);
    if (number === undefined) continue;
    const body =
      when === undefined ? [ruled] : [...when.flatMap((tests) => alternative(tests, ruled)), other];
    program.push(jumpIfEqual(number, 0, body.length), ...body);
  }
  program.push(other);
  if (program.length > FILTER_INSTRUCTIONS_MAX)
    throw new RangeError(`a filter has at most ${FILTER_INSTRUCTIONS_MAX} instructions`);
  return program;
}

/** Gives `outcome` if all tests hold, and goes on behind these instructions otherwise. */
function alternative(tests: readonly ArgumentTest[], outcome: FilterInstruction): FilterInstruction[] {
  let left = 1;
  const blocks = tests.toReversed().map(({ argument, mask, values }) => {
    const block = [
      load(argumentsAt + argument * argumentBytes),
      ...(mask === undefined ? [] : [{ code: filterCodes.and, jt: 0, jf: 0, k: mask }]),
      // A value that is equal jumps over the comparisons with the others, and over the jump behind them.
      ...values.map((value, index) => jumpIfEqual(value, values.length - index, 0)),
      // None is: over all that is left. Nothing is below 0, so this jumps always.
      jumpIfAtLeast(0, left, 0),
    ];
    left += block.length;
    return block;
  });
  return [...blocks.reverse().flat(), outcome];
}

function load(offset: number): FilterInstruction {
  return { code: filterCodes.load, jt: 0, jf: 0, k: offset };
}

function jumpIfEqual(k: number, jt: number, jf: number): FilterInstruction {
  return { code: filterCodes.jumpIfEqual, jt, jf, k };
}

function jumpIfAtLeast(k: number, jt: number, jf: number): FilterInstruction {
  return { code: filterCodes.jumpIfAtLeast, jt, jf, k };
}

function give(action: number): FilterInstruction {
  return { code: filterCodes.give, jt: 0, jf: 0, k: action >>> 0 };
}

/**
 * Gives up what the program refuses: all threads of this process at once, those that Node has started long ago too, or none. The caller has given up new privileges
 * before (PR_SET_NO_NEW_PRIVS), which all threads then have done too. seccomp(2). Errors: `KernelError`; Error, if a thread has a filter of its own.
 */
export function installFilter(program: readonly FilterInstruction[]): void {
  const { filterInstruction, filterProgram: layout } = architecture.layouts;
  const code = new Uint8Array(program.length * filterInstruction.size);
  for (const [index, instruction] of program.entries()) {
    code.set(writeStruct(filterInstruction, instruction), index * filterInstruction.size);
  }
  const value = writeStruct(layout, { len: program.length, filter: native().addressOf(code) });
  const { SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC } = seccompNumbers;
  const words = [SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, value];
  const thread = systemCall('seccomp', words, { target: 'filter', keepAlive: [code] });
  if (thread !== 0) throw new Error(`thread ${thread} cannot be given the filter`);
}
