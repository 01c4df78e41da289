/**
 * Capabilities of a thread (capabilities(7)): sets of bits, one for each `linux/capability.h` CAP_ number.
 * Danger: capset acts on the calling thread only; see `setCredentials`.
 */
import { architecture } from './arch/architecture.ts';
import { readStruct, writeStruct } from './struct.ts';
import { systemCall } from './system-call.ts';

/** The version of the interface with 64 bits a set. `linux/capability.h` */
export const capabilityVersions = { _LINUX_CAPABILITY_VERSION_3: 0x20080522 } as const;

/** Those that Eft grants, keeps or tests for. `linux/capability.h` */
export const capabilities = {
  CAP_CHOWN: 0,
  CAP_DAC_OVERRIDE: 1,
  CAP_KILL: 5,
  CAP_SETGID: 6,
  CAP_SETUID: 7,
  CAP_NET_BIND_SERVICE: 10,
  CAP_NET_ADMIN: 12,
  CAP_NET_RAW: 13,
  CAP_SYS_CHROOT: 18,
  CAP_SYS_PTRACE: 19,
  CAP_SYS_ADMIN: 21,
  CAP_SYS_BOOT: 22,
  CAP_SYS_RESOURCE: 24,
  CAP_SYS_TIME: 25,
  CAP_MKNOD: 27,
} as const;

/** Each an or of `1n << BigInt(capability)`. */
export type CapabilitySets = {
  readonly effective: bigint;
  readonly permitted: bigint;
  readonly inheritable: bigint;
};

/** The sets of this thread. capget(2). */
export function getCapabilities(): CapabilitySets {
  const { capabilityData: layout } = architecture.layouts;
  const bytes = new Uint8Array(layout.size * 2);
  systemCall('capget', [header(), bytes]);
  const low = readStruct(layout, bytes);
  const high = readStruct(layout, bytes, layout.size);
  const join = (field: keyof typeof layout.fields) => (BigInt(high[field]) << 32n) | BigInt(low[field]);
  return { effective: join('effective'), permitted: join('permitted'), inheritable: join('inheritable') };
}

/** Sets those of this thread; none can be gained that is not permitted. capset(2). */
export function setCapabilities(sets: CapabilitySets): void {
  const { capabilityData: layout } = architecture.layouts;
  const bytes = new Uint8Array(layout.size * 2);
  for (const [index, shift] of [0n, 32n].entries()) {
    const half = (set: bigint) => Number((set >> shift) & 0xffff_ffffn);
    bytes.set(
      writeStruct(layout, {
        effective: half(sets.effective),
        permitted: half(sets.permitted),
        inheritable: half(sets.inheritable),
      }),
      index * layout.size,
    );
  }
  systemCall('capset', [header(), bytes]);
}

function header(): Uint8Array<ArrayBuffer> {
  const version = capabilityVersions._LINUX_CAPABILITY_VERSION_3;
  return writeStruct(architecture.layouts.capabilityHeader, { version, pid: 0 });
}
