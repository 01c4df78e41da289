/** Which status of gRPC a caller is given for what went wrong: by the code of the error, never by its text. */
import { EftError, type ErrorCode } from '../errors/eft-error.ts';
import type { CallStatus } from './gateway-messages.ts';

/** Codes whose status does not follow from their area. */
const byCode: Partial<Readonly<Record<ErrorCode, CallStatus>>> = {
  'api.unauthenticated': 'unauthenticated',
  'api.denied': 'permission_denied',
  'api.unknown-method': 'unimplemented',
  'api.rate': 'resource_exhausted',
  'api.busy': 'resource_exhausted',
  'api.gone': 'canceled',
  'api.internal': 'internal',
  'api.gateway': 'internal',
  'api.no-resource': 'not_found',
  'api.no-module': 'not_found',
  'api.answer-too-large': 'resource_exhausted',
  'api.too-many-watches': 'resource_exhausted',
  'api.too-many-operations': 'resource_exhausted',
  'api.too-many-readers': 'resource_exhausted',
  'blob.none': 'not_found',
  'blob.busy': 'aborted',
  'blob.cut-off': 'aborted',
  'blob.no-room': 'resource_exhausted',
  'blob.write': 'resource_exhausted',
  'blob.too-long': 'invalid_argument',
  'blob.digest': 'invalid_argument',
  'gateway.message': 'invalid_argument',
  'gateway.message-time': 'deadline_exceeded',
  'gateway.slow-reader': 'resource_exhausted',
  'store.unknown-kind': 'not_found',
  'store.too-many-watches': 'resource_exhausted',
  'store.full': 'resource_exhausted',
  'store.kind-full': 'resource_exhausted',
  'store.too-many-resources': 'resource_exhausted',
  'store.too-many-bytes': 'resource_exhausted',
};

/** The status for an error. What nobody has foreseen is `internal`. */
export function callStatus(error: unknown): CallStatus {
  if (!(error instanceof EftError)) return 'internal';
  const { code } = error;
  return byCode[code] ?? (code.startsWith('record.') ? 'invalid_argument' : 'failed_precondition');
}
