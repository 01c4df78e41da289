/**
 * A DHCP message (RFC 2131 section 2): the fixed part, and the options from wherever they lie.
 *
 * An option's value may be in pieces, all over the options field, `file` and `sname`: they are put together before anyone looks (RFC 3396).
 * So an option that is there twice has a value of twice the length, and what asks for exactly four bytes will not take it. All pieces
 * are measured before any is copied: pieces of one byte each must not cost their square in memory.
 */
import { copyBytes, putU16, putU32, u16At, u32At } from './octets';

/** Up to the magic cookie, which belongs to the options of BOOTP. */
const fixedBytes: i32 = 236;
const optionsAt: i32 = 240;
const magicCookie: u32 = 0x63825363;
const snameAt: i32 = 44;
const snameBytes: i32 = 64;
const fileAt: i32 = 108;
const fileBytes: i32 = 128;
const bootRequest: u8 = 1;
const bootReply: u8 = 2;
const ethernet: u8 = 1;
/** Longer messages are not looked at: no link that we tell servers of carries them unfragmented. */
const messageBytesLimit: i32 = 9216;
/** BOOTP's least length; some relays drop less (RFC 1542 section 2.1). */
const messageBytesMinimum: i32 = 300;
/** What is written at most: a long host name, the longest DUID and all else come to under 500 bytes, and any server takes 548. */
const writtenBytesLimit: i32 = 548;

/** Option codes (RFC 2132 and as noted). */
export namespace Code {
  export const pad: u8 = 0;
  export const subnetMask: u8 = 1;
  export const routers: u8 = 3;
  export const resolvers: u8 = 6;
  export const hostname: u8 = 12;
  export const domainName: u8 = 15;
  export const interfaceMtu: u8 = 26;
  export const ntpServers: u8 = 42;
  export const requestedAddress: u8 = 50;
  export const leaseTime: u8 = 51;
  export const overload: u8 = 52;
  export const messageType: u8 = 53;
  export const serverId: u8 = 54;
  export const parameterRequestList: u8 = 55;
  export const message: u8 = 56;
  export const maximumMessageSize: u8 = 57;
  export const renewalTime: u8 = 58;
  export const rebindingTime: u8 = 59;
  export const clientId: u8 = 61;
  /** RFC 4039. */
  export const rapidCommit: u8 = 80;
  /** RFC 3397. */
  export const domainSearch: u8 = 119;
  /** RFC 3442. */
  export const classlessRoutes: u8 = 121;
  export const end: u8 = 255;
}

/** Values of option 53. */
export namespace MessageType {
  export const discover: u8 = 1;
  export const offer: u8 = 2;
  export const request: u8 = 3;
  export const decline: u8 = 4;
  export const ack: u8 = 5;
  export const nak: u8 = 6;
  export const release: u8 = 7;
}

/** A server's message. Option values are whole; those that are missing are null. */
export class Reply {
  /** 0 if option 53 is missing or malformed. */
  type: u8 = 0;
  xid: u32 = 0;
  address: u32 = 0;
  hardwareAddress: StaticArray<u8> = [];
  private values: StaticArray<StaticArray<u8> | null> = new StaticArray<StaticArray<u8> | null>(256);

  option(code: u8): StaticArray<u8> | null {
    return this.values[code];
  }

  setOption(code: u8, value: StaticArray<u8>): void {
    this.values[code] = value;
  }

  /** The value of an option that is one 32-bit number, or `otherwise` if it is missing or of another length. */
  u32Option(code: u8, otherwise: u32): u32 {
    const value = this.values[code];
    return value == null || value.length != 4 ? otherwise : u32At(value, 0);
  }
}

/**
 * Reads a server's message to an Ethernet client, or gives null if it is none, or not whole: an option is cut off, or the end option is
 * missing where options are, so that nobody knows what else there was.
 */
export function readReply(bytes: StaticArray<u8>): Reply | null {
  if (bytes.length < optionsAt || bytes.length > messageBytesLimit) return null;
  if (bytes[0] != bootReply || bytes[1] != ethernet || bytes[2] != 6) return null;
  if (u32At(bytes, fixedBytes) != magicCookie) return null;
  const gathering = new Gathering(bytes);
  if (!gathering.measure(optionsAt, bytes.length)) return null;
  const overload = gathering.overload;
  if (overload & 1 && !gathering.measure(fileAt, fileAt + fileBytes)) return null;
  if (overload & 2 && !gathering.measure(snameAt, snameAt + snameBytes)) return null;
  const reply = new Reply();
  gathering.copy(reply, optionsAt, bytes.length);
  if (overload & 1) gathering.copy(reply, fileAt, fileAt + fileBytes);
  if (overload & 2) gathering.copy(reply, snameAt, snameAt + snameBytes);
  reply.xid = u32At(bytes, 4);
  reply.address = u32At(bytes, 16);
  reply.hardwareAddress = bytes.slice<StaticArray<u8>>(28, 34);
  const type = reply.option(Code.messageType);
  if (type != null && type.length == 1) reply.type = type[0];
  return reply;
}

class Gathering {
  /** Option 52 of the options field: 1 `file`, 2 `sname`, 3 both. Anything else is not believed. */
  overload: u8 = 0;
  /** Of each option; -1: not there. */
  private lengths: StaticArray<i32> = new StaticArray<i32>(256);
  private filled: StaticArray<i32> = new StaticArray<i32>(256);

  constructor(private readonly bytes: StaticArray<u8>) {
    this.lengths.fill(-1);
  }

  /** Adds up the pieces in an area. False: they do not end as they should. */
  measure(from: i32, to: i32): bool {
    let at = from;
    while (at < to) {
      const code = this.bytes[at];
      if (code == Code.end) return true;
      if (code == Code.pad) {
        at += 1;
        continue;
      }
      if (at + 2 > to) return false;
      const length = <i32>this.bytes[at + 1];
      if (at + 2 + length > to) return false;
      if (code == Code.overload && from == optionsAt && length == 1) {
        const said = this.bytes[at + 2];
        if (said <= 3) this.overload = said;
      }
      this.lengths[code] = max(this.lengths[code], 0) + length;
      at += 2 + length;
    }
    return false;
  }

  /** Copies the pieces of an area that was measured. */
  copy(reply: Reply, from: i32, to: i32): void {
    let at = from;
    while (at < to && this.bytes[at] != Code.end) {
      const code = this.bytes[at];
      if (code == Code.pad) {
        at += 1;
        continue;
      }
      const length = <i32>this.bytes[at + 1];
      let value = reply.option(code);
      if (value == null) {
        value = new StaticArray<u8>(this.lengths[code]);
        reply.setOption(code, value);
      }
      copyBytes(value, this.filled[code], this.bytes, at + 2, length);
      this.filled[code] += length;
      at += 2 + length;
    }
  }
}

/** A client's message in the making: the fixed part, then options in the order of the calls. */
export class Request {
  private bytes: StaticArray<u8> = new StaticArray<u8>(writtenBytesLimit);
  private at: i32 = optionsAt;

  /** `secs`: whole seconds since the client began, 65,535 at most. `clientAddress`: `ciaddr`, 0 unless it is in use. */
  constructor(
    type: u8,
    xid: u32,
    secs: u32,
    wantsBroadcast: bool,
    clientAddress: u32,
    hardwareAddress: StaticArray<u8>,
  ) {
    const bytes = this.bytes;
    bytes[0] = bootRequest;
    bytes[1] = ethernet;
    bytes[2] = 6;
    putU32(bytes, 4, xid);
    putU16(bytes, 8, secs);
    putU16(bytes, 10, wantsBroadcast ? 0x8000 : 0);
    putU32(bytes, 12, clientAddress);
    copyBytes(bytes, 28, hardwareAddress, 0, 6);
    putU32(bytes, fixedBytes, magicCookie);
    this.u8Option(Code.messageType, type);
  }

  u8Option(code: u8, value: u8): void {
    this.option(code, [value]);
  }

  u16Option(code: u8, value: u32): void {
    this.option(code, [<u8>(value >> 8), <u8>value]);
  }

  u32Option(code: u8, value: u32): void {
    this.option(code, [<u8>(value >> 24), <u8>(value >> 16), <u8>(value >> 8), <u8>value]);
  }

  /** At most 255 bytes. */
  option(code: u8, value: StaticArray<u8>): void {
    this.bytes[this.at] = code;
    this.bytes[this.at + 1] = <u8>value.length;
    copyBytes(this.bytes, this.at + 2, value, 0, value.length);
    this.at += 2 + value.length;
  }

  /** The message, ended and padded. */
  finish(): StaticArray<u8> {
    this.bytes[this.at] = Code.end;
    return this.bytes.slice<StaticArray<u8>>(0, max(this.at + 1, messageBytesMinimum));
  }
}
