/**
 * Messages on a stream of bytes, one frame each: the length of what follows, 4 bytes, little-endian, and then so many bytes.
 *
 * The danger: who writes the stream may not be believed, and a length is all that it takes to ask for gigabytes. So how long the
 * next frame may be is asked for each of them, before anything is set aside for it; and no more than one frame is ever held.
 */
import type { Writable } from 'node:stream';

const headBytes = 4;

/** Writes a frame, whose bytes are not copied. */
export function writeFrame(stream: Writable, bytes: Uint8Array): void {
  const head = new Uint8Array(headBytes);
  new DataView(head.buffer).setUint32(0, bytes.length, true);
  stream.cork();
  stream.write(head);
  stream.write(bytes);
  stream.uncork();
}

export type FrameReaderOptions = {
  /** Bytes that the frame which begins now may have. */
  readonly limit: () => number;
  /** A whole frame, whose bytes nobody else has. */
  readonly onFrame: (bytes: Uint8Array<ArrayBuffer>) => void;
  /** A frame is longer than it may be. Nothing is read any more. */
  readonly onTooLong: (length: number, limit: number) => void;
};

export class FrameReader {
  readonly #options: FrameReaderOptions;
  readonly #head = new Uint8Array(headBytes);
  #headLength = 0;
  #frame: Uint8Array<ArrayBuffer> | undefined;
  #frameLength = 0;
  #isClosed = false;

  constructor(options: FrameReaderOptions) {
    this.#options = options;
  }

  /** Takes the next bytes of the stream, until `isEnough` says so after a frame. Gives the bytes that were not taken: they are the next. */
  push(chunk: Uint8Array, isEnough: () => boolean = () => false): Uint8Array {
    let rest = chunk;
    while (rest.length > 0 && !this.#isClosed) {
      if (this.#frame === undefined) rest = this.#takeHead(rest);
      if (this.#frame !== undefined) rest = this.#takeBody(this.#frame, rest);
      if (this.#frame === undefined && isEnough()) return rest;
    }
    return rest;
  }

  /** Nothing is read any more, and no frame is given. */
  close(): void {
    this.#isClosed = true;
    this.#frame = undefined;
  }

  /** Gives what is left of `bytes`. */
  #takeHead(bytes: Uint8Array): Uint8Array {
    const taken = bytes.subarray(0, headBytes - this.#headLength);
    this.#head.set(taken, this.#headLength);
    this.#headLength += taken.length;
    if (this.#headLength === headBytes) {
      const length = new DataView(this.#head.buffer).getUint32(0, true);
      const limit = this.#options.limit();
      if (length > limit) {
        this.close();
        this.#options.onTooLong(length, limit);
        return bytes.subarray(bytes.length);
      }
      // The kernel gives the memory when it is written to.
      this.#frame = new Uint8Array(length);
      this.#frameLength = 0;
      this.#headLength = 0;
    }
    return bytes.subarray(taken.length);
  }

  #takeBody(frame: Uint8Array<ArrayBuffer>, bytes: Uint8Array): Uint8Array {
    const taken = bytes.subarray(0, frame.length - this.#frameLength);
    frame.set(taken, this.#frameLength);
    this.#frameLength += taken.length;
    if (this.#frameLength === frame.length) {
      this.#frame = undefined;
      this.#options.onFrame(frame);
    }
    return bytes.subarray(taken.length);
  }
}
