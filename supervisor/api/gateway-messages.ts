/**
 * What the gateway and PID 1 say to each other over their pair of sockets, each message a frame (cells/frames.ts) with a value in the encoding of
 * flight records (cells/record-cbor.ts). What comes from the gateway is not believed: PID 1 reads it against a schema, with limits, and derives
 * who calls from the certificate chain itself.
 *
 * Numbers of connections and calls are the gateway's own; each is used once, and they rise.
 */
import type { RecordValue, Value } from '../store/resource.ts';

/** From the gateway to PID 1. */
export type FromGateway =
  /** Asks for a certificate for its key. `publicKey` is a SubjectPublicKeyInfo in DER (RFC 5280, 4.1). */
  | { readonly type: 'certificate-request'; readonly publicKey: Uint8Array<ArrayBuffer> }
  /** A client has connected. `chain` are the certificates it has shown, in DER, its own first; none if it has none. `peer` is its address. */
  | {
      readonly type: 'connected';
      readonly connection: number;
      readonly chain: readonly Uint8Array<ArrayBuffer>[];
      readonly peer: string;
    }
  | { readonly type: 'disconnected'; readonly connection: number }
  /** A call begins. `method` is such as `eft.v1.StateService/Get`; `argument` are the fields of the request message, or none if inputs follow. */
  | {
      readonly type: 'call';
      readonly call: number;
      readonly connection: number;
      readonly method: string;
      readonly argument: RecordValue;
    }
  /** The next request message of a call whose requests are a stream. */
  | { readonly type: 'input'; readonly call: number; readonly value: RecordValue }
  | { readonly type: 'input-end'; readonly call: number }
  /** The gateway has room for so many more answers of this call. It begins with room for one. */
  | { readonly type: 'credit'; readonly call: number; readonly count: number }
  /** Nobody waits for the call any more. */
  | { readonly type: 'cancel'; readonly call: number };

/** From PID 1 to the gateway. */
export type ToGateway =
  /** `chain` in DER, the gateway's own first; `authorities`, in DER, are whose certificates clients are asked for: none in maintenance. */
  | {
      readonly type: 'certificate';
      readonly chain: readonly Uint8Array<ArrayBuffer>[];
      readonly authorities: readonly Uint8Array<ArrayBuffer>[];
    }
  /** An answer: the fields of the response message. */
  | { readonly type: 'output'; readonly call: number; readonly value: RecordValue }
  /** There is room for so many more inputs of the call. It begins with room for one. */
  | { readonly type: 'credit'; readonly call: number; readonly count: number }
  /** The call is over; nothing follows. Without an error it is a success. */
  | { readonly type: 'end'; readonly call: number; readonly error?: CallError };

/** Why a call has failed, for its caller. */
export type CallError = {
  readonly status: CallStatus;
  /** A code of errors.md, such as `api.denied`. */
  readonly code: string;
  readonly message: string;
};

/** The status codes of gRPC that the API gives (grpc/doc/statuscodes.md), by their names in Connect. */
export type CallStatus =
  | 'canceled'
  | 'invalid_argument'
  | 'deadline_exceeded'
  | 'not_found'
  | 'already_exists'
  | 'permission_denied'
  | 'resource_exhausted'
  | 'failed_precondition'
  | 'aborted'
  | 'unimplemented'
  | 'internal'
  | 'unavailable'
  | 'unauthenticated';

/** Bytes of one message in either direction. */
export const gatewayFrameLimit = 1_500_000;

/** Message fields as values: what protobuf has as camelCase names, 64-bit integers as bigint, enums as numbers, a oneof as `{case, value}`. */
export type MessageFields = Readonly<Record<string, Value>>;
