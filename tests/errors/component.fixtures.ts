/** Every way in which a component is refused, and every mistake of host code that calls one. */
import { parse } from '@bytecodealliance/jco';
import { Component } from '../../supervisor/component/component.ts';
import {
  callingHost,
  callText,
  compileText,
  counterGuest,
  instantiateText,
  oneFunction,
} from '../component-host/wat-guest.ts';
import type { Fixture } from './fixture.ts';

const rebuild =
  'build the module again with `eft module build`; if it stays, the tool that made this file is at fault';
const supported =
  'build it without; docs/reference/component-host.md lists what is supported and why the rest is not';
const hostBug = 'this is a bug of the host code that made the call: correct the value there';

const magic = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];

/** A component made of the magic number and `bytes`. */
const compileBytes = (...bytes: number[]) => Component.compile(Uint8Array.from([...magic, ...bytes]));

export const fixtures: readonly Fixture[] = [
  {
    code: 'component.magic',
    title: 'a core module instead of a component',
    provoke: () => Component.compile(Uint8Array.from([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00])),
    text:
      'error[component.magic]: byte 0: this is not a WebAssembly component: it begins with 00 61 73 6d 01 00 00 00, not with ' +
      '00 61 73 6d 0d 00 01 00\n  give a component; `eft module build` makes one out of a module folder',
  },
  {
    code: 'component.magic',
    title: 'an empty file',
    provoke: () => Component.compile(new Uint8Array()),
    text:
      'error[component.magic]: byte 0: this is not a WebAssembly component: it begins with nothing, not with ' +
      '00 61 73 6d 0d 00 01 00\n  give a component; `eft module build` makes one out of a module folder',
  },
  {
    code: 'component.truncated',
    title: 'a section that is longer than the file',
    provoke: () => compileBytes(7, 100, 1),
    text: 'error[component.truncated]: byte 11: the component ends in the middle of the component\n  copy the file again, whole',
  },
  {
    code: 'component.too-large',
    title: 'a type section of more types than a component may have',
    provoke: () =>
      Component.compile(
        Uint8Array.from([
          ...magic,
          7,
          0xa4,
          0x8d,
          0x06,
          0xa1,
          0x8d,
          0x06,
          ...Array<number>(100_001).fill(0x7d),
        ]),
      ),
    text:
      'error[component.too-large]: the component has more than 100000 definitions, counting each as often as it is used\n' +
      '  split the module: no subsystem needs that many',
  },
  {
    code: 'component.malformed',
    title: 'a section of unknown number',
    provoke: () => compileBytes(99, 0),
    text: `error[component.malformed]: byte 8: the component is malformed: section 99 is unknown\n  ${rebuild}`,
  },
  {
    code: 'component.malformed',
    title: 'bytes left over in a section',
    provoke: () => compileBytes(7, 2, 0, 0),
    text: `error[component.malformed]: byte 11: the component is malformed: a type section has 1 bytes too many\n  ${rebuild}`,
  },
  {
    code: 'component.leb128',
    title: 'a length with a padding byte',
    provoke: () => compileBytes(7, 0x81, 0x00, 0),
    text: `error[component.leb128]: byte 9: a number is not in its shortest LEB128 form, or has more than 32 bits\n  ${rebuild}`,
  },
  {
    code: 'component.unsupported',
    title: 'an async function type',
    provoke: () => compileBytes(7, 5, 1, 0x43, 0, 1, 0),
    text: `error[component.unsupported]: byte 11: the component uses an async function, which this host does not support\n  ${supported}`,
  },
  {
    code: 'component.unsupported',
    title: 'a nested component with code in it',
    provoke: () => compileText('(component (component (core module)))'),
    text:
      'error[component.unsupported]: byte 18: the component uses a nested component that does more than give types to what it ' +
      `passes on, which this host does not support\n  ${supported}`,
  },
  {
    code: 'component.unsupported',
    title: 'an async lift',
    provoke: () => compileBytes(7, 5, 1, 0x40, 0, 1, 0, 8, 3, 1, 0x05, 0),
    text:
      'error[component.unsupported]: byte 18: the component uses the canonical built-in 0x5: async calls, threads or streams, which ' +
      `this host does not support\n  ${supported}`,
  },
  {
    code: 'component.index',
    title: 'a type that is not there',
    provoke: () => compileBytes(7, 3, 1, 0x70, 5),
    text: `error[component.index]: the component names type 5, but only 0 exist at this point\n  ${rebuild}`,
  },
  {
    code: 'component.type',
    title: 'a lifted function whose core function has another type',
    provoke: async () => {
      const text = oneFunction('(param "n" u32)', '(func (export "call") (param i32))', '');
      const bytes = await parse(text);
      // The last byte of the parameter list: i32 (0x7f) becomes f32 (0x7d).
      const at = bytes.findIndex(
        (byte, index) =>
          byte === 0x60 && bytes[index + 1] === 1 && bytes[index + 2] === 0x7f && bytes[index + 3] === 0,
      );
      bytes[at + 2] = 0x7d;
      Component.compile(bytes);
    },
    text: `error[component.type]: the component is not valid: a lifted function has the core type \`f32 -> \`, not \`i32 -> \`\n  ${rebuild}`,
  },
  {
    code: 'component.type',
    title: 'a record with a field named __proto__',
    provoke: () => compileBytes(7, 14, 1, 0x72, 1, 9, ...Buffer.from('__proto__'), 0x7d),
    text:
      'error[component.type]: the component is not valid: a record has an item named "__proto__", which is no label\n' +
      `  ${rebuild}`,
  },
  {
    code: 'component.core',
    title: 'a core module with code that does not validate',
    provoke: async () => {
      const bytes = await parse(
        oneFunction('(result u32)', '(func (export "call") (result i32) (i32.const 42))', ''),
      );
      const at = bytes.findIndex((byte, index) => byte === 0x41 && bytes[index + 1] === 42);
      bytes[at] = 0x42;
      Component.compile(bytes);
    },
    text:
      'error[component.core]: a core module in the component is refused by the engine: WebAssembly.Module(): Compiling function #1 failed: ' +
      `type error in fallthru[0] (expected i32, got i64) @+109\n  ${rebuild}`,
  },
  {
    code: 'component.import-missing',
    title: 'an import that the host does not provide',
    provoke: () => instantiateText(callingHost('', '', '(func (export "call") (call $host))')),
    text:
      'error[component.import-missing]: the component imports host, which this host does not provide\n' +
      '  give the instance that import, or build the module against a world without it',
  },
  {
    code: 'component.value',
    title: 'a number that is too large for its type',
    provoke: () => callText(oneFunction('(param "n" u8)', '(func (export "call") (param i32))', ''), 256),
    text: `error[component.value]: the host gave 256 where a u8 is expected\n  ${hostBug}`,
  },
  {
    code: 'component.resource-spent',
    title: 'a resource that was given away already',
    provoke: async () => {
      const { functions } = await instantiateText(counterGuest);
      const Counter = requireClass(functions['Counter']);
      const counter = Reflect.construct(Counter, [7]);
      functions['take']?.(counter);
      functions['take']?.(counter);
    },
    text:
      'error[component.resource-spent]: the host used a `Counter` that it had given away or disposed of\n' +
      '  this is a bug of the host code that made the call: keep one owner for each resource',
  },
];

type Class = new (...parameters: unknown[]) => unknown;

function requireClass(value: unknown): Class {
  if (!isClass(value)) throw new Error('no such class');
  return value;
}

function isClass(value: unknown): value is Class {
  return typeof value === 'function';
}
