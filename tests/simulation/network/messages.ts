/**
 * What rtnetlink messages say, as values: links, addresses, routes and rules, read and written from the family's fixed header and its
 * attributes (rtnetlink(7)). Only what the simulation models is kept; an attribute that it does not know is passed over when reading,
 * but listed in `unknown`, so that the simulation can refuse what it would silently get wrong.
 */
import {
  type Attribute,
  bytesNumber,
  bytesText,
  decodeAttributes,
  encodeAttributes,
  joinBytes,
  textBytes,
  u8Bytes,
  u32Bytes,
} from './netlink-bytes.ts';
import { addressAttributes as A, ruleAttributes as F, routeAttributes as R } from './rtnetlink.ts';

/** IP addresses are lower-case hexadecimal strings of 8 or 32 digits: equal text is the equal address, and they sort. */
export type HexAddress = string;

export type AddressMessage = {
  readonly family: number;
  readonly prefixLength: number;
  readonly flags: number;
  readonly scope: number;
  readonly link: number;
  readonly address?: HexAddress | undefined;
  readonly local?: HexAddress | undefined;
  readonly broadcast?: HexAddress | undefined;
  readonly label?: string | undefined;
  readonly routePriority?: number | undefined;
  readonly protocol?: number | undefined;
  /** Seconds; 0xffffffff is for ever. */
  readonly lifetimes?: { readonly preferred: number; readonly valid: number } | undefined;
};

export type RouteMessage = {
  readonly family: number;
  readonly destinationLength: number;
  readonly typeOfService: number;
  readonly table: number;
  readonly protocol: number;
  readonly scope: number;
  readonly type: number;
  readonly flags: number;
  readonly destination?: HexAddress | undefined;
  readonly gateway?: HexAddress | undefined;
  readonly output?: number | undefined;
  readonly priority?: number | undefined;
  readonly preferredSource?: HexAddress | undefined;
  readonly unknown: readonly number[];
};

export type RuleMessage = {
  readonly family: number;
  readonly destinationLength: number;
  readonly sourceLength: number;
  readonly typeOfService: number;
  readonly table: number;
  readonly action: number;
  readonly flags: number;
  readonly destination?: HexAddress | undefined;
  readonly source?: HexAddress | undefined;
  readonly input?: string | undefined;
  readonly output?: string | undefined;
  readonly priority?: number | undefined;
  readonly mark?: number | undefined;
  readonly mask?: number | undefined;
  readonly protocol?: number | undefined;
  readonly unknown: readonly number[];
};

/** `struct ifaddrmsg` and its attributes. Undefined if the bytes do not hold together. */
export function decodeAddress(payload: Uint8Array): AddressMessage | undefined {
  const attributes = payload.length < 8 ? undefined : decodeAttributes(payload.subarray(8));
  if (attributes === undefined) return undefined;
  const times = attributes.get(A.IFA_CACHEINFO);
  return {
    family: payload[0] ?? 0,
    prefixLength: payload[1] ?? 0,
    flags: numberIn(attributes, A.IFA_FLAGS) ?? payload[2] ?? 0,
    scope: payload[3] ?? 0,
    link: bytesNumber(payload.subarray(4, 8)),
    address: hexIn(attributes, A.IFA_ADDRESS),
    local: hexIn(attributes, A.IFA_LOCAL),
    broadcast: hexIn(attributes, A.IFA_BROADCAST),
    label: textIn(attributes, A.IFA_LABEL),
    routePriority: numberIn(attributes, A.IFA_RT_PRIORITY),
    protocol: numberIn(attributes, A.IFA_PROTO),
    lifetimes:
      times === undefined
        ? undefined
        : { preferred: bytesNumber(times.subarray(0, 4)), valid: bytesNumber(times.subarray(4, 8)) },
  };
}

export function encodeAddress(message: AddressMessage): Uint8Array {
  const { family, prefixLength, flags, scope, link, lifetimes } = message;
  const times =
    lifetimes && joinBytes([u32Bytes(lifetimes.preferred), u32Bytes(lifetimes.valid), new Uint8Array(8)]);
  return joinBytes([
    Uint8Array.of(family, prefixLength, flags & 0xff, scope),
    u32Bytes(link),
    encodeAttributes([
      ...hexAttribute(A.IFA_ADDRESS, message.address),
      ...hexAttribute(A.IFA_LOCAL, message.local),
      ...hexAttribute(A.IFA_BROADCAST, message.broadcast),
      ...(message.label === undefined ? [] : [{ type: A.IFA_LABEL, value: textBytes(message.label) }]),
      { type: A.IFA_FLAGS, value: u32Bytes(flags) },
      ...numberAttribute(A.IFA_RT_PRIORITY, message.routePriority),
      ...(message.protocol === undefined ? [] : [{ type: A.IFA_PROTO, value: u8Bytes(message.protocol) }]),
      ...(times === undefined ? [] : [{ type: A.IFA_CACHEINFO, value: times }]),
    ]),
  ]);
}

const knownRouteAttributes: ReadonlySet<number> = new Set([
  R.RTA_DST,
  R.RTA_OIF,
  R.RTA_GATEWAY,
  R.RTA_PRIORITY,
  R.RTA_PREFSRC,
  R.RTA_TABLE,
  R.RTA_CACHEINFO,
  R.RTA_PREF,
]);

/** `struct rtmsg` and its attributes. Undefined if the bytes do not hold together. */
export function decodeRoute(payload: Uint8Array): RouteMessage | undefined {
  const attributes = payload.length < 12 ? undefined : decodeAttributes(payload.subarray(12));
  if (attributes === undefined) return undefined;
  return {
    family: payload[0] ?? 0,
    destinationLength: payload[1] ?? 0,
    typeOfService: payload[3] ?? 0,
    table: numberIn(attributes, R.RTA_TABLE) ?? payload[4] ?? 0,
    protocol: payload[5] ?? 0,
    scope: payload[6] ?? 0,
    type: payload[7] ?? 0,
    flags: bytesNumber(payload.subarray(8, 12)),
    destination: hexIn(attributes, R.RTA_DST),
    gateway: hexIn(attributes, R.RTA_GATEWAY),
    output: numberIn(attributes, R.RTA_OIF),
    priority: numberIn(attributes, R.RTA_PRIORITY),
    preferredSource: hexIn(attributes, R.RTA_PREFSRC),
    unknown: [...attributes.keys()].filter((type) => !knownRouteAttributes.has(type)),
  };
}

export function encodeRoute(message: RouteMessage): Uint8Array {
  const { family, destinationLength, typeOfService, table, protocol, scope, type, flags } = message;
  const shortTable = table > 255 ? 252 : table;
  return joinBytes([
    Uint8Array.of(family, destinationLength, 0, typeOfService, shortTable, protocol, scope, type),
    u32Bytes(flags),
    encodeAttributes([
      { type: R.RTA_TABLE, value: u32Bytes(table) },
      ...hexAttribute(R.RTA_DST, message.destination),
      ...numberAttribute(R.RTA_PRIORITY, message.priority),
      ...hexAttribute(R.RTA_PREFSRC, message.preferredSource),
      ...hexAttribute(R.RTA_GATEWAY, message.gateway),
      ...numberAttribute(R.RTA_OIF, message.output),
    ]),
  ]);
}

const knownRuleAttributes: ReadonlySet<number> = new Set([
  F.FRA_DST,
  F.FRA_SRC,
  F.FRA_IIFNAME,
  F.FRA_OIFNAME,
  F.FRA_PRIORITY,
  F.FRA_FWMARK,
  F.FRA_FWMASK,
  F.FRA_TABLE,
  F.FRA_PROTOCOL,
  F.FRA_SUPPRESS_PREFIXLEN,
]);

/** `struct fib_rule_hdr` and its attributes. Undefined if the bytes do not hold together. */
export function decodeRule(payload: Uint8Array): RuleMessage | undefined {
  const attributes = payload.length < 12 ? undefined : decodeAttributes(payload.subarray(12));
  if (attributes === undefined) return undefined;
  return {
    family: payload[0] ?? 0,
    destinationLength: payload[1] ?? 0,
    sourceLength: payload[2] ?? 0,
    typeOfService: payload[3] ?? 0,
    table: numberIn(attributes, F.FRA_TABLE) ?? payload[4] ?? 0,
    action: payload[7] ?? 0,
    flags: bytesNumber(payload.subarray(8, 12)),
    destination: hexIn(attributes, F.FRA_DST),
    source: hexIn(attributes, F.FRA_SRC),
    input: textIn(attributes, F.FRA_IIFNAME),
    output: textIn(attributes, F.FRA_OIFNAME),
    priority: numberIn(attributes, F.FRA_PRIORITY),
    mark: numberIn(attributes, F.FRA_FWMARK),
    mask: numberIn(attributes, F.FRA_FWMASK),
    protocol: numberIn(attributes, F.FRA_PROTOCOL),
    unknown: [...attributes.keys()].filter((type) => !knownRuleAttributes.has(type)),
  };
}

export function encodeRule(message: RuleMessage): Uint8Array {
  const { family, destinationLength, sourceLength, typeOfService, table, action, flags } = message;
  const shortTable = table > 255 ? 252 : table;
  return joinBytes([
    Uint8Array.of(family, destinationLength, sourceLength, typeOfService, shortTable, 0, 0, action),
    u32Bytes(flags),
    encodeAttributes([
      { type: F.FRA_TABLE, value: u32Bytes(table) },
      ...hexAttribute(F.FRA_DST, message.destination),
      ...hexAttribute(F.FRA_SRC, message.source),
      ...nameAttribute(F.FRA_IIFNAME, message.input),
      ...nameAttribute(F.FRA_OIFNAME, message.output),
      ...numberAttribute(F.FRA_PRIORITY, message.priority),
      ...numberAttribute(F.FRA_FWMARK, message.mark),
      ...numberAttribute(F.FRA_FWMASK, message.mask),
      ...(message.protocol === undefined ? [] : [{ type: F.FRA_PROTOCOL, value: u8Bytes(message.protocol) }]),
    ]),
  ]);
}

export function hexToBytes(hex: HexAddress): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
}

export function bytesToHex(bytes: Uint8Array): HexAddress {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function hexAttribute(type: number, hex: HexAddress | undefined): Attribute[] {
  return hex === undefined ? [] : [{ type, value: hexToBytes(hex) }];
}

function numberAttribute(type: number, number: number | undefined): Attribute[] {
  return number === undefined ? [] : [{ type, value: u32Bytes(number) }];
}

function nameAttribute(type: number, name: string | undefined): Attribute[] {
  return name === undefined ? [] : [{ type, value: textBytes(name) }];
}

function numberIn(attributes: ReadonlyMap<number, Uint8Array>, type: number): number | undefined {
  const value = attributes.get(type);
  return value === undefined ? undefined : bytesNumber(value);
}

function hexIn(attributes: ReadonlyMap<number, Uint8Array>, type: number): HexAddress | undefined {
  const value = attributes.get(type);
  return value === undefined ? undefined : bytesToHex(value);
}

function textIn(attributes: ReadonlyMap<number, Uint8Array>, type: number): string | undefined {
  const value = attributes.get(type);
  return value === undefined ? undefined : bytesText(value);
}
