/**
 * Messages of protobuf to and from what PID 1 is told: plain values by field name (api/gateway-messages.ts). It goes by the descriptors, and so is the same for
 * every message there is and will be.
 *
 * The danger: what a client has sent becomes keys and values here. Only fields of the descriptor are looked at; keys of a map are the client's own, and
 * an object that has them may have any name (`__proto__`).
 */
import { type DescField, type DescMessage, isFieldSet, type Message } from '@bufbuild/protobuf';
import type { RecordValue, Value } from '../store/resource.ts';
import { jsonObject } from './json-form.ts';
import { messageItemsLimit } from './limits.ts';

const structName = 'google.protobuf.Struct';

/** The fields of a message that are not at their default. Error: RangeError, if there are more items of lists and maps in it than `messageItemsLimit`. */
export function fieldsOf(schema: DescMessage, message: Message): RecordValue {
  return fieldsWithin(schema, message, { items: messageItemsLimit });
}

/** How many more there may be. */
type Room = { items: number };

function fieldsWithin(schema: DescMessage, message: Message, room: Room): RecordValue {
  const fields: [string, Value][] = [];
  for (const member of schema.members) {
    if (member.kind === 'oneof') {
      const set = member.fields.find((field) => isFieldSet(message, field));
      if (set === undefined) continue;
      const content: unknown = Reflect.get(Object(Reflect.get(message, member.localName)), 'value');
      fields.push([member.localName, { case: set.localName, value: fieldValue(set, content, room) }]);
    } else if (isFieldSet(message, member)) {
      fields.push([member.localName, fieldValue(member, Reflect.get(message, member.localName), room)]);
    }
  }
  return Object.fromEntries(fields);
}

function fieldValue(field: DescField, content: unknown, room: Room): Value {
  if (field.fieldKind === 'list') {
    const items = Array.from<unknown>(Object(content));
    take(room, items.length);
    return items.map((item) => itemOf(field, item, room));
  }
  if (field.fieldKind === 'map') {
    const entries = Object.entries<unknown>(Object(content));
    take(room, entries.length);
    return Object.fromEntries(entries.map(([key, item]) => [key, itemOf(field, item, room)]));
  }
  return itemOf(field, content, room);
}

function take(room: Room, items: number): void {
  room.items -= items;
  if (room.items < 0) throw new RangeError(`the message has more than ${messageItemsLimit} items`);
}

/** One item of a list or map, or the content of another field. */
function itemOf(field: DescField, content: unknown, room: Room): Value {
  if (field.message !== undefined) {
    if (!isMessage(content)) throw new TypeError(`${field} has no message`);
    return fieldsWithin(field.message, content, room);
  }
  switch (typeof content) {
    case 'boolean':
    case 'number':
    case 'bigint':
    case 'string':
      return content;
    default:
      if (content instanceof Uint8Array) return content;
      throw new TypeError(`${field} has a ${typeof content}`);
  }
}

function isMessage(content: unknown): content is Message {
  return typeof content === 'object' && content !== null && '$typeName' in content;
}

/** What a message is made of that has these fields: they themselves, with the values of resources as JSON. */
export function initOf(schema: DescMessage, fields: RecordValue): Record<string, unknown> {
  return hasJson(schema) ? messageWithJson(schema, fields) : fields;
}

function messageWithJson(schema: DescMessage, fields: RecordValue): Record<string, unknown> {
  const init: Record<string, unknown> = {};
  for (const member of schema.members) {
    const content = fields[member.localName];
    if (content === undefined) continue;
    if (member.kind === 'oneof') {
      const { case: name, value } = recordIn(content);
      const chosen = member.fields.find(({ localName }) => localName === name);
      init[member.localName] =
        chosen === undefined ? content : { case: name, value: contentOf(chosen, value) };
    } else {
      init[member.localName] = contentOf(member, content);
    }
  }
  return init;
}

function contentOf(field: DescField, content: Value): unknown {
  const { message } = field;
  if (message === undefined) return content;
  const one = (item: Value): unknown =>
    message.typeName === structName ? jsonObject(recordIn(item)) : initOf(message, recordIn(item));
  if (field.fieldKind === 'list') return Array.isArray(content) ? content.map(one) : content;
  if (field.fieldKind === 'map')
    return Object.fromEntries(Object.entries(recordIn(content)).map(([key, item]) => [key, one(item)]));
  return one(content);
}

function recordIn(value: Value): RecordValue {
  if (typeof value === 'object' && !Array.isArray(value) && !ArrayBuffer.isView(value)) {
    // Neither a list nor bytes.
    return Object.fromEntries(Object.entries<Value>(value));
  }
  throw new TypeError('PID 1 has sent something else where a message belongs');
}

const known = new Map<DescMessage, boolean>();

/** Whether there is a value of a resource somewhere in such a message. */
function hasJson(schema: DescMessage): boolean {
  const before = known.get(schema);
  if (before !== undefined) return before;
  // A message that has itself in it has no more in it by that.
  known.set(schema, false);
  const has = schema.fields.some(
    ({ message }) => message !== undefined && (message.typeName === structName || hasJson(message)),
  );
  known.set(schema, has);
  return has;
}
