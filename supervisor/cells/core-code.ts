/**
 * Walks over the instructions of a core module: which there are, and where. It finds the length of every instruction, and
 * nothing else: that they make sense the engine has checked.
 *
 * The danger is to see other instructions than the engine does. So everything that is not known exactly is refused, and numbers
 * may be padded wherever the engine takes them padded.
 *
 * Spec: WebAssembly core specification 3.0, section 5.4 (instructions) and 5.5 (modules).
 */
import { ByteReader } from '../component/byte-reader.ts';

/** An opcode: one byte, or for those with a prefix `prefix * 65536 + number`. */
export type Opcode = number;

/** The opcode `number` behind a prefix byte. */
export function prefixed(prefix: number, number: number): Opcode {
  return prefix * 65_536 + number;
}

/** Called for each instruction, before its operands are read, so that it can refuse an instruction whose operands are not known. */
export type OnInstruction = (opcode: Opcode) => void;

/** What `walkCode` tells. */
export type CodeVisitor = {
  /** The code of a function begins, with its locals, at the offset `start`; `index` counts imported functions too. */
  readonly onFunction: (index: number, bytes: number, start: number) => void;
  /** Initialisers begin: of globals, elements or data. */
  readonly onInitialisers: (section: string) => void;
  readonly onInstruction: OnInstruction;
  /** An instruction has been read whole: it takes the bytes from offset `start` up to `end`. */
  readonly onInstructionRead?: (opcode: Opcode, start: number, end: number) => void;
  /** A table that has `entries` entries from the start. */
  readonly onTable: (entries: number) => void;
  /** Something that is not known, such as a type or a section. */
  readonly onUnknown: (what: string) => Error;
};

const headerSize = 8;
const end = 0x0b;
const firstUnknownSimd = 0x114;

/** Walks over all code of the core module that `bytes` are, whose imports are `importedFunctions` functions and others. */
export function walkCode(bytes: Uint8Array, importedFunctions: number, visitor: CodeVisitor): void {
  const module = new ByteReader(bytes, headerSize, bytes.length, 'a core module');
  while (!module.atEnd) {
    const id = module.byte();
    const section = module.part(module.u32(), `section ${id} of a core module`);
    const walker = new Walker(section, visitor);
    switch (id) {
      // Custom, type, import, function, memory, export, start, data count: nothing in them is run.
      case 0:
      case 1:
      case 2:
      case 3:
      case 5:
      case 7:
      case 8:
      case 12:
        break;
      case 4:
        section.vector(() => walker.table());
        section.finish();
        break;
      case 6:
        visitor.onInitialisers('a global');
        section.vector(() => walker.global());
        section.finish();
        break;
      case 9:
        visitor.onInitialisers('an element segment');
        section.vector(() => walker.elements());
        section.finish();
        break;
      case 10: {
        let index = importedFunctions;
        section.vector(() => {
          const body = section.part(section.u32(), 'the code of a function');
          visitor.onFunction(index, body.end - body.position, body.position);
          new Walker(body, visitor).function();
          index += 1;
        });
        section.finish();
        break;
      }
      case 11:
        visitor.onInitialisers('a data segment');
        section.vector(() => walker.data());
        section.finish();
        break;
      default:
        throw visitor.onUnknown(`a section ${id}`);
    }
  }
}

class Walker {
  readonly #reader: ByteReader;
  readonly #visitor: CodeVisitor;

  constructor(reader: ByteReader, visitor: CodeVisitor) {
    this.#reader = reader;
    this.#visitor = visitor;
  }

  table(): void {
    this.#referenceType();
    const flags = this.#reader.byte();
    if (flags > 1) throw this.#visitor.onUnknown(`a table with limits of kind ${flags}`);
    this.#visitor.onTable(this.#leb32());
    if (flags === 1) this.#leb32();
  }

  global(): void {
    this.#valueType();
    this.#reader.byte();
    this.#expression();
  }

  /** Spec 5.5.12: bit 0 of the flags: not active; bit 1: with a table or a kind; bit 2: expressions instead of indices. */
  elements(): void {
    const flags = this.#leb32();
    if (flags > 7) throw this.#visitor.onUnknown(`an element segment of kind ${flags}`);
    const isActive = (flags & 1) === 0;
    const isExplicit = (flags & 2) !== 0;
    const areExpressions = (flags & 4) !== 0;
    if (isActive && isExplicit) this.#leb32();
    if (isActive) this.#expression();
    if (!isActive || isExplicit) {
      if (areExpressions) this.#referenceType();
      else this.#reader.byte();
    }
    this.#reader.vector(() => {
      if (areExpressions) this.#expression();
      else this.#leb32();
    });
  }

  data(): void {
    const flags = this.#leb32();
    if (flags > 2) throw this.#visitor.onUnknown(`a data segment of kind ${flags}`);
    if (flags === 2) this.#leb32();
    if (flags !== 1) this.#expression();
    this.#reader.take(this.#leb32());
  }

  function(): void {
    this.#reader.vector(() => {
      this.#leb32();
      this.#valueType();
    });
    while (!this.#reader.atEnd) this.#instruction();
  }

  /** A constant expression; the engine allows none that holds a block. */
  #expression(): void {
    while (this.#instruction() !== end);
  }

  #instruction(): Opcode {
    const start = this.#reader.position;
    const byte = this.#reader.byte();
    const opcode = byte >= 0xfb && byte <= 0xfe ? prefixed(byte, this.#leb32()) : byte;
    this.#visitor.onInstruction(opcode);
    this.#operands(opcode);
    this.#visitor.onInstructionRead?.(opcode, start, this.#reader.position);
    return opcode;
  }

  #operands(opcode: Opcode): void {
    if (opcode > 0xff) this.#prefixedOperands(Math.floor(opcode / 65_536), opcode % 65_536);
    else if (opcode >= 0x28 && opcode <= 0x3e) this.#memoryOperand();
    else if (opcode >= 0x45 && opcode <= 0xc4) return;
    else this.#plainOperands(opcode);
  }

  #plainOperands(opcode: Opcode): void {
    const reader = this.#reader;
    switch (opcode) {
      // unreachable, nop, else, end, return, drop, select, ref.is_null
      case 0x00:
      case 0x01:
      case 0x05:
      case end:
      case 0x0f:
      case 0x1a:
      case 0x1b:
      case 0xd1:
        return;
      // block, loop, if
      case 0x02:
      case 0x03:
      case 0x04:
        this.#blockType();
        return;
      case 0x0e:
        for (let count = this.#leb32(); count > 0; count -= 1) this.#leb32();
        this.#leb32();
        return;
      // br, br_if, call, local.*, global.*, table.get, table.set, memory.size, memory.grow, ref.func
      case 0x0c:
      case 0x0d:
      case 0x10:
      case 0x20:
      case 0x21:
      case 0x22:
      case 0x23:
      case 0x24:
      case 0x25:
      case 0x26:
      case 0x3f:
      case 0x40:
      case 0xd2:
        this.#leb32();
        return;
      // call_indirect
      case 0x11:
        this.#leb32();
        this.#leb32();
        return;
      // select with types
      case 0x1c:
        reader.vector(() => this.#valueType());
        return;
      case 0x41:
        this.#skipLeb(5);
        return;
      case 0x42:
        this.#skipLeb(10);
        return;
      case 0x43:
        reader.take(4);
        return;
      case 0x44:
        reader.take(8);
        return;
      // ref.null
      case 0xd0:
        this.#referenceType();
        return;
      default:
        throw this.#visitor.onUnknown(`opcode 0x${opcode.toString(16)}`);
    }
  }

  #prefixedOperands(prefix: number, number: number): void {
    if (prefix === 0xfc) this.#miscellaneousOperands(number);
    else if (prefix === 0xfd) this.#vectorOperands(number);
    else throw this.#visitor.onUnknown(`opcode 0x${prefix.toString(16)} ${number}`);
  }

  #miscellaneousOperands(number: number): void {
    // Saturating truncations have none; memory.init, memory.copy, table.init and table.copy two; the others one.
    if (number <= 7) return;
    if (number > 17) throw this.#visitor.onUnknown(`opcode 0xfc ${number}`);
    this.#leb32();
    if ([8, 10, 12, 14].includes(number)) this.#leb32();
  }

  #vectorOperands(number: number): void {
    if (number >= firstUnknownSimd) throw this.#visitor.onUnknown(`opcode 0xfd ${number}`);
    const isLaneInMemory = number >= 84 && number <= 91;
    if (number <= 11 || isLaneInMemory || number === 92 || number === 93) this.#memoryOperand();
    if (number === 12 || number === 13) this.#reader.take(16);
    if (isLaneInMemory || (number >= 21 && number <= 34)) this.#reader.byte();
  }

  /** Alignment, with bit 6 for the index of a memory, and an offset. */
  #memoryOperand(): void {
    const alignment = this.#leb32();
    if ((alignment & 0x40) !== 0) this.#leb32();
    this.#skipLeb(10);
  }

  /** Nothing, a value type, or the index of a type: all of them are one signed number. */
  #blockType(): void {
    const code = this.#reader.peek();
    if (code === 0x40 || isValueType(code)) this.#reader.byte();
    else if ((code & 0xc0) === 0x40) this.#valueType();
    else this.#skipLeb(5);
  }

  #valueType(): void {
    const code = this.#reader.byte();
    if (!isValueType(code)) throw this.#visitor.onUnknown(`a value type 0x${code.toString(16)}`);
  }

  #referenceType(): void {
    const code = this.#reader.byte();
    if (!isReferenceType(code)) throw this.#visitor.onUnknown(`a reference type 0x${code.toString(16)}`);
  }

  /** An unsigned number of up to 32 bits, padded or not. */
  #leb32(): number {
    let value = 0;
    let scale = 1;
    for (let count = 1; count <= 5; count += 1) {
      const byte = this.#reader.byte();
      value += (byte & 0x7f) * scale;
      if ((byte & 0x80) === 0) return value;
      scale *= 128;
    }
    throw this.#visitor.onUnknown('a number of more than five bytes');
  }

  #skipLeb(longest: number): void {
    for (let count = 1; count <= longest; count += 1) {
      if ((this.#reader.byte() & 0x80) === 0) return;
    }
    throw this.#visitor.onUnknown(`a number of more than ${longest} bytes`);
  }
}

/** Numbers, vectors, and references to functions and to things of the host. */
function isValueType(code: number): boolean {
  return (code >= 0x7b && code <= 0x7f) || isReferenceType(code);
}

function isReferenceType(code: number): boolean {
  return code === 0x70 || code === 0x6f;
}
