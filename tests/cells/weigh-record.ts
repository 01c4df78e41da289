/** The thread of `record-reader.test.ts`: reads lists of many items, and says what each was charged and what it keeps. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { RecordReader } from '../../supervisor/cells/record-reader.ts';

/** In an item, three bytes `ff` after a head of a text of four bytes are made into the number of the item. */
type Given = { readonly items: readonly (readonly number[])[]; readonly count: number };

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');
if (typeof collect !== 'function') throw new Error('memory can be told only after a collection');
const { items, count }: Given = workerData;

// Code, and what the engine makes once, must not be counted.
for (const item of items) read(item);
parentPort?.postMessage(items.map(weigh));

function weigh(item: readonly number[]): { readonly charged: number; readonly kept: number } {
  const before = heldBytes();
  const { value, charged } = read(item);
  const kept = heldBytes() - before;
  // It is used after it was weighed, so it was there.
  if (!Array.isArray(value) || value.length !== count) throw new Error('it is a list of all items');
  return { charged, kept };
}

/** The reader, which holds the bytes, is gone after this. */
function read(item: readonly number[]): { readonly value: unknown; readonly charged: number } {
  const reader = new RecordReader(listOf(item), 'x', Number.MAX_SAFE_INTEGER);
  return { value: reader.document(), charged: reader.charged };
}

function listOf(item: readonly number[]): Buffer {
  const head = Buffer.alloc(5);
  head[0] = 0x9a;
  head.writeUInt32BE(count, 1);
  const bytes = Buffer.alloc(count * item.length, Buffer.from(item));
  for (let at = 2; at + 2 < bytes.length; at += 1) {
    if (bytes[at - 2] !== 0x64 || bytes.readUIntBE(at, 3) !== 0xffffff) continue;
    const index = Math.floor(at / item.length);
    bytes[at] = index & 0x7f;
    bytes[at + 1] = (index >> 7) & 0x7f;
    bytes[at + 2] = (index >> 14) & 0x7f;
  }
  return Buffer.concat([head, bytes]);
}

function heldBytes(): number {
  if (typeof collect === 'function') for (let round = 0; round < 2; round += 1) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
