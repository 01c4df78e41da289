import { create, type DescMessage, fromBinary, fromJson, toBinary, toJson } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { BlobService, UploadRequestSchema } from '../api/generated/eft/v1/blob_pb.js';
import { ApplyConfigRequestSchema, MachineService } from '../api/generated/eft/v1/machine_pb.js';
import { InspectResponseSchema, ModuleService } from '../api/generated/eft/v1/module_pb.js';
import {
  GetResponseSchema,
  PutOperationRequestSchema,
  StateService,
  WatchRequestSchema,
  WatchResponseSchema,
} from '../api/generated/eft/v1/state_pb.js';
import { decodeRecordValue } from '../cells/record-reader.ts';
import { encodeRecordValue } from '../cells/record-writer.ts';
import { messageItemsLimit } from './limits.ts';
import { fieldsOf, initOf } from './message-fields.ts';

describe('the fields of a message', () => {
  it('are those that are not at their default, by their names in JavaScript', () => {
    const apply = create(ApplyConfigRequestSchema, { config: Uint8Array.of(1), mode: 4, dryRun: true });
    expect(fieldsOf(ApplyConfigRequestSchema, apply)).toEqual({
      config: Uint8Array.of(1),
      mode: 4,
      dryRun: true,
    });
    expect(fieldsOf(ApplyConfigRequestSchema, create(ApplyConfigRequestSchema))).toEqual({});
    const upload = create(UploadRequestSchema, { size: 2n ** 64n - 1n });
    expect(fieldsOf(UploadRequestSchema, upload)).toEqual({ size: 2n ** 64n - 1n });
  });

  it('tell an optional field at its default from one that is missing', () => {
    expect(fieldsOf(WatchRequestSchema, create(WatchRequestSchema, { id: '' }))).toEqual({ id: '' });
    expect(fieldsOf(WatchRequestSchema, create(WatchRequestSchema))).toEqual({});
  });

  it('have keys of a client’s own only in maps, and as nothing but keys', () => {
    const json = '{"arguments":{"__proto__":"a","constructor":"b"},"target":"c"}';
    const request = fromJson(PutOperationRequestSchema, JSON.parse(json));
    const fields = fieldsOf(PutOperationRequestSchema, request);
    expect(Object.keys(fields)).toEqual(['target', 'arguments']);
    expect(Object.getPrototypeOf(fields['arguments'])).toBe(Object.prototype);
    expect(Object.entries(Object(fields['arguments'])).sort()).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });

  it('are no more than PID 1 takes', () => {
    const most = create(WatchRequestSchema, { kinds: Array<string>(messageItemsLimit).fill('') });
    expect(fieldsOf(WatchRequestSchema, most)['kinds']).toHaveLength(messageItemsLimit);
    most.kinds.push('');
    expect(() => fieldsOf(WatchRequestSchema, most)).toThrow(RangeError);
  });

  it('of a list of messages and of a oneof are those that PID 1 sends', () => {
    const fields = {
      changes: [
        { change: { case: 'removed', value: { kind: 'a', id: 'b' } } },
        { change: { case: 'put', value: { kind: 'c', version: 1n } } },
      ],
      isSynced: true,
    };
    const message = create(WatchResponseSchema, initOf(WatchResponseSchema, fields));
    expect(fieldsOf(WatchResponseSchema, message)).toEqual(fields);
  });

  it('come through the link and both encodings as they are', () => {
    const fields = {
      module: { name: 'a', queue: 7 },
      inputs: ['b'],
      grants: [{ interface: 'c' }],
      denied: { d: 5n },
      digest: 'e',
    };
    const init = initOf(
      InspectResponseSchema,
      Object(decodeRecordValue(encodeRecordValue(fields), 'a test')),
    );
    const message = create(InspectResponseSchema, init);
    const read = fromBinary(InspectResponseSchema, toBinary(InspectResponseSchema, message));
    expect(fieldsOf(InspectResponseSchema, read)).toEqual(fields);
    expect(
      fieldsOf(InspectResponseSchema, fromJson(InspectResponseSchema, toJson(InspectResponseSchema, read))),
    ).toEqual(fields);
  });
});

describe('the value of a resource', () => {
  it('is JSON, whatever the component model has', () => {
    const value = {
      big: 2n ** 63n,
      bytes: Uint8Array.of(255, 254),
      numbers: Uint16Array.of(1, 2),
      bigs: BigUint64Array.of(3n),
      missing: undefined,
      float: Number.NaN,
      variant: { tag: 'ok', val: { deep: [{ tag: 'none' }, undefined] } },
      record: { tag: 5, val: true },
      nested: [1n, [2n]],
    };
    const message = create(GetResponseSchema, initOf(GetResponseSchema, { resource: { kind: 'a', value } }));
    expect(toJson(GetResponseSchema, message)).toEqual({
      resource: {
        kind: 'a',
        value: {
          big: '9223372036854775808',
          bytes: '//4=',
          numbers: [1, 2],
          bigs: ['3'],
          float: 'NaN',
          variant: { ok: { deep: [{ none: null }, null] } },
          record: { tag: 5, val: true },
          nested: ['1', ['2']],
        },
      },
    });
  });

  it('is in no request, so nothing is made of JSON that a client sends', () => {
    const hasStruct = (schema: DescMessage, seen = new Set<DescMessage>()): boolean => {
      if (schema.typeName === 'google.protobuf.Struct') return true;
      if (seen.has(schema)) return false;
      seen.add(schema);
      return schema.fields.some(({ message }) => message !== undefined && hasStruct(message, seen));
    };
    const methods = [StateService, MachineService, ModuleService, BlobService].flatMap(
      (service) => service.methods,
    );
    expect(methods.filter(({ input }) => hasStruct(input))).toEqual([]);
    expect(methods.some(({ output }) => hasStruct(output))).toBe(true);
  });
});
