/** Declared routing rules. */
import { Option } from 'eft';
import {
  Family as DeclaredFamily,
  Rule as DeclaredRule,
  RuleActionKind,
} from '../bindings/resources-network-config';
import { Family } from '../ip/family';
import { Prefix, parsePrefix } from '../ip/prefix';
import { allMarkBits, Rule } from '../model/rule';
import * as rt from '../netlink/numbers';
import { isLinkName } from './names';
import { quoted, Source } from './source';

/** Between the kernel's rules for the tables `local`, and `main` and `default`. */
const maximumPriority: u32 = 32765;

export function configureRules(source: Source, rules: StaticArray<DeclaredRule>): void {
  for (let index = 0; index < rules.length; ++index) configureRule(source, rules[index]);
}

function configureRule(source: Source, declared: DeclaredRule): void {
  const what = 'the rule of priority ' + declared.priority.toString();
  if (declared.priority == 0 || declared.priority > maximumPriority) {
    source.refuse(what, 'the priority must be 1 to 32765');
    return;
  }
  const family = declared.family == DeclaredFamily.Ipv6 ? Family.Ipv6 : Family.Ipv4;
  const rule = new Rule(family, declared.priority);
  rule.layer = source.layer;
  if (!readPrefixes(source, what, rule, declared)) return;
  rule.hasMark = declared.mark.isSome;
  if (rule.hasMark) {
    rule.markMask = declared.markMask.or(allMarkBits);
    rule.mark = declared.mark.unwrap();
    if (rule.markMask == 0 || (rule.mark & rule.markMask) != rule.mark) {
      source.refuse(what, 'the mask must have all the bits of the mark, and some');
      return;
    }
  }
  rule.incomingLink = declared.incomingLink.or('');
  rule.outgoingLink = declared.outgoingLink.or('');
  if (!isLinkOrNone(rule.incomingLink) || !isLinkOrNone(rule.outgoingLink)) {
    source.refuse(what, 'what it matches by link must be a name of a link');
    return;
  }
  readAction(source, what, rule, declared);
}

function readAction(source: Source, what: string, rule: Rule, declared: DeclaredRule): void {
  switch (declared.action.kind) {
    case RuleActionKind.Blackhole:
      rule.action = rt.FR_ACT_BLACKHOLE;
      break;
    case RuleActionKind.Unreachable:
      rule.action = rt.FR_ACT_UNREACHABLE;
      break;
    case RuleActionKind.Prohibit:
      rule.action = rt.FR_ACT_PROHIBIT;
      break;
    default:
      rule.action = rt.FR_ACT_TO_TBL;
      rule.table = declared.action.asTable();
      if (rule.table == 0) {
        source.refuse(what, 'table 0 is none');
        return;
      }
  }
  source.network.rules.set(rule.key, rule);
}

function readPrefixes(source: Source, what: string, rule: Rule, declared: DeclaredRule): bool {
  if (declared.from.isSome) {
    const from = prefixOf(declared.from, rule.family);
    if (from === null) {
      source.refuse(what, quoted(declared.from.unwrap()) + ' is no prefix of its family');
      return false;
    }
    if (from.length > 0) rule.from = from;
  }
  if (declared.to.isSome) {
    const to = prefixOf(declared.to, rule.family);
    if (to === null) {
      source.refuse(what, quoted(declared.to.unwrap()) + ' is no prefix of its family');
      return false;
    }
    if (to.length > 0) rule.to = to;
  }
  return true;
}

function prefixOf(text: Option<string>, family: Family): Prefix | null {
  const prefix = parsePrefix(text.unwrap());
  if (prefix === null || !prefix.isNetwork) return null;
  return prefix.address.family == family ? prefix : null;
}

function isLinkOrNone(name: string): bool {
  return name.length == 0 || isLinkName(name);
}
