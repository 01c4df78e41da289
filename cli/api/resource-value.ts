/** A resource as programs are given it: as in the API, without what every one of them has. */
import type { JsonObject } from '@bufbuild/protobuf';
import type { Resource } from '../../supervisor/api/generated/eft/v1/state_pb.js';

export function resourceValue({ kind, id, version, phase, owner, finalizers, value }: Resource): JsonObject {
  return { kind, id, version: String(version), phase, owner, finalizers, value: value ?? {} };
}
