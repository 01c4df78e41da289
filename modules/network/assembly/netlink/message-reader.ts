/**
 * Reads netlink messages and their attributes (linux/netlink.h). Nothing in them is believed: every length is held against the bytes that
 * are really there, and what does not fit ends the reading. A trap on a hostile message would end the module.
 */

const headerBytes = 16;
const attributeHeaderBytes = 4;

/** Without NLA_F_NESTED and NLA_F_NET_BYTEORDER (linux/netlink.h, NLA_TYPE_MASK). */
const typeMask: u16 = 0x3fff;

/** A cursor over messages. */
@final
export class MessageReader {
  type: u16 = 0;
  flags: u16 = 0;
  sequence: u32 = 0;
  /** Where what follows the header begins, and where the message ends. */
  start: i32 = 0;
  end: i32 = 0;
  private at: i32 = 0;

  constructor(public readonly bytes: StaticArray<u8>) {}

  /** Goes to the next message; false if there is none that is whole. */
  next(): bool {
    const remaining = this.bytes.length - this.at;
    if (remaining < headerBytes) return false;
    const pointer = changetype<usize>(this.bytes) + this.at;
    const length = <i64>load<u32>(pointer);
    if (length < headerBytes || length > <i64>remaining) return false;
    this.type = load<u16>(pointer, 4);
    this.flags = load<u16>(pointer, 6);
    this.sequence = load<u32>(pointer, 8);
    this.start = this.at + headerBytes;
    this.end = this.at + <i32>length;
    const aligned = (length + 3) & ~3;
    this.at = aligned > <i64>remaining ? this.bytes.length : this.at + <i32>aligned;
    return true;
  }

  /** Whether the message has `count` bytes after its header. */
  has(count: i32): bool {
    return this.end - this.start >= count;
  }

  /** Numbers of the fixed part; `has` must have been asked. */
  u8(offset: i32): u8 {
    return load<u8>(this.pointer(offset, 1));
  }

  u16(offset: i32): u16 {
    return load<u16>(this.pointer(offset, 2));
  }

  u32(offset: i32): u32 {
    return load<u32>(this.pointer(offset, 4));
  }

  /** The attributes that follow a fixed part of `fixedBytes`, which is aligned. */
  attributes(fixedBytes: i32): AttributeReader {
    return new AttributeReader(this.bytes, min(this.start + fixedBytes, this.end), this.end);
  }

  private pointer(offset: i32, size: i32): usize {
    assert(offset >= 0 && this.start + offset + size <= this.end);
    return changetype<usize>(this.bytes) + this.start + offset;
  }
}

/** A cursor over the attributes in part of a message. */
@final
export class AttributeReader {
  type: u16 = 0;
  /** Where the value begins, and its bytes. */
  start: i32 = 0;
  length: i32 = 0;

  constructor(
    public readonly bytes: StaticArray<u8>,
    private at: i32,
    private end: i32,
  ) {
    assert(at >= 0 && at <= end && end <= bytes.length);
  }

  /** Goes to the next attribute; false if there is none that is whole. */
  next(): bool {
    const remaining = this.end - this.at;
    if (remaining < attributeHeaderBytes) return false;
    const pointer = changetype<usize>(this.bytes) + this.at;
    const length = <i32>load<u16>(pointer);
    if (length < attributeHeaderBytes || length > remaining) return false;
    this.type = load<u16>(pointer, 2) & typeMask;
    this.start = this.at + attributeHeaderBytes;
    this.length = length - attributeHeaderBytes;
    this.at = min(this.at + ((length + 3) & ~3), this.end);
    return true;
  }

  /** The number in the attribute, or `otherwise` if it is too short for one. */
  u8(otherwise: u8): u8 {
    return this.length >= 1 ? load<u8>(this.pointer()) : otherwise;
  }

  u16(otherwise: u16): u16 {
    return this.length >= 2 ? load<u16>(this.pointer()) : otherwise;
  }

  u32(otherwise: u32): u32 {
    return this.length >= 4 ? load<u32>(this.pointer()) : otherwise;
  }

  /** The text up to its zero. Bytes beyond ASCII are kept as code units of their own value: names stay distinct. */
  text(): string {
    let length = 0;
    while (length < this.length && load<u8>(this.pointer() + length) != 0) ++length;
    let text = '';
    for (let index = 0; index < length; ++index)
      text += String.fromCharCode(load<u8>(this.pointer() + index));
    return text;
  }

  /** The attributes within. */
  nested(): AttributeReader {
    return new AttributeReader(this.bytes, this.start, this.start + this.length);
  }

  private pointer(): usize {
    return changetype<usize>(this.bytes) + this.start;
  }
}
