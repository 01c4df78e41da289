import { Writable } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FrameReader, writeFrame } from './frames.ts';

/** What is read of `stream`, in the given pieces. */
function read(stream: Uint8Array, pieces: readonly number[], limit = 1_000) {
  const frames: number[][] = [];
  const tooLong: number[] = [];
  const reader = new FrameReader({
    limit: () => limit,
    onFrame: (bytes) => frames.push([...bytes]),
    onTooLong: (length) => tooLong.push(length),
  });
  let at = 0;
  for (const piece of [...pieces, stream.length]) {
    reader.push(stream.subarray(at, at + piece));
    at += piece;
  }
  return { frames, tooLong };
}

function streamOf(frames: readonly Uint8Array[]): Uint8Array {
  const written: Buffer[] = [];
  const stream = new Writable({
    writev: (chunks, done) => {
      for (const { chunk } of chunks) written.push(chunk);
      done();
    },
    write: (chunk: Buffer, _encoding, done) => {
      written.push(chunk);
      done();
    },
  });
  for (const frame of frames) writeFrame(stream, frame);
  return Buffer.concat(written);
}

it('reads what was written, in whatever pieces it comes', () => {
  const frames = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 10 });
  const pieces = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 30 });
  fc.assert(
    fc.property(frames, pieces, (written, sizes) => {
      const { frames: found, tooLong } = read(streamOf(written), sizes);
      expect(found).toEqual(written.map((frame) => [...frame]));
      expect(tooLong).toEqual([]);
    }),
  );
});

it('stops at a frame that is longer than it may be, as soon as its length is there', () => {
  const stream = Uint8Array.of(1, 0, 0, 0, 7, 0xff, 0xff, 0xff, 0xff);
  expect(read(stream, [])).toEqual({ frames: [[7]], tooLong: [0xffff_ffff] });
  const more = Uint8Array.of(...stream, 1, 0, 0, 0, 7);
  expect(read(more, [6])).toEqual({ frames: [[7]], tooLong: [0xffff_ffff] });
});

it('gives nothing of a frame that does not end', () => {
  expect(read(Uint8Array.of(2, 0, 0, 0, 7), [])).toEqual({ frames: [], tooLong: [] });
});

it('gives nothing after it is closed, not even of what it has', () => {
  const frames: number[] = [];
  const reader: FrameReader = new FrameReader({
    limit: () => 10,
    onFrame: (bytes) => {
      frames.push(bytes.length);
      reader.close();
    },
    onTooLong: () => undefined,
  });
  reader.push(streamOf([new Uint8Array(1), new Uint8Array(2)]));
  expect(frames).toEqual([1]);
});
