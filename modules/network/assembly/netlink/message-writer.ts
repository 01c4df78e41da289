/**
 * Writes netlink messages one after the other (linux/netlink.h: `nlmsghdr`, `nlattr`), each aligned to 4 bytes, in the byte order of the
 * machine, which is WebAssembly's: little-endian.
 */
import { addressBytes, IpAddress } from '../ip/ip-address';

const headerBytes = 16;

/** A first size for which most exchanges need no second. */
const firstBytes = 4096;

@final
export class MessageWriter {
  /** Zero from `length` on. */
  private bytes: StaticArray<u8> = new StaticArray<u8>(firstBytes);
  private length: i32 = 0;
  private messageStart: i32 = 0;

  /** Bytes written. */
  get size(): i32 {
    return this.length;
  }

  /** Begins a message with its header; NLM_F_REQUEST is added. */
  begin(type: u16, flags: u16, sequence: u32): void {
    const pointer = this.grow(headerBytes);
    this.messageStart = this.length - headerBytes;
    store<u16>(pointer, type, 4);
    store<u16>(pointer, flags | 1, 6);
    store<u32>(pointer, sequence, 8);
  }

  /** Ends the message. */
  end(): void {
    store<u32>(changetype<usize>(this.bytes) + this.messageStart, <u32>(this.length - this.messageStart));
  }

  u8(value: u8): void {
    store<u8>(this.grow(1), value);
  }

  u16(value: u16): void {
    store<u16>(this.grow(2), value);
  }

  u32(value: u32): void {
    store<u32>(this.grow(4), value);
  }

  attributeU8(type: u16, value: u8): void {
    store<u8>(this.attribute(type, 1), value);
  }

  attributeU16(type: u16, value: u16): void {
    store<u16>(this.attribute(type, 2), value);
  }

  attributeU32(type: u16, value: u32): void {
    store<u32>(this.attribute(type, 4), value);
  }

  attributeBytes(type: u16, value: StaticArray<u8>): void {
    const pointer = this.attribute(type, value.length);
    memory.copy(pointer, changetype<usize>(value), <usize>value.length);
  }

  attributeAddress(type: u16, address: IpAddress): void {
    address.write(this.attribute(type, addressBytes(address.family)));
  }

  /** Text with its zero, as the kernel takes names of links and kinds. The text is ASCII: what is not is written as `?`. */
  attributeText(type: u16, value: string): void {
    const pointer = this.attribute(type, value.length + 1);
    for (let index = 0; index < value.length; ++index) {
      const code = value.charCodeAt(index);
      store<u8>(pointer + index, code < 0x80 ? <u8>code : 0x3f);
    }
  }

  /** Begins an attribute that holds attributes; gives what `endNested` needs. */
  beginNested(type: u16): i32 {
    const start = this.length;
    const pointer = this.grow(4);
    store<u16>(pointer, type, 2);
    return start;
  }

  endNested(start: i32): void {
    store<u16>(changetype<usize>(this.bytes) + start, <u16>(this.length - start));
  }

  /** All messages. */
  take(): StaticArray<u8> {
    const bytes = new StaticArray<u8>(this.length);
    memory.copy(changetype<usize>(bytes), changetype<usize>(this.bytes), <usize>this.length);
    memory.fill(changetype<usize>(this.bytes), 0, <usize>this.length);
    this.length = 0;
    return bytes;
  }

  /** Header and zeroed room for `length` bytes, padded; gives where they go. */
  private attribute(type: u16, length: i32): usize {
    const whole = 4 + length;
    const pointer = this.grow((whole + 3) & ~3);
    store<u16>(pointer, <u16>whole);
    store<u16>(pointer, type, 2);
    return pointer + 4;
  }

  /** Room for `count` more bytes, zeroed. */
  private grow(count: i32): usize {
    const needed = this.length + count;
    if (needed > this.bytes.length) {
      let size = this.bytes.length;
      while (size < needed) size *= 2;
      const larger = new StaticArray<u8>(size);
      memory.copy(changetype<usize>(larger), changetype<usize>(this.bytes), <usize>this.length);
      this.bytes = larger;
    }
    const pointer = changetype<usize>(this.bytes) + this.length;
    this.length = needed;
    return pointer;
  }
}
