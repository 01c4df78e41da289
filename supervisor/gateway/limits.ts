/**
 * Every limit of the gateway, and what it keeps whom from.
 *
 * A client that has a certificate of an authority of this node, as far as TLS sees, is *vouched for*. That decides nothing but how much it may
 * take: who may call what is for PID 1 to say. Without that difference, clients without a certificate could take everything there is.
 */

const kibibyte = 1024;
const mebibyte = 1024 * 1024;

/** Bytes of one message of a client, in any encoding. What PID 1 gets of it is at most `gatewayFrameLimit`. */
export const messageBytesLimit = mebibyte;

/** Items of all lists and maps of one message: they take more memory than bytes. */
export const messageItemsLimit = 16_384;

/** Bytes of messages that are being received, of all clients together. */
export const receivedBytesLimit = 32 * mebibyte;

/** Bytes of answers that clients have not taken yet, of all calls together; the slower ones are ended beyond that. */
export const untakenBytesLimit = 48 * mebibyte;

/** Bytes on their way to PID 1 beyond which no new call is taken: it is busy. */
export const backlogBytesLimit = 8 * mebibyte;

/** Connections at one time. */
export const connectionsLimit = 256;
/** Open descriptors: a connection has one, and Node has some two dozen. */
export const descriptorsLimit = connectionsLimit + 64;
/** Connections of one address, whoever they are. */
export const connectionsOfAddressLimit = 128;
/** Of clients that nobody vouches for. */
export const strangersLimit = 64;

/** Calls at one time on one connection: HTTP/2's streams. */
export const callsOfConnectionLimit = 1_024;
/** The same for a client that nobody vouches for. */
export const callsOfStrangerLimit = 4;
/** Calls at one time, of all clients together. */
export const callsLimit = 4_096;

/** Milliseconds for a TLS handshake. */
export const handshakeTimeoutMs = 10_000;
/** Milliseconds without anything, after which a connection without calls is closed, and one with calls is asked whether it is still there. */
export const idleTimeoutMs = 60_000;
/** Milliseconds without anything, after which the kernel begins to ask whether the other end is still there (TCP_KEEPIDLE). */
export const keepAliveDelayMs = 30_000;
/** Milliseconds for the head of a request in HTTP/1.1. */
export const headTimeoutMs = 10_000;
/** Milliseconds for a message, from when it is waited for until it is whole. A stream of them may last. */
export const messageTimeoutMs = 30_000;
/** Milliseconds for a client to end a request that is answered already. */
export const lingerTimeoutMs = 1_000;
/** Milliseconds that a call may ask to have: a day. Without asking, a call has as long as it takes. */
export const deadlineLimitMs = 86_400_000;

/** Bytes of all headers of a request. */
export const headerBytesLimit = 16 * kibibyte;
/** Headers of a request. */
export const headersLimit = 64;
/** Settings in one SETTINGS frame of HTTP/2; there are six in RFC 9113, 6.5.2. */
export const settingsLimit = 32;
/** PINGs of our own, and SETTINGS, that wait for their answer. */
export const outstandingLimit = 4;
/** Frames that make no sense, and streams that are refused, in one session. */
export const invalidFramesLimit = 32;
/** Streams that a client may take back at once, and per second after that. */
export const resetBurst = 128;
export const resetsPerSecond = 32;
/** Megabytes that HTTP/2 may keep for one session. */
export const sessionMemoryMb = 2;
/** Bytes of one stream that a client may send ahead. */
export const streamWindowBytes = 64 * kibibyte;
/** Bytes of the table by which headers are compressed. */
export const headerTableBytes = 4 * kibibyte;

/** Certificates in a client's chain, and bytes of one of them. What is longer is passed on without those beyond. */
export const chainLengthLimit = 4;
export const certificateBytesLimit = 8 * kibibyte;
