/** RTM_*RULE messages: `fib_rule_hdr` and FRA_* (linux/fib_rules.h). */
import { Family } from '../ip/family';
import { addressBytes, IpAddress } from '../ip/ip-address';
import { longestPrefix, Prefix } from '../ip/prefix';
import { Rule } from '../model/rule';
import { ownedProtocol } from './marks';
import { AttributeReader, MessageReader } from './message-reader';
import { MessageWriter } from './message-writer';
import * as rt from './numbers';

/** `struct fib_rule_hdr`: family, two lengths of prefixes, tos, table, two reserved bytes, action, flags. */
const fixedBytes = 12;

/** Reads an RTM_NEWRULE or RTM_DELRULE; null if it is unsound or of another family. */
export function readRule(message: MessageReader): Rule | null {
  if (!message.has(fixedBytes)) return null;
  const family = message.u8(0);
  if (family != <u8>Family.Ipv4 && family != <u8>Family.Ipv6) return null;
  const known = <Family>family;
  const toLength = <i32>message.u8(1);
  const fromLength = <i32>message.u8(2);
  if (max(toLength, fromLength) > longestPrefix(known)) return null;
  let priority: u32 = 0;
  const search = message.attributes(fixedBytes);
  while (search.next()) if (search.type == rt.FRA_PRIORITY) priority = search.u32(0);
  const rule = new Rule(known, priority);
  rule.table = message.u8(4);
  rule.action = message.u8(7);
  rule.isBeyond = message.u8(3) != 0 || (message.u32(8) & rt.FIB_RULE_INVERT) != 0;
  const attributes = message.attributes(fixedBytes);
  while (attributes.next()) readPart(rule, attributes, fromLength, toLength);
  return rule;
}

function readPart(rule: Rule, attribute: AttributeReader, fromLength: i32, toLength: i32): void {
  switch (<i32>attribute.type) {
    case <i32>rt.FRA_SRC:
      rule.from = prefix(rule.family, attribute, fromLength);
      break;
    case <i32>rt.FRA_DST:
      rule.to = prefix(rule.family, attribute, toLength);
      break;
    case <i32>rt.FRA_TABLE:
      rule.table = attribute.u32(rule.table);
      break;
    case <i32>rt.FRA_FWMARK:
      rule.mark = attribute.u32(0);
      rule.hasMark = true;
      break;
    case <i32>rt.FRA_FWMASK:
      rule.markMask = attribute.u32(u32.MAX_VALUE);
      rule.hasMark = true;
      break;
    case <i32>rt.FRA_IIFNAME:
      rule.incomingLink = attribute.text();
      break;
    case <i32>rt.FRA_OIFNAME:
      rule.outgoingLink = attribute.text();
      break;
    case <i32>rt.FRA_PROTOCOL:
      rule.protocol = attribute.u8(0);
      break;
    case <i32>rt.FRA_L3MDEV:
    case <i32>rt.FRA_UID_RANGE:
    case <i32>rt.FRA_IP_PROTO:
    case <i32>rt.FRA_SPORT_RANGE:
    case <i32>rt.FRA_DPORT_RANGE:
      rule.isBeyond = true;
      break;
    default:
      break;
  }
}

function prefix(family: Family, attribute: AttributeReader, length: i32): Prefix | null {
  if (attribute.length != addressBytes(family)) return null;
  return new Prefix(IpAddress.read(family, attribute.bytes, attribute.start), length);
}

/** Asks for all rules of a family. */
export function writeRuleDump(writer: MessageWriter, sequence: u32, family: Family): void {
  writer.begin(rt.RTM_GETRULE, rt.NLM_F_DUMP, sequence);
  writer.u8(<u8>family);
  writer.u8(0);
  writer.u16(0);
  writer.u32(0);
  writer.u32(0);
  writer.end();
}

/** Adds a rule. The kernel does not replace rules: one that matches the same must be removed before. */
export function writeNewRule(writer: MessageWriter, sequence: u32, rule: Rule): void {
  writer.begin(rt.RTM_NEWRULE, rt.NLM_F_ACK | rt.NLM_F_CREATE | rt.NLM_F_EXCL, sequence);
  writeRule(writer, rule, ownedProtocol);
  writer.end();
}

export function writeRuleRemoval(writer: MessageWriter, sequence: u32, rule: Rule): void {
  writer.begin(rt.RTM_DELRULE, rt.NLM_F_ACK, sequence);
  writeRule(writer, rule, rule.protocol);
  writer.end();
}

function writeRule(writer: MessageWriter, rule: Rule, protocol: u8): void {
  const from = rule.from;
  const to = rule.to;
  writer.u8(<u8>rule.family);
  writer.u8(to === null ? 0 : <u8>to.length);
  writer.u8(from === null ? 0 : <u8>from.length);
  writer.u8(0);
  writer.u8(rule.table > 255 ? 0 : <u8>rule.table);
  writer.u16(0);
  writer.u8(rule.action);
  writer.u32(0);
  if (to !== null) writer.attributeBytes(rt.FRA_DST, to.address.toBytes());
  if (from !== null) writer.attributeBytes(rt.FRA_SRC, from.address.toBytes());
  writer.attributeU32(rt.FRA_PRIORITY, rule.priority);
  if (rule.table > 0) writer.attributeU32(rt.FRA_TABLE, rule.table);
  if (rule.hasMark) {
    writer.attributeU32(rt.FRA_FWMARK, rule.mark);
    writer.attributeU32(rt.FRA_FWMASK, rule.markMask);
  }
  if (rule.incomingLink.length > 0) writer.attributeText(rt.FRA_IIFNAME, rule.incomingLink);
  if (rule.outgoingLink.length > 0) writer.attributeText(rt.FRA_OIFNAME, rule.outgoingLink);
  writer.attributeU8(rt.FRA_PROTOCOL, protocol);
}
