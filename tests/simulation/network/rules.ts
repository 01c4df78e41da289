/** Routing policy rules: net/core/fib_rules.c with fib_rules.c of IPv4 and fib6_rules.c of IPv6. */
import { type KernelState, NotSimulated, Refusal, type Rule } from './kernel-state.ts';
import { encodeRule, type RuleMessage } from './messages.ts';
import { netlinkFlags } from './netlink-bytes.ts';
import { families, groups, messageTypes, routeTables, ruleActions, ruleFlags } from './rtnetlink.ts';

const RTPROT_KERNEL = 2;

/** RTM_NEWRULE with the flags of its header. */
export function addRule(state: KernelState, message: RuleMessage, flags: number): void {
  const rules = rulesOf(state, message.family);
  checkRule(message);
  const rule = ruleFrom(message, message.priority ?? defaultPriority(rules));
  if ((flags & netlinkFlags.NLM_F_EXCL) !== 0 && rules.some((one) => isSameRule(one, rule)))
    throw new Refusal('EEXIST');
  const at = rules.findIndex((one) => one.priority > rule.priority);
  rules.splice(at < 0 ? rules.length : at, 0, rule);
  tellRule(state, messageTypes.RTM_NEWRULE, message.family, rule);
}

/** RTM_DELRULE: the first rule that has everything which the message names. */
export function deleteRule(state: KernelState, message: RuleMessage): void {
  const rules = rulesOf(state, message.family);
  checkRule(message);
  const wanted = ruleFrom(message, message.priority ?? 0);
  const found = rules.find(
    (one) =>
      (message.action === 0 || one.action === message.action) &&
      (message.table === 0 || one.table === message.table) &&
      (message.priority === undefined || one.priority === message.priority) &&
      (message.input === undefined || one.input === message.input) &&
      (message.output === undefined || one.output === message.output) &&
      (message.mark === undefined || message.mark === 0 || one.mark === message.mark) &&
      (message.mask === undefined || message.mask === 0 || one.mask === message.mask) &&
      (message.protocol === undefined || message.protocol === 0 || one.protocol === message.protocol) &&
      (message.sourceLength === 0 ||
        (one.sourceLength === message.sourceLength && one.source === wanted.source)) &&
      (message.destinationLength === 0 ||
        (one.destinationLength === message.destinationLength && one.destination === wanted.destination)),
  );
  if (found === undefined) throw new Refusal('ENOENT');
  if (found.isPermanent) throw new Refusal('EPERM');
  rules.splice(rules.indexOf(found), 1);
  tellRule(state, messageTypes.RTM_DELRULE, message.family, found);
}

/** The rules that a namespace begins with. */
export function addDefaultRules(state: KernelState): void {
  const { RT_TABLE_LOCAL, RT_TABLE_MAIN, RT_TABLE_DEFAULT } = routeTables;
  const rule = (priority: number, table: number, family: number): Rule => ({
    ...ruleFrom({ ...blank, family, table, action: ruleActions.TO_TABLE }, priority),
    protocol: RTPROT_KERNEL,
    isPermanent: priority === 0,
  });
  const { AF_INET, AF_INET6 } = families;
  state.rules4.push(rule(0, RT_TABLE_LOCAL, AF_INET), rule(32_766, RT_TABLE_MAIN, AF_INET));
  state.rules4.push(rule(32_767, RT_TABLE_DEFAULT, AF_INET));
  state.rules6.push(rule(0, RT_TABLE_LOCAL, AF_INET6), rule(32_766, RT_TABLE_MAIN, AF_INET6));
}

const blank: Omit<RuleMessage, 'family' | 'table' | 'action'> = {
  destinationLength: 0,
  sourceLength: 0,
  typeOfService: 0,
  flags: 0,
  unknown: [],
};

export function ruleMessage(state: KernelState, family: number, rule: Rule): RuleMessage {
  const names = new Set([...state.links.values()].map(({ name }) => name));
  const isDetached = (name: string | undefined) => name !== undefined && !names.has(name);
  const hasMark = rule.mark !== 0 || rule.mask !== 0;
  return {
    ...rule,
    family,
    flags:
      (isDetached(rule.input) ? ruleFlags.FIB_RULE_IIF_DETACHED : 0) |
      (isDetached(rule.output) ? ruleFlags.FIB_RULE_OIF_DETACHED : 0),
    priority: rule.priority || undefined,
    mark: hasMark ? rule.mark : undefined,
    mask: hasMark ? rule.mask : undefined,
    unknown: [],
  };
}

function rulesOf(state: KernelState, family: number): Rule[] {
  if (family === families.AF_INET) return state.rules4;
  if (family === families.AF_INET6) return state.rules6;
  throw new Refusal('EAFNOSUPPORT');
}

function checkRule(message: RuleMessage): void {
  if (message.unknown.length > 0 || message.typeOfService !== 0)
    throw new NotSimulated(`rules with attributes ${message.unknown} or a type of service`);
  const bits = message.family === families.AF_INET ? 32 : 128;
  if (message.destinationLength > bits || message.sourceLength > bits) throw new Refusal('EINVAL');
  if (message.destinationLength > 0 && message.destination === undefined) throw new Refusal('EINVAL');
  if (message.sourceLength > 0 && message.source === undefined) throw new Refusal('EINVAL');
}

function ruleFrom(message: RuleMessage, priority: number): Rule {
  const ifMeant = (address: string | undefined, length: number) => (length === 0 ? undefined : address);
  if (message.action === ruleActions.TO_TABLE && message.table === 0)
    throw new NotSimulated('a rule that asks for any free table');
  const mark = message.mark ?? 0;
  return {
    priority,
    destination: ifMeant(message.destination, message.destinationLength),
    destinationLength: message.destinationLength,
    source: ifMeant(message.source, message.sourceLength),
    sourceLength: message.sourceLength,
    input: message.input,
    output: message.output,
    mark,
    mask: message.mask ?? (mark === 0 ? 0 : 0xffff_ffff),
    typeOfService: 0,
    action: message.action,
    table: message.table,
    protocol: message.protocol ?? 0,
    isPermanent: false,
  };
}

/** fib_default_rule_pref: one before the second rule. */
function defaultPriority(rules: readonly Rule[]): number {
  const second = rules[1]?.priority ?? 0;
  return second === 0 ? 0 : second - 1;
}

/** rule_exists: prefixes count only if the new rule has them (fib4_rule_compare, fib6_rule_compare). */
function isSameRule(known: Rule, wanted: Rule): boolean {
  const prefixes = ({ source, sourceLength, destination, destinationLength }: Rule) => ({
    source: wanted.sourceLength === 0 ? undefined : [source, sourceLength],
    destination: wanted.destinationLength === 0 ? undefined : [destination, destinationLength],
  });
  const key = (rule: Rule) =>
    JSON.stringify({ ...rule, isPermanent: false, sourceLength: 0, destinationLength: 0, ...prefixes(rule) });
  return key(known) === key(wanted);
}

function tellRule(state: KernelState, type: number, family: number, rule: Rule): void {
  const { RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_RULE } = groups;
  const group = family === families.AF_INET ? RTNLGRP_IPV4_RULE : RTNLGRP_IPV6_RULE;
  state.tell(group, type, 0, encodeRule(ruleMessage(state, family, rule)));
}
